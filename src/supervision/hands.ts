/**
 * What a supervisor's brain has done for it. In a process these act through the runtime; in a simulation through a
 * made-up world. The brain itself knows no other effects.
 */
import type { ExitReason } from '../runtime/exit-reason.ts';
import type { Pid } from '../runtime/pid.ts';
import type { RuntimeEvent, SupervisorContext } from '../runtime/runtime-event.ts';
import type { StartOutcome } from '../runtime/start-outcome.ts';
import type { Child } from './child.ts';

export interface Hands {
  /** Monotonic. */
  nowMs(): number;
  /** Uniform in [0, 1). */
  fraction(): number;
  /** Whether there is such a process, child or not. */
  alive(pid: Pid): boolean;
  /**
   * Begins a start: its failure if that shows at once, else null, and `Brain.spawned` as soon as there is a process and
   * `Brain.started` when it is known how it went.
   */
  start(child: Child): StartOutcome | null;
  /** Tells a child to end, as its spec says; its exit comes later. */
  end(child: Child, pid: Pid): void;
  /** Brings `Brain.due` for this child after the delay, replacing an earlier one. */
  wait(child: Child, delayMs: number): void;
  /** Nothing is brought for this child any more. */
  stopWaiting(child: Child): void;
  /** Brings `Brain.due` for this child after everybody else has had a turn, timers included. */
  yield(child: Child): void;
  restarted(event: Extract<RuntimeEvent, { type: 'restart' | 'not-restarted' }>): void;
  progress(child: Child): void;
  report(context: SupervisorContext, reason: ExitReason, child: Child, pid: Pid | null): void;
  /** More restarts than allowed; the supervisor is ending itself. */
  exceeded(restarts: number): void;
}
