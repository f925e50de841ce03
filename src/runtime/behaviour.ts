/**
 * The seam between the shell every process has (mailbox, turns, links, exits) and what makes its kind. GenServer,
 * GenStatem and the supervisors stand on it; nothing else needs to.
 */
import type { Context } from './context.ts';
import type { ExitReason } from './exit-reason.ts';
import type { Info } from './info.ts';
import type { Pid } from './pid.ts';
import type { RuntimeEvent } from './runtime-event.ts';

/** Said by `init`: this process is not needed; its start ends without an error and without a process. */
export const ignore = Symbol('ignore');
export type Ignore = typeof ignore;

export type ProcessKind = 'supervisor' | 'worker';

export interface Behaviour<in M> {
  readonly kind: ProcessKind;
  /** Exit signals become `exit` infos instead of ending the process. */
  readonly trapExit?: boolean;
  /** A supervisor's, to be shown. */
  readonly strategy?: string;
  /** A fresh incarnation. Does nothing yet and does not throw: work begins in its `init`. */
  incarnate(host: Host): Incarnation<M>;
}

/** `ok`, or why there will be no process. */
export type InitVerdict = 'ok' | Ignore | { readonly fail: ExitReason };

/** Null to go on; a reason to end the process in order. */
export type Verdict = ExitReason | null;

/** One life of a process. A throw anywhere in it ends this life and nothing else. */
export interface Incarnation<in M> {
  init(): InitVerdict | Promise<InitVerdict>;
  handle(message: M): Verdict | Promise<Verdict>;
  info(info: Info): Verdict | Promise<Verdict>;
  /** On orderly ends only, and only after a successful `init`. */
  terminate(reason: ExitReason): void | Promise<void>;
  /** The children a supervisor knows, in start order. */
  children?(): readonly ChildInfo[];
}

export interface ChildInfo {
  readonly id: string;
  readonly path: string;
  readonly kind: ProcessKind;
  /** `restarting` also while it waits for its backoff. */
  readonly state: 'running' | 'restarting' | 'stopped';
  readonly pid: Pid | null;
  /** Of this child under its present supervisor. */
  readonly restarts: number;
  readonly strategy?: string;
}

/** What an incarnation may do beyond a handler's `Context`. */
export interface Host extends Context<unknown, unknown> {
  emit(event: RuntimeEvent): void;
  /** Ends this process in order, from outside a handler's return value. */
  end(reason: ExitReason): void;
  /** Sets the letter in hand aside; it still counts against the mailbox's bound. */
  postpone(): void;
  /** Puts what was set aside back before everything else, in the order it had come. */
  retryPostponed(): void;
  /** Puts casts before everything else, the first one foremost. */
  insert(messages: readonly unknown[]): void;
  /** Casts to itself, exempt from the bound; it is handled after at least one macrotask. */
  castLater(message: unknown): void;
}
