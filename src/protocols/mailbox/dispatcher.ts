/**
 * Between Series, Dispatcher and RangeWorkers. Work is pulled: only when a worker has credit does the dispatcher ask
 * a Series for its next range, so that nothing is ever queued ahead of a thread that could take it.
 */
import type { From } from '../../runtime/call.ts';
import type { ServerPid } from '../../runtime/server-message.ts';
import type { KernelName, RangeResult, RangeTask } from '../ports/compute-thread.ts';
import type { SeriesPid } from './series.ts';

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
      readonly series: SeriesPid;
      readonly from: From<readonly OutstandingRange[]>;
    };

export type DispatcherCast =
  /** The run has demand; repeated wants are fine. */
  | { readonly type: 'want'; readonly series: SeriesPid }
  /** The run needs no more ranges for now; those it gave are finished. */
  | { readonly type: 'rest'; readonly series: SeriesPid }
  /** Answers a pull. */
  | {
      readonly type: 'range';
      readonly series: SeriesPid;
      readonly kernel: KernelName;
      /** The run's own mark, given back with the partial, by which it knows ranges of an earlier beginning. */
      readonly generation: number;
      readonly from: number;
      readonly to: number;
    }
  /** Answers a pull with nothing; the run wants again when it can give more. */
  | { readonly type: 'pass'; readonly series: SeriesPid }
  | { readonly type: 'result'; readonly worker: RangeWorkerPid; readonly result: RangeResult };

export type DispatcherPid = ServerPid<DispatcherCall, DispatcherCast>;

export type RangeWorkerCast =
  | { readonly type: 'task'; readonly task: RangeTask }
  | { readonly type: 'thread-ready'; readonly threadId: number }
  | { readonly type: 'thread-result'; readonly result: RangeResult }
  | { readonly type: 'thread-exit'; readonly reason: Error | null };

export type RangeWorkerPid = ServerPid<never, RangeWorkerCast>;
