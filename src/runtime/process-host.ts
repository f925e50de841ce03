/** A process as its own incarnation sees it: every effect asks first whether the process is still alive. */
import type { Clock } from '../lib/clock.ts';
import type { Host } from './behaviour.ts';
import { type Called, type From, PendingCall } from './call.ts';
import type { Settled } from './context.ts';
import { asError, type ExitReason } from './exit-reason.ts';
import type { MonitorRef } from './info.ts';
import { type Pid, ProcessPid } from './pid.ts';
import type { Process } from './process.ts';
import type { RuntimeEvent } from './runtime-event.ts';
import type { CallTarget, CastTarget } from './server-message.ts';
import type { System } from './system.ts';

export class ProcessHost implements Host {
  private readonly process: Process;

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
    return this.process.core.system;
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

  monitor(pid: Pid): MonitorRef {
    if (!(pid instanceof ProcessPid)) throw new Error(`${pid.id} is no pid of this runtime`);
    return this.process.alive ? this.process.monitors.watch(pid, ProcessPid.processOf(pid)) : { id: 0 };
  }

  demonitor(ref: MonitorRef): void {
    this.process.monitors.unwatch(ref);
  }

  setTimer(name: string, delayMs: number): void {
    this.process.setTimer(name, delayMs);
  }

  cancelTimer(name: string): void {
    this.process.cancelTimer(name);
  }

  own(release: () => void | Promise<void>): () => void {
    return this.process.own(release);
  }

  pipe<T>(work: Promise<T>, toMessage: (result: Settled<T>) => unknown): void {
    const arrive = (result: Settled<T>) => {
      if (!this.process.alive) return;
      try {
        this.process.postAnyway({ kind: 'cast', message: toMessage(result) });
      } catch (thrown) {
        this.process.requestStop({ error: asError(thrown) });
      }
    };
    work.then(
      (value) => arrive({ ok: true, value }),
      (thrown) => arrive({ ok: false, error: asError(thrown) }),
    );
  }

  note(text: string): void {
    if (this.process.alive) this.process.note(text);
  }

  emit(event: RuntimeEvent): void {
    if (this.process.alive) this.process.core.emit(event);
  }

  end(reason: ExitReason): void {
    this.process.requestStop(reason);
  }

  postpone(): void {
    this.process.postpone();
  }

  retryPostponed(): void {
    this.process.retryPostponed();
  }

  insert(messages: readonly unknown[]): void {
    this.process.insert(messages.map((message) => ({ kind: 'cast', message })));
  }

  castLater(message: unknown): void {
    this.process.postLater({ kind: 'cast', message });
  }
}
