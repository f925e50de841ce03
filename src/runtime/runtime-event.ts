/** The event stream: what happens to processes, for telemetry, the page and tests. Nothing in the core depends on it. */
import type { ExitReason } from './exit-reason.ts';
import type { Pid } from './pid.ts';

export interface AlsoRestarted {
  readonly path: string;
  readonly oldPid: Pid;
  /** Null when it was stopped along and is not started again. */
  readonly newPid: Pid | null;
}

/**
 * `start_error`: a child could not be started. `child_terminated`: it ended by itself, and not in order. `shutdown`: it
 * was one restart too many. `shutdown_error`: told to end, it did so otherwise than told.
 */
export type SupervisorContext = 'start_error' | 'child_terminated' | 'shutdown' | 'shutdown_error';

/** The child that a report is about. */
export interface Offender {
  readonly id: string;
  readonly path: string;
  /** The incarnation concerned; null if there was none. */
  readonly pid: Pid | null;
  readonly restart: 'permanent' | 'transient' | 'temporary';
  readonly shutdown: 'brutal_kill' | number | 'infinity';
  readonly type: 'worker' | 'supervisor';
  readonly significant: boolean;
}

export type RuntimeEvent =
  /** Its init is done. */
  | { readonly type: 'start'; readonly path: string; readonly pid: Pid }
  /** Also of a process whose init failed, which had no `start`. */
  | { readonly type: 'exit'; readonly path: string; readonly pid: Pid; readonly reason: ExitReason }
  | {
      readonly type: 'restart';
      readonly path: string;
      readonly oldPid: Pid;
      readonly newPid: Pid;
      /** From the exit of the old to the end of the new one's init, a backoff in between included. */
      readonly latencyUs: number;
      readonly strategy: string;
      readonly alsoRestarted: readonly AlsoRestarted[];
    }
  | {
      readonly type: 'not-restarted';
      readonly path: string;
      readonly oldPid: Pid;
      readonly reason: ExitReason;
    }
  /** A supervisor has started a child: OTP's progress report. `path` and `pid` are the supervisor's. */
  | { readonly type: 'progress'; readonly path: string; readonly pid: Pid; readonly started: Offender }
  /** OTP's supervisor report: something went otherwise than it should. `path` and `pid` are the supervisor's. */
  | {
      readonly type: 'report';
      readonly path: string;
      readonly pid: Pid;
      readonly context: SupervisorContext;
      readonly reason: ExitReason;
      readonly offender: Offender;
    }
  /** `path` and `pid` are the supervisor's. */
  | {
      readonly type: 'intensity-exceeded';
      readonly path: string;
      readonly pid: Pid;
      readonly restarts: number;
    }
  /**
   * Of the messages lost to one dead pid or to one name the 1st, 2nd, 4th, 8th … is told, so that a flood of them is no flood of
   * events. `total` counts the whole system's. A name that leads nowhere has no pid and no path.
   */
  | {
      readonly type: 'dead-letter';
      readonly path: string | null;
      readonly pid: Pid | null;
      readonly name?: string;
      readonly total: number;
    }
  /** A full mailbox refused the newest message. `total` counts this process's; told like dead letters. */
  | { readonly type: 'dropped'; readonly path: string; readonly pid: Pid; readonly total: number }
  | { readonly type: 'note'; readonly path: string; readonly pid: Pid; readonly note: string };

/** Whether a count that went from `before` to `after` passed a power of two. */
export function passesPowerOfTwo(before: number, after: number): boolean {
  return after > 0 && (before === 0 || Math.clz32(before) !== Math.clz32(after));
}
