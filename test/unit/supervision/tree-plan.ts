/** Trees and storms as data, to be drawn at random. */
import type { AutoShutdown, RestartType, Shutdown } from '../../../src/supervision/child-spec.ts';
import type { Strategy } from '../../../src/supervision/decide.ts';
import type { Backoff } from '../../../src/supervision/restart-policy.ts';

/** What a storm does to a process. `kill` takes a supervisor's whole subtree with it, at once. */
export type Blow = 'kill' | 'crash' | 'normal' | 'shutdown';

/** What a supervisor is asked, about one of its children. */
export type Wish = 'terminate' | 'restart' | 'delete' | 'start' | 'update';

export interface Plan {
  readonly restart: RestartType;
  readonly shutdown: Shutdown;
  readonly significant: boolean;
  /** Null for a worker. */
  readonly below: TreePlan | null;
}

export interface TreePlan {
  readonly strategy: Exclude<Strategy, 'simple_one_for_one'>;
  readonly max: number;
  readonly periodMs: number;
  readonly autoShutdown: AutoShutdown;
  readonly backoff: Backoff | null;
  readonly children: readonly Plan[];
}
