/** How a supervisor starts, ends and replaces one child. Plain data, so that a tree can be read; checked when it is taken up. */
import { brief } from '../lib/brief.ts';
import type { Behaviour, ProcessKind } from '../runtime/behaviour.ts';
import { isName, type ProcessName } from '../runtime/process-name.ts';
import type { Offender } from '../runtime/runtime-event.ts';
import { SpecFault } from './spec-fault.ts';

export type RestartType = Offender['restart'];
/** How long an orderly end may take before the kill; `brutal_kill` does not even ask. */
export type Shutdown = Offender['shutdown'];
export type ChildType = ProcessKind;
/** Whether a supervisor ends itself when significant children have ended by themselves and are not restarted. */
export type AutoShutdown = 'never' | 'any_significant' | 'all_significant';

/** A list of specs of different kinds is a `readonly ChildSpec[]`. */
export interface ChildSpec<in M = never> {
  /** Unique among its siblings; last part of the path, so without `/`. */
  readonly id: string;
  /** A fresh behaviour for each incarnation. A throw or rejection is a failed start. */
  start(): Behaviour<M> | Promise<Behaviour<M>>;
  readonly name?: ProcessName<M> | undefined;
  /** Messages it may have waiting; the system's bound without it. */
  readonly mailboxMax?: number | undefined;
  /** permanent: always restarted; transient: after an abnormal end; temporary: never. permanent without it. */
  readonly restart?: RestartType | undefined;
  /** 5000 ms for workers and infinity for supervisors without it. */
  readonly shutdown?: Shutdown | undefined;
  /** Without it: what the behaviour says. */
  readonly type?: ChildType | undefined;
  /** Whether its end counts for the supervisor's `autoShutdown`. false without it; never of a permanent child. */
  readonly significant?: boolean | undefined;
}

/** A spec with what was left out filled in, as `getChildSpec` tells it. */
export type FullChildSpec = Omit<Offender, 'path' | 'pid'>;

const workerShutdownMs = 5_000;
const restartTypes = ['permanent', 'transient', 'temporary'];
const childTypes = ['worker', 'supervisor'];

/** `spec` may be anything: it may come from code that no compiler has seen. Unknown keys are passed over. */
export function faultOfChild(spec: unknown, autoShutdown: AutoShutdown = 'never'): SpecFault | null {
  if (typeof spec !== 'object' || spec === null)
    return new SpecFault('invalid_child_spec', 'a child is an object');
  const fields: { readonly [K in keyof ChildSpec]?: unknown } = spec;
  const { id, start, name, mailboxMax, restart, shutdown, type, significant } = fields;
  if (id === undefined) return new SpecFault('missing_id', 'a child needs an id');
  if (typeof id !== 'string' || id === '') {
    return new SpecFault('invalid_id', `${brief(id)} is no text, or an empty one`);
  }
  if (id.includes('/')) {
    const remedy = 'use another character, or encodeURIComponent';
    return new SpecFault('invalid_id', `${brief(id)} contains a slash, which parts a path; ${remedy}`);
  }
  const fault = (code: SpecFault['code'], wrong: string) => new SpecFault(code, `child ${id}: ${wrong}`);
  if (start === undefined) return fault('missing_start', 'nothing starts it');
  if (typeof start !== 'function') return fault('invalid_start', 'start is no function');
  if (restart !== undefined && !isOneOf(restartTypes, restart)) {
    return fault('invalid_restart_type', String(restart));
  }
  if (type !== undefined && !isOneOf(childTypes, type)) return fault('invalid_child_type', String(type));
  if (shutdown !== undefined && !isShutdown(shutdown)) return fault('invalid_shutdown', String(shutdown));
  if (mailboxMax !== undefined && !(Number.isInteger(mailboxMax) && Number(mailboxMax) >= 1)) {
    return fault('invalid_mailbox_max', String(mailboxMax));
  }
  if (name !== undefined && !isName(name)) return fault('invalid_name', 'names are made by processName');
  if (significant === undefined || significant === false) return null;
  if (significant !== true) return fault('invalid_significant', String(significant));
  if (restart === undefined || restart === 'permanent') {
    return fault('bad_combination', 'a permanent child cannot be significant: it always comes back');
  }
  return autoShutdown === 'never'
    ? fault('bad_combination', 'significant means nothing while autoShutdown is never')
    : null;
}

/** The first fault of a list of children; null if they can stand under one supervisor. */
export function faultOfChildren(
  specs: readonly unknown[],
  autoShutdown: AutoShutdown = 'never',
): SpecFault | null {
  const ids = new Set<unknown>();
  for (const spec of specs) {
    const fault = faultOfChild(spec, autoShutdown);
    if (fault !== null) return fault;
    const { id }: { readonly id?: unknown } = Object(spec);
    if (ids.has(id)) return new SpecFault('duplicate_child_name', `the id ${String(id)} is given twice`);
    ids.add(id);
  }
  return null;
}

export type CheckedSpecs = { readonly ok: true } | { readonly ok: false; readonly error: SpecFault };

/** Whether these children could be started, without starting them. */
export function checkChildSpecs(specs: readonly unknown[], autoShutdown?: AutoShutdown): CheckedSpecs {
  const error = faultOfChildren(specs, autoShutdown);
  return error === null ? { ok: true } : { ok: false, error };
}

export function shutdownOf(shutdown: Shutdown | undefined, type: ChildType): Shutdown {
  return shutdown ?? (type === 'worker' ? workerShutdownMs : 'infinity');
}

/** Milliseconds for the orderly end; null for a kill without one. */
export function shutdownMs(shutdown: Shutdown): number | null {
  if (shutdown === 'brutal_kill') return null;
  return shutdown === 'infinity' ? Number.POSITIVE_INFINITY : shutdown;
}

/** Whether a value is one of the words; a list of one word is none. */
export function isOneOf(words: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && words.includes(value);
}

function isShutdown(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0;
  return value === 'brutal_kill' || value === 'infinity';
}
