/** A process as its own incarnation sees it: every effect asks first whether the process is still alive. */
import type { Clock } from '../lib/clock.ts';
import type { Behaviour, ChildBirth, Description, Host } from './behaviour.ts';
import type { Release } from './belongings.ts';
import { type Called, type From, PendingCall } from './call.ts';
import type { Settled } from './context.ts';
import { asError, type ExitReason } from './exit-reason.ts';
import { FencedSystem } from './fenced-system.ts';
import type { MonitorRef } from './info.ts';
import { type Pid, ProcessPid } from './pid.ts';
import type { Process } from './process.ts';
import type { RuntimeEvent } from './runtime-event.ts';
import type { CallTarget, CastTarget } from './server-message.ts';
import type { OnStarted, Refused } from './start-outcome.ts';
import type { System } from './system.ts';

export class ProcessHost implements Host {
  private readonly process: Process;
  private fenced: FencedSystem | null = null;

  constructor(process: Process) {
    this.process = process;
  }

  get self(): ProcessPid {
    return this.process.pid;
  }
  get id(): string {
    return this.process.id;
  }
  get path(): string {
    return this.process.path;
  }
  get system(): System {
    this.fenced ??= new FencedSystem(this.process);
    return this.fenced;
  }
  get clock(): Clock {
    return this.process.core.clock;
  }
  get signal(): AbortSignal {
    return this.process.signal;
  }

  alive(): boolean {
    return this.process.alive;
  }

  // --- to others ------------------------------------------------------------------------------------------

  cast<C>(to: CastTarget<C>, message: NoInfer<C>): void {
    if (this.process.alive) this.process.core.deliver(to, message);
  }

  call<Q, R, const A extends Q = Q>(
    to: CallTarget<Q>,
    build: (from: From<R>) => A,
    timeoutMs: number,
  ): Promise<Called<R>> {
    if (!this.process.alive) return Promise.resolve({ ok: false, reason: 'noproc' });
    // What is answered to a `From<R>` is an R.
    return this.process.core.ask(this.process, to, build, timeoutMs) as Promise<Called<R>>;
  }

  reply<R>(from: From<R>, value: NoInfer<R>): void {
    if (this.process.alive && from instanceof PendingCall) from.settle({ ok: true, value });
  }

  exit(pid: Pid, reason: ExitReason | 'kill'): void {
    if (!this.process.alive) return;
    const other = ProcessPid.processOf(pid);
    if (reason === 'kill') other?.die('killed');
    else other?.signalExit(this.process.pid, reason);
  }

  link(pid: Pid): void {
    const { process } = this;
    if (!process.alive || pid === process.pid) return;
    const other = ProcessPid.processOf(pid);
    if (other === null) {
      process.signalExit(ownPid(pid), 'noproc');
      return;
    }
    if (process.isKin(other)) return;
    process.holdings.links.add(other);
    other.holdings.links.add(process);
  }

  unlink(pid: Pid): void {
    const other = ProcessPid.processOf(pid);
    if (other === null) return;
    this.process.holdings.links.delete(other);
    other.holdings.links.delete(this.process);
  }

  monitor(pid: Pid): MonitorRef {
    const target = ownPid(pid);
    if (!this.process.alive) return { id: 0 };
    return this.process.holdings.monitors.watch(target, ProcessPid.processOf(target));
  }

  demonitor(ref: MonitorRef): void {
    this.process.holdings.monitors.unwatch(ref);
  }

  // --- to itself ------------------------------------------------------------------------------------------

  setTimer(name: string, delayMs: number, content?: unknown): void {
    if (this.process.alive) this.process.holdings.timers.set(name, delayMs, content);
  }

  updateTimer(name: string, content: unknown): boolean {
    return this.process.holdings.timers.update(name, content);
  }

  cancelTimer(name: string): void {
    this.process.holdings.timers.cancel(name);
  }

  own(release: Release): () => void {
    const { belongings } = this.process.holdings;
    const releaseEarly = belongings.add(release);
    if (!this.process.alive) belongings.releaseNow();
    return releaseEarly;
  }

  pipe<T>(work: Promise<T>, toMessage: (result: Settled<T>) => unknown): void {
    const arrive = (result: Settled<T>) => {
      if (!this.process.alive) {
        if (!result.ok) this.process.crash(result.error);
        return;
      }
      try {
        this.castSelf(toMessage(result));
      } catch (thrown) {
        this.process.requestStop({ error: asError(thrown) });
      }
    };
    work.then(
      (value) => arrive({ ok: true, value }),
      (thrown) => arrive({ ok: false, error: asError(thrown) }),
    );
  }

  startInfo(info: unknown): void {
    this.process.startInfo = info;
  }

  note(text: string): void {
    if (this.process.alive) this.process.note(text);
  }

  // --- for the kinds of processes ---------------------------------------------------------------------------

  emit(event: RuntimeEvent): void {
    if (this.process.alive) this.process.core.emit(event);
  }

  describe(description: Description): void {
    this.process.description = description;
  }

  ready(): void {
    this.process.ready();
  }

  postpone(): void {
    this.process.postpone();
  }

  retryPostponed(): void {
    this.process.retryPostponed();
  }

  insert(messages: readonly unknown[]): void {
    this.process.insert(messages.map((message) => ({ kind: 'cast', message }) as const));
  }

  castSelf(message: unknown): void {
    this.process.postAnyway({ kind: 'cast', message });
  }

  castLater(message: unknown): void {
    this.process.core.scheduler.defer(() => this.castSelf(message));
  }

  startChild(behaviour: Behaviour<never>, birth: ChildBirth, settled: OnStarted): Pid | Refused {
    return this.process.core.startProcess(behaviour, { ...birth, link: this.process.pid }, settled);
  }

  stopChild(pid: Pid, reason: ExitReason, timeoutMs: number): void {
    ProcessPid.processOf(pid)?.stop(reason, timeoutMs);
  }
}

function ownPid(pid: Pid): ProcessPid {
  if (!(pid instanceof ProcessPid)) throw new Error(`${pid.id} is no pid of this runtime`);
  return pid;
}
