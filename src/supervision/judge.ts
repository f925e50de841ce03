/** Counts restarts, and by them says what the end of a child means and how long its restart waits. */
import { backoffMs } from '../lib/backoff.ts';
import type { Child } from './child.ts';
import { type Decision, decide, type Fall } from './decide.ts';
import type { Family } from './family.ts';
import type { Hands } from './hands.ts';
import { type Intensity, intensityOf } from './intensity.ts';
import type { RestartPolicy } from './restart-policy.ts';

export class Judge {
  policy: RestartPolicy;
  private readonly family: Family;
  private readonly hands: Pick<Hands, 'nowMs' | 'fraction'>;
  private intensity: Intensity;

  constructor(family: Family, hands: Pick<Hands, 'nowMs' | 'fraction'>, policy: RestartPolicy) {
    this.family = family;
    this.hands = hands;
    this.policy = policy;
    this.intensity = intensityOf(policy.limits);
  }

  /** Restarts there have been still count. */
  adopt(policy: RestartPolicy): void {
    this.policy = policy;
    this.intensity = { ...this.intensity, ...policy.limits };
  }

  /**
   * Restarts are counted as OTP does, over all children by the clock. With a backoff each child's are counted once more
   * by the time in which it did not wait: who waits ever longer between two crashes crashes no less often for that.
   */
  verdictOn(fall: Fall & { readonly child: Child }): Decision {
    const { child } = fall;
    const { strategy, autoShutdown, backoff, limits } = this.policy;
    const standing = { strategy, autoShutdown, children: this.family.all() };
    const nowMs = this.hands.nowMs();
    const shared = decide({ ...standing, intensity: this.intensity }, fall, nowMs);
    this.intensity = shared.intensity;
    if (backoff === undefined) return shared;
    const before = { ...(child.intensity ?? intensityOf(limits)), ...limits };
    const own = decide({ ...standing, intensity: before }, fall, nowMs - child.waitedMs);
    child.intensity = own.intensity;
    return own.orders.do === 'give-up' ? own : shared;
  }

  /** How long the restart that is due waits. Asked once for each: the next one waits longer. */
  nextDelayMs(child: Child): number {
    const { backoff } = this.policy;
    if (backoff === undefined) return 0;
    const fellAtMs = child.fallen?.atMs ?? this.hands.nowMs();
    if (child.readyAtMs !== null && fellAtMs - child.readyAtMs >= backoff.resetAfterMs) child.backoffs = 0;
    child.readyAtMs = null;
    const attempt = child.backoffs;
    child.backoffs += 1;
    return attempt === 0 ? 0 : backoffMs(backoff, attempt, this.hands);
  }
}
