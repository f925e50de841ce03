/** How long to wait before the next attempt: exponential, bounded, jittered so that many waiters spread out. */
import type { Random } from './random.ts';

export interface BackoffPolicy {
  /** Delay of the first waiting attempt. */
  readonly minMs: number;
  readonly maxMs: number;
  /** Growth from one attempt to the next, ≥ 1. */
  readonly factor: number;
  /** Share of the delay that is random, 0 (none) to 1 (from nothing to the full delay). */
  readonly jitter: number;
}

/** Delay before attempt `attempt` (1, 2, 3 …) in milliseconds. */
export function backoffMs(policy: BackoffPolicy, attempt: number, random: Pick<Random, 'fraction'>): number {
  const full = Math.min(policy.maxMs, policy.minMs * policy.factor ** (attempt - 1));
  return full * (1 - policy.jitter * random.fraction());
}
