/** How long those who need the store wait before they try again; the same for all of them. */
import { backoffMs } from '../lib/backoff.ts';
import type { Random } from '../lib/random.ts';
import type { Limits } from '../protocols/limits.ts';

/** Delay before attempt 1, 2, 3 …, in milliseconds; jittered, so that all do not come at once. */
export function storeRetryMs(
  attempt: number,
  { limits, random }: { limits: Limits; random: Random },
): number {
  const { storeRetryMinMs: minMs, storeRetryMaxMs: maxMs } = limits;
  return backoffMs({ minMs, maxMs, factor: 2, jitter: 0.3 }, attempt, random);
}
