/**
 * The seam between the shell every process has (mailbox, turns, links, exits) and what makes its kind. GenServer,
 * GenStatem and the supervisors stand on it; nothing else needs to.
 */
import type { Context } from './context.ts';
import type { ExitReason } from './exit-reason.ts';
import type { Info } from './info.ts';
import type { Pid } from './pid.ts';
import type { ProcessName } from './process-name.ts';
import type { RuntimeEvent } from './runtime-event.ts';
import type { OnStarted, Refused } from './start-outcome.ts';

/** Said by `init`: this process is not needed; its start ends without an error and without a process. */
export const ignore = Symbol('ignore');
export type Ignore = typeof ignore;

export type ProcessKind = 'supervisor' | 'worker';

export interface Behaviour<in M> {
  readonly kind: ProcessKind;
  /** Exit signals become `exit` infos instead of ending the process. */
  readonly trapExit?: boolean;
  /** A fresh incarnation. Does nothing yet and does not throw: work begins in its `init`. */
  incarnate(host: Host): Incarnation<M>;
}

/**
 * `ok`; or why there will be no process; or `unready`: letters come already, and `Host.ready` or an end says later what
 * became of the start.
 */
export type InitVerdict = 'ok' | 'unready' | Ignore | { readonly fail: ExitReason };

/** Null to go on; a reason to end the process in order. */
export type Verdict = ExitReason | null;

/** One life of a process. A throw anywhere in it ends this life and nothing else. */
export interface Incarnation<in M> {
  init(): InitVerdict | Promise<InitVerdict>;
  handle(message: M): Verdict | Promise<Verdict>;
  info(info: Info): Verdict | Promise<Verdict>;
  /**
   * Told to end: null to get further letters first and say a verdict in one of them. Without it the process ends at
   * once. Not asked when the end is its own wish or a crash.
   */
  close?(reason: ExitReason): Verdict;
  /** On orderly ends only, and only after a successful `init`. */
  terminate(reason: ExitReason): void | Promise<void>;
  /** The children a supervisor knows, in start order. */
  children?(): readonly ChildInfo[];
}

/** What a process shows of its definition. */
export interface Description {
  /** A supervisor's. */
  readonly strategy?: string | undefined;
  /** The definition's own name: OTP's callback module. */
  readonly module?: string | undefined;
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
}

/** How a parent starts a process below itself. */
export interface ChildBirth {
  readonly id: string;
  readonly path: string;
  readonly name: ProcessName<never> | undefined;
  readonly mailboxMax: number | undefined;
}

/** What an incarnation may do beyond a handler's `Context`. */
export interface Host extends Context<unknown, unknown> {
  emit(event: RuntimeEvent): void;
  describe(description: Description): void;
  /** The start that `init` left open has succeeded. */
  ready(): void;
  /** Sets the letter in hand aside; it still counts against the mailbox's bound. */
  postpone(): void;
  /** Puts what was set aside back before everything else, in the order it had come. */
  retryPostponed(): void;
  /** Puts casts before everything else, the first one foremost. */
  insert(messages: readonly unknown[]): void;
  /** Casts to itself, exempt from the bound. */
  castSelf(message: unknown): void;
  /** Casts to itself, exempt from the bound; it is handled after at least one macrotask. */
  castLater(message: unknown): void;
  /** Starts a process linked below this one. */
  startChild(behaviour: Behaviour<never>, birth: ChildBirth, settled: OnStarted): Pid | Refused;
  /** As `System.stop`, without word of its end: that comes as the child's exit. */
  stopChild(pid: Pid, reason: ExitReason, timeoutMs: number): void;
}
