/** A child as its supervisor keeps it: the spec, the present incarnation, and what a restart has to know of the last one. */
import type { ChildInfo, ProcessKind } from '../runtime/behaviour.ts';
import type { Pid } from '../runtime/pid.ts';
import type { ChildSpec, RestartType } from './child-spec.ts';

/** `fallen`: has ended, not decided on yet. `waiting`: is going to be restarted. */
export type ChildState = 'starting' | 'running' | 'fallen' | 'waiting' | 'stopped';

export class Child {
  readonly id: string;
  readonly path: string;
  readonly restart: RestartType;
  readonly spec: ChildSpec;
  state: ChildState = 'stopped';
  pid: Pid | null = null;
  kind: ProcessKind;
  /** Of a child that is a supervisor. */
  strategy: string | undefined = undefined;
  restarts: number = 0;
  /** When its present incarnation was ready, or its last one if that has not been looked at; else null. */
  readyAtMs: number | null = null;
  /** Restarts since it was last healthy; what the backoff grows by. */
  attempts: number = 0;
  /** The incarnation that a restart under way replaces. */
  fallen: { readonly oldPid: Pid; readonly atMs: number } | null = null;

  constructor(spec: ChildSpec, supervisorPath: string) {
    this.id = spec.id;
    this.path = `${supervisorPath}/${spec.id}`;
    this.restart = spec.restart ?? 'permanent';
    this.spec = spec;
    this.kind = spec.type ?? 'worker';
  }

  get info(): ChildInfo {
    const { id, path, kind, pid, restarts, strategy } = this;
    return { id, path, kind, state: this.shown, pid, restarts, ...(strategy !== undefined && { strategy }) };
  }

  private get shown(): ChildInfo['state'] {
    if (this.state === 'running' || this.state === 'stopped') return this.state;
    return 'restarting';
  }
}
