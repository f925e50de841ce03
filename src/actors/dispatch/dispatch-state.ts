/** What the dispatcher's brain remembers, hears and orders. `Run` and `Worker` are the caller's own keys for them. */
import type { Outcome, Task, Work } from '../../protocols/ports/compute-thread.ts';

export interface DispatchLimits {
  readonly creditPerWorker: number;
  readonly rangeAttemptsMax: number;
  readonly rangeMinMs: number;
  readonly rangeMaxMs: number;
}

/** Work on its way. */
export interface Job<Run> {
  readonly run: Run;
  /** The run's own mark, given back with the outcome. */
  readonly generation: number;
  readonly work: Work;
  /** What workers said that ended by themselves while they were at it, oldest first. */
  readonly failures: readonly string[];
}

export interface Turn<Run> {
  readonly run: Run;
  /** Wants ranges; false once it passed, until it wants again. */
  readonly wanting: boolean;
  /** Pulls it has not answered yet; each holds one credit. */
  readonly pulls: number;
}

export interface Bench<Worker> {
  readonly worker: Worker;
  readonly index: number;
}

export interface Assigned<Run, Worker> extends Job<Run> {
  readonly id: number;
  readonly worker: Worker;
}

export interface Dispatch<Run, Worker> {
  /** In the order of their turns. */
  readonly turns: readonly Turn<Run>[];
  readonly workers: readonly Bench<Worker>[];
  readonly assigned: readonly Assigned<Run, Worker>[];
  /** Work to hand out before any new one. */
  readonly waiting: readonly Job<Run>[];
  readonly nextId: number;
}

export type DispatchEvent<Run, Worker> =
  | { readonly type: 'want'; readonly run: Run }
  | { readonly type: 'rest'; readonly run: Run }
  | { readonly type: 'pass'; readonly run: Run }
  | {
      readonly type: 'work';
      readonly run: Run;
      readonly generation: number;
      readonly work: Work;
    }
  | { readonly type: 'run-gone'; readonly run: Run }
  | { readonly type: 'worker-ready'; readonly worker: Worker; readonly index: number }
  /** `fault`: why it ended by itself, so that what it had is suspect; null when somebody ended it. */
  | { readonly type: 'worker-gone'; readonly worker: Worker; readonly fault: string | null }
  | {
      readonly type: 'result';
      readonly worker: Worker;
      readonly id: number;
      readonly outcome: Outcome;
      readonly elapsedMs: number;
    };

export type DispatchOrder<Run, Worker> =
  | { readonly type: 'pull'; readonly run: Run; readonly budgetMs: number }
  | { readonly type: 'task'; readonly worker: Worker; readonly task: Task }
  | {
      readonly type: 'done';
      readonly run: Run;
      readonly generation: number;
      readonly work: Work;
      readonly outcome: Outcome;
      readonly elapsedMs: number;
    }
  | {
      readonly type: 'blocked';
      readonly run: Run;
      readonly generation: number;
      readonly work: Work;
      /** Why its last worker ended. */
      readonly fault: string;
    };

export interface Dispatched<Run, Worker> {
  readonly state: Dispatch<Run, Worker>;
  readonly orders: readonly DispatchOrder<Run, Worker>[];
}
