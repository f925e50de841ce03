/** The world of processes, as everybody sees it. `process-system.ts` is behind it. */
import type { Clock } from '../lib/clock.ts';
import type { Behaviour, ChildInfo, ProcessKind } from './behaviour.ts';
import type { Called, From } from './call.ts';
import type { ExitReason } from './exit-reason.ts';
import type { Pid } from './pid.ts';
import type { ProcessName } from './process-name.ts';
import { ProcessSystem } from './process-system.ts';
import type { RuntimeEvent } from './runtime-event.ts';
import type { CallTarget, CastTarget } from './server-message.ts';

export interface SystemOptions {
  readonly name: string;
  readonly clock: Clock;
  /** Messages a process may have waiting; the newest is refused and counted above it. */
  readonly mailboxMax: number;
  /** Letters a process handles in one turn; 64 without it. */
  readonly drainBudget?: number;
  /** How long processes have the thread for themselves before timers and sockets get it; 2 ms without it. */
  readonly sliceMs?: number;
}

export interface SpawnOptions<in M = never> {
  /** Last part of the path; the pid's text without it. */
  readonly id?: string | undefined;
  /** Without it: the parent's path and the id, or the id alone. */
  readonly path?: string | undefined;
  /** Held until the process has ended; only one living process can have it. */
  readonly name?: ProcessName<M> | undefined;
  /** The parent: gets the exit signal of this process, and takes this process along when it ends. */
  readonly link?: Pid | undefined;
  readonly trapExit?: boolean | undefined;
  /** Of this process; the system's without it. */
  readonly mailboxMax?: number | undefined;
}

export type Spawned<M> =
  | { readonly ok: true; readonly pid: Pid<M>; readonly info?: unknown }
  | { readonly ok: false; readonly reason: ExitReason | 'ignore' };

/** A start that is going on. `pid` is null if it failed before there was a process. */
export interface Starting<M> {
  readonly pid: Pid<M> | null;
  readonly started: Promise<Spawned<M>>;
}

export interface ProcessSummary {
  readonly pid: Pid;
  readonly id: string;
  readonly path: string;
  readonly kind: ProcessKind;
  /** Messages waiting. */
  readonly mailbox: number;
  readonly strategy?: string;
}

export interface ProcessInfo extends ProcessSummary {
  /** Messages that a full mailbox has refused, so far. */
  readonly dropped: number;
  readonly module?: string;
  /** A supervisor's, in start order. */
  readonly children?: readonly ChildInfo[];
}

export interface System {
  readonly name: string;
  readonly clock: Clock;
  /** Resolves after `init`; never rejects. */
  spawn<M>(behaviour: Behaviour<M>, options?: SpawnOptions<M>): Promise<Spawned<M>>;
  /** As `spawn`, with the pid at once: it can be stopped, killed and watched while `init` goes on. */
  start<M>(behaviour: Behaviour<M>, options?: SpawnOptions<M>): Starting<M>;
  /** To a pid or a name that leads nowhere it is a dead letter; never throws. */
  cast<C>(to: CastTarget<C>, message: NoInfer<C>): void;
  /** Fails at once when the callee is gone or ends. Rejects only if `build` throws. */
  call<Q, R, const A extends Q = Q>(
    to: CallTarget<Q>,
    build: (from: From<R>) => A,
    timeoutMs: number,
  ): Promise<Called<R>>;
  whereis<M>(name: ProcessName<M>): Pid<M> | null;
  /** The living process of this pid text, for what people type and pages send. */
  find(pidText: string): Pid | null;
  /** An exit signal. `kill` cannot be trapped: the process ends now, with the reason `killed`. */
  exit(pid: Pid, reason: ExitReason | 'kill'): void;
  /** Ends it in order whether it traps exits or not: what is in hand, `terminate`, releases; after the timeout, kill. */
  stop(pid: Pid, reason: ExitReason, timeoutMs: number): Promise<void>;
  /** Resolves with the reason when the process has ended; at once with `noproc` if that was before. */
  ended(pid: Pid): Promise<ExitReason>;
  alive(pid: Pid): boolean;
  inspect(pid: Pid): ProcessInfo | null;
  /** All living processes in the order of their start. */
  processes(): Iterable<ProcessSummary>;
  /** A listener that throws is passed over. Returns how to stop listening. */
  onEvent(listener: (event: RuntimeEvent) => void): () => void;
  /** Casts that reached nobody, so far. */
  readonly deadLetters: number;
  /** Messages that full mailboxes have refused, so far. */
  readonly dropped: number;
  /** Throws of event listeners, so far. */
  readonly listenerFaults: number;
  /** For the registry process: names resolve from now until the returned function is called. Throws if they do. */
  serveNames(): () => void;
}

/** Throws for a bound that is none. */
export function createSystem(options: SystemOptions): System {
  return new ProcessSystem(options);
}
