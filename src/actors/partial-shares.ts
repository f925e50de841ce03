/**
 * Who has how many partials under way: a user gets no more than a share of what a node sums at once, so that one who asks
 * for many leaves room for others.
 */
import type { UserId } from '../protocols/identity.ts';
import { type Answer, beyond } from '../protocols/refusal.ts';

export interface PartialShares {
  /** Lets `work` go on while the user is within their share, and refuses it otherwise. */
  within<T>(user: UserId, work: () => Promise<Answer<T>>): Promise<Answer<T>>;
}

/** `most`: partials of one user at once. */
export function partialShares(most: number): PartialShares {
  const taken = new Map<UserId, number>();

  function change(user: UserId, by: 1 | -1): void {
    const count = (taken.get(user) ?? 0) + by;
    if (count === 0) taken.delete(user);
    else taken.set(user, count);
  }

  return {
    async within(user, work) {
      if ((taken.get(user) ?? 0) >= most) {
        const detail = `${most} partials are being summed for you. Wait for one of them.`;
        return beyond('partialsPerUser', 'too-many-requests', detail);
      }
      change(user, 1);
      try {
        return await work();
      } finally {
        change(user, -1);
      }
    },
  };
}
