/**
 * The world of processes: starts them, carries messages between them, ends them, and tells what happens. All of it
 * is in this one thread; a message to a process is handled in one of its next turns, never while it is sent.
 */
import type { Clock } from '../lib/clock.ts';
import type { Behaviour, ChildInfo, ProcessKind } from './behaviour.ts';
import { type Called, type From, PendingCall } from './call.ts';
import type { ExitReason } from './exit-reason.ts';
import { type Pid, ProcessPid } from './pid.ts';
import { Process, type StartOutcome } from './process.ts';
import type { ProcessName } from './process-name.ts';
import { passesPowerOfTwo, type RuntimeEvent } from './runtime-event.ts';
import { Scheduler } from './scheduler.ts';
import type { CallTarget, CastTarget } from './server-message.ts';
import type { Address, SystemCore } from './system-core.ts';

export interface SystemOptions {
  readonly name: string;
  readonly clock: Clock;
  /** Messages a process may have waiting; the newest is refused and counted above it. */
  readonly mailboxMax: number;
  /** Letters a process handles in one turn; 64 without it. */
  readonly drainBudget?: number;
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
}

export type Spawned<M> =
  | { readonly ok: true; readonly pid: Pid<M> }
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
  alive(pid: Pid): boolean;
  inspect(pid: Pid): ProcessInfo | null;
  /** All living processes in the order of their start. */
  processes(): Iterable<ProcessSummary>;
  /** A listener that throws is passed over. Returns how to stop listening. */
  onEvent(listener: (event: RuntimeEvent) => void): () => void;
  /** Casts that reached nobody, so far. */
  readonly deadLetters: number;
  /** Throws of event listeners, so far. */
  readonly listenerFaults: number;
  /** For the registry process: names resolve from now until the returned function is called. Throws if they do. */
  serveNames(): () => void;
}

const drainBudgetDefault = 64;

export function createSystem(options: SystemOptions): System {
  return new Node(options);
}

class Node implements System, SystemCore {
  readonly name: string;
  readonly clock: Clock;
  readonly mailboxMax: number;
  readonly drainBudget: number;
  readonly scheduler = new Scheduler();
  deadLetters = 0;
  listenerFaults = 0;
  private pids = 0;
  private readonly table = new Map<string, Process>();
  /** Who holds which name, whether or not a registry answers for it. */
  private readonly holders = new Map<string, Process>();
  private names: Map<string, Process> | null = null;
  private readonly listeners = new Set<(event: RuntimeEvent) => void>();
  private readonly lostNames = new WeakMap<object, number>();

  constructor(options: SystemOptions) {
    this.name = options.name;
    this.clock = options.clock;
    this.mailboxMax = options.mailboxMax;
    this.drainBudget = options.drainBudget ?? drainBudgetDefault;
  }

  get system(): System {
    return this;
  }

  spawn<M>(behaviour: Behaviour<M>, options: SpawnOptions<M> = {}): Promise<Spawned<M>> {
    return this.start(behaviour, options).started;
  }

  start<M>(behaviour: Behaviour<M>, options: SpawnOptions<M> = {}): Starting<M> {
    const parent = options.link === undefined ? null : ProcessPid.processOf(options.link);
    if (options.link !== undefined && parent === null) return failed('noproc');
    const name = options.name?.text ?? null;
    if (name !== null && this.holders.has(name)) return failed({ error: new Error(`name taken: ${name}`) });
    this.pids += 1;
    const pidText = `p${this.pids.toString(36)}`;
    const id = options.id ?? pidText;
    const path = options.path ?? (parent === null ? id : `${parent.path}/${id}`);
    const trapExit = options.trapExit ?? behaviour.trapExit ?? false;
    let settle: (outcome: StartOutcome) => void = () => {};
    const outcome = new Promise<StartOutcome>((resolve) => {
      settle = resolve;
    });
    const process = new Process(this, pidText, behaviour, { id, path, name, parent, trapExit }, settle);
    this.table.set(pidText, process);
    if (name !== null) {
      this.holders.set(name, process);
      this.names?.set(name, process);
    }
    const pid = process.pid;
    return { pid, started: outcome.then((result) => (result.ok ? { ok: true, pid } : result)) };
  }

  cast<C>(to: CastTarget<C>, message: NoInfer<C>): void {
    this.deliver(to, message);
  }

  call<Q, R, const A extends Q = Q>(
    to: CallTarget<Q>,
    build: (from: From<R>) => A,
    timeoutMs: number,
  ): Promise<Called<R>> {
    // What is answered to a `From<R>` is an R.
    return this.ask(null, to, build, timeoutMs) as Promise<Called<R>>;
  }

  whereis<M>(name: ProcessName<M>): Pid<M> | null {
    return this.names?.get(name.text)?.pid ?? null;
  }

