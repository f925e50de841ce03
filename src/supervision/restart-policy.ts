/** By what a supervisor answers the ends of its children. */
import type { BackoffPolicy } from '../lib/backoff.ts';
import type { AutoShutdown } from './child-spec.ts';
import type { Strategy } from './decide.ts';
import type { RestartLimits } from './intensity.ts';

/** The first restart after a healthy period is immediate, the next waits `minMs`, and so on. */
export type Backoff = BackoffPolicy & {
  /** A child that has run this long is healthy again. */
  readonly resetAfterMs: number;
};

export interface RestartPolicy {
  readonly strategy: Strategy;
  readonly limits: RestartLimits;
  readonly autoShutdown: AutoShutdown;
  readonly backoff: Backoff | undefined;
}
