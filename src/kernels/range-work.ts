/**
 * What a thread does with a message: checks it, sums, measures. Kept out of the thread's own file, because what runs
 * inside a thread can be neither covered nor called by a unit test. A task that is not one throws: nobody but our own
 * core speaks to a thread, so it is a bug, and the thread ends with it.
 */
import type { Clock } from '../lib/clock.ts';
import type { RangeResult, RangeTask } from '../protocols/ports/compute-thread.ts';
import { checkRange } from '../series/preconditions.ts';
import { findKernel, type Kernel } from './kernels.ts';

/** Terms a kernel sums at each place while it warms up: enough calls of its loops for them to be compiled for good. */
const WARM_TERMS = 2 ** 20;
/** Where: at the start, and where indices no longer are small integers to the engine. */
const WARM_STARTS = [0, 2 ** 40] as const;

/** Does the task in `message`. Throws where it is malformed, names no kernel or no range of whole grains. */
export function doRange(message: unknown, clock: Clock): RangeResult {
  const task = readTask(message);
  const kernel = findKernel(task.kernel);
  if (kernel === null) throw new TypeError(`unknown kernel ${task.kernel}`);
  checkRange(task.from, task.to, kernel.grain, kernel.termsMax);
  const startedMs = clock.monotonicMs();
  const partial = kernel.sum(task.from, task.to);
  return { id: task.id, partial, elapsedMs: clock.monotonicMs() - startedMs };
}

/** Runs every kernel long enough for the engine to compile it, so that the first range is as fast as the thousandth. */
export function warmUp(kernels: readonly Kernel[]): void {
  for (const { sum, grain, termsMax } of kernels) {
    for (const start of WARM_STARTS) {
      const from = Math.min(start, termsMax - WARM_TERMS);
      sum(from - (from % grain), from - (from % grain) + WARM_TERMS);
    }
  }
}

function readTask(message: unknown): Pick<RangeTask, 'id' | 'from' | 'to'> & { readonly kernel: string } {
  if (typeof message !== 'object' || message === null) throw new TypeError('a task is an object');
  if (!('id' in message && 'kernel' in message && 'from' in message && 'to' in message)) {
    throw new TypeError('a task has id, kernel, from and to');
  }
  const { id, kernel, from, to } = message;
  const numbers = Number.isSafeInteger(id) && Number.isSafeInteger(from) && Number.isSafeInteger(to);
  if (!numbers || typeof kernel !== 'string')
    throw new TypeError(`malformed task ${JSON.stringify(message)}`);
  return { id: Number(id), kernel, from: Number(from), to: Number(to) };
}
