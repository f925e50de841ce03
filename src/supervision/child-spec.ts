/** How a supervisor starts, ends and replaces one child. Plain data, so that a tree can be read; checked when it is taken up. */
import type { Behaviour } from '../runtime/behaviour.ts';
import type { ProcessName } from '../runtime/process-name.ts';

export type RestartType = 'permanent' | 'transient' | 'temporary';
/** How long an orderly end may take before the kill; `brutal_kill` does not even ask. */
export type Shutdown = 'brutal_kill' | number | 'infinity';
export type ChildType = 'worker' | 'supervisor';

/** A list of specs of different kinds is a `readonly ChildSpec[]`. */
export interface ChildSpec<in M = never> {
  /** Unique among its siblings; last part of the path, so without `/`. */
  readonly id: string;
  /** A fresh behaviour for each incarnation. A throw or rejection is a failed start. */
  start(): Behaviour<M> | Promise<Behaviour<M>>;
  readonly name?: ProcessName<M> | undefined;
  /** permanent: always restarted; transient: after an abnormal end; temporary: never. permanent without it. */
  readonly restart?: RestartType | undefined;
  /** 5000 ms for workers and infinity for supervisors without it. */
  readonly shutdown?: Shutdown | undefined;
  /** Without it: what the behaviour says. */
  readonly type?: ChildType | undefined;
  /** Not supported yet; refused by name. */
  readonly significant?: boolean | undefined;
}

const workerShutdownMs = 5_000;

/** Throws for what the types cannot refuse, naming the child. */
export function checkChildSpec(spec: ChildSpec): void {
  const { id, shutdown } = spec;
  if (id === '' || id.includes('/')) throw new Error(`child id ${JSON.stringify(id)}: empty or with a slash`);
  if (typeof shutdown === 'number' && !(shutdown >= 0)) throw new Error(`child ${id}: shutdown ${shutdown}`);
  if (spec.significant === true) throw new Error(`child ${id}: significant is not supported`);
}

export function checkChildSpecs(specs: readonly ChildSpec[]): void {
  const ids = new Set<string>();
  for (const spec of specs) {
    checkChildSpec(spec);
    if (ids.has(spec.id)) throw new Error(`child ${spec.id}: the id is given twice`);
    ids.add(spec.id);
  }
}

/** Milliseconds for the orderly end; null for a kill without one. */
export function shutdownMs(shutdown: Shutdown | undefined, type: ChildType): number | null {
  if (shutdown === undefined) return type === 'worker' ? workerShutdownMs : Number.POSITIVE_INFINITY;
  if (shutdown === 'brutal_kill') return null;
  return shutdown === 'infinity' ? Number.POSITIVE_INFINITY : shutdown;
}
