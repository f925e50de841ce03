/** A thread that sums ranges. The core sees tasks and results; how threads are made is the kernels' business. */
import type { Brand } from '../../lib/brand.ts';

/** Names a kernel of the worker thread, e.g. `leibniz-quad`. */
export type KernelName = Brand<string, 'KernelName'>;

/** Terms [from, to) of one kernel; both are multiples of the series' grain. */
export interface RangeTask {
  /** Unique among the tasks outstanding at a thread. */
  readonly id: number;
  readonly kernel: KernelName;
  readonly from: number;
  readonly to: number;
}

export interface RangeResult {
  readonly id: number;
  /** The exact partial in its monoid's canonical text. */
  readonly partial: string;
  /** Time the kernel took. */
  readonly elapsedMs: number;
}

export interface ThreadEvents {
  /** The thread has loaded its kernels and takes tasks without delay. */
  ready(threadId: number): void;
  result(result: RangeResult): void;
  /** The thread is gone, by itself or by `terminate`. Called once. */
  exit(reason: Error | null): void;
}

export interface ComputeThread {
  /** Queues a task; tasks of a thread are done one at a time in order. */
  run(task: RangeTask): void;
  /** Ends the thread at once, whatever it is computing. */
  terminate(): Promise<void>;
}

export type StartThread = (events: ThreadEvents) => ComputeThread;
