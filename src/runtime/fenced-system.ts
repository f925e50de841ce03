/**
 * The system as one process sees it: what it does to the world by it ends with the process, as everything else it does.
 * What is only read stays readable.
 */
import type { Clock } from '../lib/clock.ts';
import type { Behaviour } from './behaviour.ts';
import type { Called, From } from './call.ts';
import type { ExitReason } from './exit-reason.ts';
import type { Pid } from './pid.ts';
import type { Process } from './process.ts';
import type { ProcessName } from './process-name.ts';
import type { RuntimeEvent } from './runtime-event.ts';
import type { CallTarget, CastTarget } from './server-message.ts';
import type { ProcessInfo, ProcessSummary, Spawned, SpawnOptions, Starting, System } from './system.ts';

export class FencedSystem implements System {
  private readonly process: Process;
  private readonly system: System;

  constructor(process: Process) {
    this.process = process;
    this.system = process.core.system;
  }

  spawn<M>(behaviour: Behaviour<M>, options?: SpawnOptions<M>): Promise<Spawned<M>> {
    return this.start(behaviour, options).started;
  }

  start<M>(behaviour: Behaviour<M>, options?: SpawnOptions<M>): Starting<M> {
    if (this.process.alive) return this.system.start(behaviour, options);
    return { pid: null, started: Promise.resolve({ ok: false, reason: 'noproc' }) };
  }

  cast<C>(to: CastTarget<C>, message: NoInfer<C>): void {
    if (this.process.alive) this.system.cast(to, message);
  }

  /** Not the process's own call: its end does not settle this one. */
  call<Q, R, const A extends Q = Q>(
    to: CallTarget<Q>,
    build: (from: From<R>) => A,
    timeoutMs: number,
  ): Promise<Called<R>> {
    if (this.process.alive) return this.system.call<Q, R, A>(to, build, timeoutMs);
    return Promise.resolve({ ok: false, reason: 'noproc' });
  }

  exit(pid: Pid, reason: ExitReason | 'kill'): void {
    if (this.process.alive) this.system.exit(pid, reason);
  }

  async stop(pid: Pid, reason: ExitReason, timeoutMs: number): Promise<void> {
    if (this.process.alive) await this.system.stop(pid, reason, timeoutMs);
  }

  serveNames(): () => void {
    if (!this.process.alive) throw new Error('a process that has ended serves no names');
    return this.system.serveNames();
  }

  /** The process listens as long as it lives. */
  onEvent(listener: (event: RuntimeEvent) => void): () => void {
    if (!this.process.alive) return () => {};
    return this.process.holdings.belongings.add(this.system.onEvent(listener));
  }

  // --- to read ------------------------------------------------------------------------------------------------

  get name(): string {
    return this.system.name;
  }
  get clock(): Clock {
    return this.system.clock;
  }
  get deadLetters(): number {
    return this.system.deadLetters;
  }
  get dropped(): number {
    return this.system.dropped;
  }
  get listenerFaults(): number {
    return this.system.listenerFaults;
  }

  whereis<M>(name: ProcessName<M>): Pid<M> | null {
    return this.system.whereis(name);
  }
  find(pidText: string): Pid | null {
    return this.system.find(pidText);
  }
  ended(pid: Pid): Promise<ExitReason> {
    return this.system.ended(pid);
  }
  alive(pid: Pid): boolean {
    return this.system.alive(pid);
  }
  inspect(pid: Pid): ProcessInfo | null {
    return this.system.inspect(pid);
  }
  processes(): Iterable<ProcessSummary> {
    return this.system.processes();
  }
}
