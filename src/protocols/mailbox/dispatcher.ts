/**
 * Between Series, Dispatcher and RangeWorkers. Work is pulled: only when a worker has credit does the dispatcher ask
 * a Series for its next range, so that nothing is ever queued ahead of a thread that could take it.
 */
import type { From } from '../../runtime/call.ts';
import type { ServerPid } from '../../runtime/server-message.ts';
import type { Outcome, Task, TaskResult, Work } from '../ports/compute-thread.ts';

/** What somebody who gives work is told: a run's Series, or the process behind a request for a partial. */
export type GiverCast =
  /** A worker is free: give about `budgetMs` of work, or pass. */
  | { readonly type: 'pull'; readonly budgetMs: number }
  | {
      readonly type: 'done';
      readonly generation: number;
      readonly work: Work;
      readonly outcome: Outcome;
      readonly elapsedMs: number;
    }
  /** Work that ended its worker too often, the last time by `fault`; the run stops until somebody says retry. */
  | {
      readonly type: 'blocked';
      readonly generation: number;
      readonly work: Work;
      readonly fault: string;
    };

export type GiverPid = ServerPid<never, GiverCast>;

export interface OutstandingRange {
  readonly from: number;
  readonly to: number;
  /** Index of the worker that has it. */
  readonly worker: number;
}

export type DispatcherCall =
  | {
      readonly type: 'register';
      readonly index: number;
      readonly worker: RangeWorkerPid;
      readonly from: From<null>;
    }
  | {
      readonly type: 'outstanding';
      readonly giver: GiverPid;
      readonly from: From<readonly OutstandingRange[]>;
    };

export type DispatcherCast =
  /** It has work to give; repeated wants are fine. */
  | { readonly type: 'want'; readonly giver: GiverPid }
  /** It has none for now; what it gave is finished. */
  | { readonly type: 'rest'; readonly giver: GiverPid }
  /** Answers a pull. */
  | {
      readonly type: 'work';
      readonly giver: GiverPid;
      /** The giver's own mark, given back with the outcome, by which it knows work of an earlier beginning. */
      readonly generation: number;
      readonly work: Work;
    }
  /** Answers a pull with nothing; it wants again when it can give more. */
  | { readonly type: 'pass'; readonly giver: GiverPid }
  | { readonly type: 'result'; readonly worker: RangeWorkerPid; readonly result: TaskResult };

export type DispatcherPid = ServerPid<DispatcherCall, DispatcherCast>;

export type RangeWorkerCast =
  | { readonly type: 'task'; readonly task: Task }
  | { readonly type: 'thread-ready'; readonly threadId: number }
  | { readonly type: 'thread-result'; readonly result: TaskResult }
  | { readonly type: 'thread-exit'; readonly reason: Error | null };

export type RangeWorkerPid = ServerPid<never, RangeWorkerCast>;