  find(pidText: string): Pid | null {
    return this.table.get(pidText)?.pid ?? null;
  }

  exit(pid: Pid, reason: ExitReason | 'kill'): void {
    const process = ProcessPid.processOf(pid);
    if (process === null) return;
    if (reason === 'kill') process.die('killed');
    else process.signalExit(process.pid, reason);
  }

  stop(pid: Pid, reason: ExitReason, timeoutMs: number): Promise<void> {
    const process = ProcessPid.processOf(pid);
    if (process === null) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = Number.isFinite(timeoutMs)
        ? this.clock.schedule(timeoutMs, () => process.die('killed'))
        : () => {};
      process.whenEnded(() => {
        cancel();
        resolve();
      });
      process.requestStop(reason);
    });
  }

  alive(pid: Pid): boolean {
    return ProcessPid.processOf(pid) !== null;
  }

  inspect(pid: Pid): ProcessInfo | null {
    const process = ProcessPid.processOf(pid);
    if (process === null) return null;
    const children = process.childInfos;
    return { ...summaryOf(process), ...(children && { children }) };
  }

  *processes(): Iterable<ProcessSummary> {
    for (const process of this.table.values()) yield summaryOf(process);
  }

  onEvent(listener: (event: RuntimeEvent) => void): () => void {
    const added = (event: RuntimeEvent) => listener(event);
    this.listeners.add(added);
    return () => {
      this.listeners.delete(added);
    };
  }

  serveNames(): () => void {
    if (this.names !== null) throw new Error('names are already served by another registry');
    const names = new Map(this.holders);
    this.names = names;
    return () => {
      if (this.names === names) this.names = null;
    };
  }

  // --- for processes ----------------------------------------------------------------------------------------

  deliver(to: Address, message: unknown): void {
    const process = this.resolve(to);
    if (process !== null) process.post({ kind: 'cast', message });
    else if (to instanceof ProcessPid) this.countDeadLetters(to, 1);
    else if ('text' in to) this.countLostName(to);
  }

  ask(
    caller: Process | null,
    to: Address,
    build: (from: PendingCall) => unknown,
    timeoutMs: number,
  ): Promise<Called<unknown>> {
    const callee = this.resolve(to);
    if (callee === null) return Promise.resolve({ ok: false, reason: 'noproc' });
    if (callee === caller) {
      return Promise.resolve({ ok: false, reason: { error: new Error('a process called itself') } });
    }
    return new Promise((resolve) => {
      const call = new PendingCall(resolve);
      const request = build(call);
      callee.questions.asked.add(call);
      caller?.questions.asking.add(call);
      const cancel = Number.isFinite(timeoutMs)
        ? this.clock.schedule(timeoutMs, () => call.settle({ ok: false, reason: 'timeout' }))
        : null;
      call.whenSettled(() => {
        cancel?.();
        callee.questions.asked.delete(call);
        caller?.questions.asking.delete(call);
      });
      if (!callee.post({ kind: 'call', request })) {
        call.settle({ ok: false, reason: { error: new Error(`the mailbox of ${callee.path} is full`) } });
      }
    });
  }

  emit(event: RuntimeEvent): void {
    for (const listener of this.listeners) {
      try {
        listener(event);
      } catch {
        this.listenerFaults += 1;
      }
    }
  }

  countDeadLetters(pid: ProcessPid, count: number): void {
    if (count === 0) return;
    this.deadLetters += count;
    const { path, before, after } = ProcessPid.countDeadLetters(pid, count);
    if (!passesPowerOfTwo(before, after)) return;
    this.emit({ type: 'dead-letter', path, pid, total: this.deadLetters });
  }

  remove(process: Process): void {
    this.table.delete(process.pid.id);
    process.pid.forget();
    if (process.name === null || this.holders.get(process.name) !== process) return;
    this.holders.delete(process.name);
    this.names?.delete(process.name);
  }

  private resolve(to: Address): Process | null {
    if (to instanceof ProcessPid) return ProcessPid.processOf(to);
    return 'text' in to ? (this.names?.get(to.text) ?? null) : null;
  }

  private countLostName(name: ProcessName<never>): void {
    this.deadLetters += 1;
    const before = this.lostNames.get(name) ?? 0;
    this.lostNames.set(name, before + 1);
    if (!passesPowerOfTwo(before, before + 1)) return;
    this.emit({ type: 'dead-letter', path: null, pid: null, name: name.text, total: this.deadLetters });
  }
}

function summaryOf(process: Process): ProcessSummary {
  const { pid, id, path, kind, strategy, waiting } = process;
  return { pid, id, path, kind, mailbox: waiting, ...(strategy !== undefined && { strategy }) };
}

function failed<M>(reason: ExitReason): Starting<M> {
  return { pid: null, started: Promise.resolve({ ok: false, reason }) };
}
