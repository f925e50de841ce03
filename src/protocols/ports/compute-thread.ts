/** A thread that does a series' arithmetic. The core sees tasks and results; how threads are made is the kernels' business. */
import type { Brand } from '../../lib/brand.ts';
import type { SeriesId } from '../identity.ts';
import type { PartialView } from '../wire/partial.ts';
import type { Figures } from './figures.ts';

/** Names a kernel of the worker thread, e.g. `leibniz-quad`. */
export type KernelName = Brand<string, 'KernelName'>;

/** Sum terms [from, to) of a series; both are multiples of its grain. */
export interface RangeWork {
  readonly kind: 'range';
  readonly series: SeriesId;
  readonly from: number;
  readonly to: number;
  /** The state over [0, from) for a sequential series, null for any other. */
  readonly before: string | null;
  /** Of a heavy series: it may take long, so that nothing is to wait behind it. */
  readonly heavy: boolean;
  /** Whether the partial is wanted as named integers too: to write long ones in decimal takes long as well. */
  readonly describe: boolean;
}

/** Merge `parts` after `state`, and say what that comes to: for series whose merging and figures take long. */
export interface FoldWork {
  readonly kind: 'fold';
  readonly series: SeriesId;
  /** Terms the state covers … */
  readonly from: number;
  /** … and terms it covers with the parts behind it. */
  readonly to: number;
  readonly state: string;
  readonly parts: readonly string[];
}

export type Work = RangeWork | FoldWork;

export interface Task {
  /** Unique among the tasks outstanding at a thread. */
  readonly id: number;
  readonly work: Work;
}

/**
 * The exact partial over a range in its monoid's canonical text, with its description where it was wanted; or the new state,
 * with the figures at `to`.
 */
export type Outcome =
  | { readonly kind: 'range'; readonly partial: string; readonly view?: PartialView }
  | { readonly kind: 'fold'; readonly state: string; readonly figures: Figures };

export interface TaskResult {
  readonly id: number;
  readonly outcome: Outcome;
  /** Time the arithmetic took. */
  readonly elapsedMs: number;
}

/** Why a thread ended that wanted more memory than it may have. */
export class OutOfMemory extends Error {}

export interface ThreadEvents {
  /** The thread has loaded its kernels and takes tasks without delay. */
  ready(threadId: number): void;
  result(result: TaskResult): void;
  /** The thread is gone, by itself or by `terminate`. Called once. */
  exit(reason: Error | null): void;
}

export interface ComputeThread {
  /** Queues a task; tasks of a thread are done one at a time in order. */
  run(task: Task): void;
  /** Ends the thread at once, whatever it is computing. */
  terminate(): Promise<void>;
}

export type StartThread = (events: ThreadEvents) => ComputeThread;
