/**
 * The world of processes: starts them, carries messages between them, ends them, and tells what happens. All of it
 * is in this one thread; a message to a process is handled in one of its next turns, never while it is sent.
 */
import type { Clock } from '../lib/clock.ts';
import { Ring } from '../lib/ring.ts';
import type { Behaviour } from './behaviour.ts';
import { type Called, type From, MailboxFull, PendingCall } from './call.ts';
import { DeadLetters } from './dead-letters.ts';
import { EventStream } from './event-stream.ts';
import type { ExitReason } from './exit-reason.ts';
import { Names } from './names.ts';
import { type Pid, ProcessPid } from './pid.ts';
import { type Death, Process } from './process.ts';
import type { ProcessName } from './process-name.ts';
import type { RuntimeEvent } from './runtime-event.ts';
import { Scheduler } from './scheduler.ts';
import type { CallTarget, CastTarget } from './server-message.ts';
import { NameTaken, type OnStarted, type Refused } from './start-outcome.ts';
import type {
  ProcessInfo,
  ProcessSummary,
  Spawned,
  SpawnOptions,
  Starting,
  System,
  SystemOptions,
} from './system.ts';
import type { Address, SystemCore } from './system-core.ts';

const drainBudgetDefault = 64;
const sliceDefaultMs = 2;

export class ProcessSystem implements System, SystemCore {
  readonly name: string;
  readonly clock: Clock;
  readonly drainBudget: number;
  readonly scheduler: Scheduler;
  dropped: number = 0;
  private readonly mailboxMax: number;
  private readonly events = new EventStream();
  private readonly lost = new DeadLetters((event) => this.emit(event));
  private readonly names = new Names();
  private readonly table = new Map<string, Process>();
  private readonly deaths = new Ring<readonly Death[]>();
  private mourning: boolean = false;
  private pids = 0;

  constructor(options: SystemOptions) {
    this.name = options.name;
    this.clock = options.clock;
    this.mailboxMax = checkedMax(options.mailboxMax);
    this.drainBudget = options.drainBudget ?? drainBudgetDefault;
    this.scheduler = new Scheduler(options.clock, options.sliceMs ?? sliceDefaultMs);
  }

  get system(): System {
    return this;
  }

  get deadLetters(): number {
    return this.lost.total;
  }

  get listenerFaults(): number {
    return this.events.faults;
  }

  spawn<M>(behaviour: Behaviour<M>, options: SpawnOptions<M> = {}): Promise<Spawned<M>> {
    return this.start(behaviour, options).started;
  }

