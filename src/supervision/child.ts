/** A child as its supervisor keeps it: the spec, the present incarnation, and what a restart has to know of the last one. */
import type { ChildInfo } from '../runtime/behaviour.ts';
import type { Pid } from '../runtime/pid.ts';
import {
  type ChildSpec,
  type ChildType,
  type FullChildSpec,
  type RestartType,
  shutdownOf,
} from './child-spec.ts';
import type { Sibling } from './decide.ts';
import type { Intensity } from './intensity.ts';

/**
 * `ending`: has been told to. `fallen`: has ended by itself, not decided on yet. `waiting`: is going to be restarted.
 * `stopped`: stays as it is until somebody asks.
 */
export type ChildState = 'starting' | 'running' | 'ending' | 'fallen' | 'waiting' | 'stopped';

export class Child implements Sibling {
  readonly id: string;
  readonly path: string;
  spec: ChildSpec;
  type: ChildType;
  state: ChildState = 'stopped';
  pid: Pid | null = null;
  /** Counts the attempts to start it; tells a late word of an earlier attempt from the present one. */
  attempt: number = 0;
  /** Ends that have been asked for and wait for their turn. */
  ends: number = 0;
  restarts: number = 0;
  /** When its present incarnation was ready, or its last one if that has not been looked at; else null. */
  readyAtMs: number | null = null;
  /** Restarts since it was last healthy; what the backoff grows by. */
  backoffs: number = 0;
  /** Since when a restart of it waits for its backoff. */
  waitsSinceMs: number | null = null;
  /** How long its restarts have waited in all. */
  waitedMs: number = 0;
  /** Its own restarts, by the time in which it did not wait. Null without a backoff. */
  intensity: Intensity | null = null;
  /** The incarnation that a restart under way replaces. */
  fallen: { readonly oldPid: Pid; readonly atMs: number } | null = null;

  constructor(spec: ChildSpec, supervisorPath: string) {
    this.id = spec.id;
    this.path = `${supervisorPath}/${spec.id}`;
    this.spec = spec;
    this.type = spec.type ?? 'worker';
  }

  get restart(): RestartType {
    return this.spec.restart ?? 'permanent';
  }

  get significant(): boolean {
    return this.spec.significant ?? false;
  }

  get active(): boolean {
    return this.state !== 'stopped';
  }

  get info(): ChildInfo {
    const { id, path, type, pid, restarts } = this;
    return { id, path, kind: type, state: this.shown, pid, restarts };
  }

  get fullSpec(): FullChildSpec {
    const { id, restart, type, significant } = this;
    return { id, restart, shutdown: shutdownOf(this.spec.shutdown, type), type, significant };
  }

  /** It will not be started again: whatever its `start` holds on to need not stay in memory. */
  letGoOfStart(): void {
    this.spec = { ...this.spec, start: neverAgain };
  }

  private get shown(): ChildInfo['state'] {
    if (this.state === 'stopped') return 'stopped';
    return this.state === 'running' || this.state === 'ending' ? 'running' : 'restarting';
  }
}

function neverAgain(): never {
  throw new Error('a temporary child is started once');
}
