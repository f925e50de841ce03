/** What processes need of their system and nobody else may have. */
import type { Clock } from '../lib/clock.ts';
import type { Behaviour } from './behaviour.ts';
import type { Called, From } from './call.ts';
import type { Pid, ProcessPid } from './pid.ts';
import type { Death, Process } from './process.ts';
import type { ProcessName } from './process-name.ts';
import type { RuntimeEvent } from './runtime-event.ts';
import type { Scheduler } from './scheduler.ts';
import type { OnStarted, Refused } from './start-outcome.ts';
import type { SpawnOptions, System } from './system.ts';

export type Address = Pid | ProcessName<never>;

export interface SystemCore {
  readonly system: System;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly drainBudget: number;
  emit(event: RuntimeEvent): void;
  /** Starts a process. `settled` hears once how that went, unless it was refused. */
  startProcess(behaviour: Behaviour<never>, options: SpawnOptions, settled: OnStarted): ProcessPid | Refused;
  /** Messages that a process which has just ended leaves unread. */
  countDeadLetters(pid: ProcessPid, count: number): void;
  /** Tells all who are concerned by deaths, given top down. */
  mourn(deaths: readonly Death[]): void;
  /** Takes a process that ends out of all tables. */
  remove(process: Process): void;
  deliver(to: Address, message: unknown): void;
  ask(
    caller: Process | null,
    to: Address,
    build: (from: From<unknown>) => unknown,
    timeoutMs: number,
  ): Promise<Called<unknown>>;
}