  start<M>(behaviour: Behaviour<M>, options: SpawnOptions<M> = {}): Starting<M> {
    const { promise: started, resolve } = Promise.withResolvers<Spawned<M>>();
    const given = this.startProcess(behaviour, options, (pid, outcome) => {
      if (!outcome.ok) resolve(outcome);
      else resolve({ ok: true, pid, ...(outcome.info !== undefined && { info: outcome.info }) });
    });
    if (given instanceof ProcessPid) return { pid: given, started };
    return { pid: null, started: Promise.resolve({ ok: false, reason: given.refused }) };
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
    return this.names.find(name.text)?.pid ?? null;
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

  async stop(pid: Pid, reason: ExitReason, timeoutMs: number): Promise<void> {
    ProcessPid.processOf(pid)?.stop(reason, timeoutMs);
    await this.ended(pid);
  }

  ended(pid: Pid): Promise<ExitReason> {
    const process = ProcessPid.processOf(pid);
    if (process === null) return Promise.resolve('noproc');
    return new Promise((resolve) => process.whenEnded(resolve));
  }

  alive(pid: Pid): boolean {
    return ProcessPid.processOf(pid) !== null;
  }

  inspect(pid: Pid): ProcessInfo | null {
    const process = ProcessPid.processOf(pid);
    if (process === null) return null;
    const { childInfos: children, dropped } = process;
    const { module } = process.description;
    return {
      ...summaryOf(process),
      dropped,
      ...(module !== undefined && { module }),
      ...(children && { children }),
    };
  }

  *processes(): Iterable<ProcessSummary> {
    for (const process of this.table.values()) yield summaryOf(process);
  }

  onEvent(listener: (event: RuntimeEvent) => void): () => void {
    return this.events.on(listener);
  }

  serveNames(): () => void {
    return this.names.serve();
  }

  // --- for processes ----------------------------------------------------------------------------------------

  startProcess(behaviour: Behaviour<never>, options: SpawnOptions, settled: OnStarted): ProcessPid | Refused {
    const parent = options.link === undefined ? null : ProcessPid.processOf(options.link);
    if (options.link !== undefined && parent === null) return { refused: 'noproc' };
    const name = options.name?.text ?? null;
    if (name !== null && this.names.isTaken(name)) return { refused: { error: new NameTaken(name) } };
    this.pids += 1;
    const pidText = `p${this.pids.toString(36)}`;
    const id = options.id ?? pidText;
    const path = options.path ?? (parent === null ? id : `${parent.path}/${id}`);
    const trapExit = options.trapExit ?? behaviour.trapExit ?? false;
    const mailboxMax = checkedMax(options.mailboxMax ?? this.mailboxMax);
    const birth = { id, path, name, parent, trapExit, mailboxMax };
    const process = new Process(this, pidText, behaviour, birth, settled);
    this.table.set(pidText, process);
    if (name !== null) this.nameIt(name, process);
    return process.pid;
  }

  deliver(to: Address, message: unknown): void {
    const process = this.resolve(to);
    if (process !== null) {
      if (!process.post({ kind: 'cast', message })) this.dropped += 1;
    } else if (to instanceof ProcessPid) this.lost.toPid(to, 1);
    else if ('text' in to) this.lost.toName(to);
  }

  ask(
    caller: Process | null,
    to: Address,
    build: (from: From<unknown>) => unknown,
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
      call.begin(callee.holdings, caller?.holdings ?? null);
      if (!callee.post({ kind: 'call', request })) {
        this.dropped += 1;
        call.settle({ ok: false, reason: { error: new MailboxFull(callee.path) } });
      } else if (Number.isFinite(timeoutMs)) {
        call.timeOutBy(this.clock.schedule(timeoutMs, () => call.settle({ ok: false, reason: 'timeout' })));
      }
    });
  }

  emit(event: RuntimeEvent): void {
    this.events.emit(event);
  }

  countDeadLetters(pid: ProcessPid, count: number): void {
    this.lost.toPid(pid, count);
  }

  mourn(deaths: readonly Death[]): void {
    this.deaths.push(deaths);
    if (this.mourning) return;
    this.mourning = true;
    for (let next = this.deaths.shift(); next !== undefined; next = this.deaths.shift()) {
      for (const death of next) death.process.announce(death);
      for (const death of next.toReversed()) death.process.settle(death);
    }
    this.mourning = false;
  }

  remove(process: Process): void {
    this.table.delete(process.pid.id);
    process.pid.forget();
    if (process.name !== null) this.names.free(process.name);
  }

  private nameIt(name: string, process: Process): void {
    this.names.give(name, process);
    if (this.names.isUnheard) process.note(`the name ${name} leads nowhere yet: no registry(system) runs`);
  }

  private resolve(to: Address): Process | null {
    if (to instanceof ProcessPid) return ProcessPid.processOf(to);
    return 'text' in to ? this.names.find(to.text) : null;
  }
}

/** A bound that is none would hold nothing back. */
function checkedMax(mailboxMax: number): number {
  if (Number.isInteger(mailboxMax) && mailboxMax >= 1) return mailboxMax;
  throw new Error(`mailboxMax ${mailboxMax} is no whole number ≥ 1`);
}

function summaryOf(process: Process): ProcessSummary {
  const { pid, id, path, kind, waiting } = process;
  const { strategy } = process.description;
  return { pid, id, path, kind, mailbox: waiting, ...(strategy !== undefined && { strategy }) };
}
