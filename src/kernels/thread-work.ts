/**
 * What a thread does with a message: checks it, does the arithmetic, measures. Kept out of the thread's own file, because
 * what runs inside a thread can be neither covered nor called by a unit test. A task that is not one throws: nobody but
 * our own core speaks to a thread, so it is a bug, and the thread ends with it. Checked by hand: a library of schemas takes
 * longer to load than a thread has until its first range.
 */
import type { Clock } from '../lib/clock.ts';
import type { FoldWork, Outcome, RangeWork, Task, TaskResult } from '../protocols/ports/compute-thread.ts';
import type { SeriesDefinition } from '../series/definition.ts';
import { checkRange, checkTerms } from '../series/preconditions.ts';
import type { Kernel } from './kernels.ts';

export interface Workshop {
  readonly findSeries: (id: string) => SeriesDefinition | null;
  /** The compiled kernels. */
  readonly kernels: readonly Kernel[];
  readonly clock: Clock;
}

/** Does the task in `message`. Throws where it is malformed, names no series or no range of whole grains. */
export function doTask(message: unknown, shop: Workshop): TaskResult {
  const { id, work } = readTask(message);
  const series = shop.findSeries(work.series);
  if (series === null) throw new TypeError(`unknown series ${work.series}`);
  const startedMs = shop.clock.monotonicMs();
  const outcome = work.kind === 'range' ? sumRange(work, series, shop) : fold(work, series);
  return { id, outcome, elapsedMs: shop.clock.monotonicMs() - startedMs };
}

/** The task in `message`; throws where it is malformed. */
export function readTask(message: unknown): Task {
  if (isTask(message)) return message;
  throw new TypeError(`malformed task ${JSON.stringify(message)?.slice(0, 200)}`);
}

function isTask(message: unknown): message is Task {
  if (!isRecord(message)) return false;
  const { id, work } = message;
  return isCount(id) && isRecord(work) && isWork(work);
}

function isWork({
  kind,
  series,
  from,
  to,
  before,
  state,
  parts,
  heavy,
  describe,
}: Readonly<Record<string, unknown>>): boolean {
  if (typeof series !== 'string' || !isCount(from) || !isCount(to)) return false;
  if (kind === 'range') {
    const flags = typeof heavy === 'boolean' && typeof describe === 'boolean';
    return flags && (before === null || typeof before === 'string');
  }
  const texts = Array.isArray(parts) && parts.every((part) => typeof part === 'string');
  return kind === 'fold' && typeof state === 'string' && texts;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function sumRange(work: RangeWork, series: SeriesDefinition, { kernels }: Workshop): Outcome {
  const { from, to, before, describe } = work;
  checkRange(from, to, series.grain, series.termsMax);
  const sum = sumBy(series, kernels);
  const partial = before === null ? sum(from, to) : sum(from, to, before);
  return { kind: 'range', partial, ...(describe ? { view: series.describe(partial) } : {}) };
}

/** The compiled kernel that the series names, `partial` where it names none. */
function sumBy(series: SeriesDefinition, kernels: readonly Kernel[]): SeriesDefinition['partial'] {
  if (series.kernel === null) return series.partial;
  const named = kernels.find((kernel) => kernel.series.kernel === series.kernel);
  if (named === undefined) throw new TypeError(`series ${series.id} names no kernel: ${series.kernel}`);
  return named.sum;
}

/** The parts are merged with each other first: a long state then meets one long part instead of many short ones. */
function fold({ state, parts, to }: FoldWork, series: SeriesDefinition): Outcome {
  checkTerms(to, series.termsMax);
  const next = parts.length === 0 ? state : series.merge(state, mergeAll(parts, series));
  return { kind: 'fold', state: next, figures: series.evaluate(next, to) };
}

/** Neighbours by pairs, so that factors of like length meet. */
function mergeAll(parts: readonly string[], series: SeriesDefinition): string {
  if (parts.length <= 1) return parts[0] ?? series.empty;
  const middle = parts.length >> 1;
  return series.merge(mergeAll(parts.slice(0, middle), series), mergeAll(parts.slice(middle), series));
}

/** Terms in one call while a kernel warms up, and calls: enough for the engine to compile its loops for good. */
const WARM_TERMS = 4_096;
const WARM_CALLS = 100;

/**
 * Runs every compiled kernel until the engine has compiled it, so that the first range is as fast as the thousandth; never
 * beyond what a kernel honours.
 */
export function warmUp(kernels: readonly Kernel[]): void {
  for (const { sum, series } of kernels) {
    const { grain, termsMax } = series;
    const terms = Math.max(grain, WARM_TERMS - (WARM_TERMS % grain));
    for (let to = terms; to <= Math.min(termsMax, WARM_CALLS * terms); to += terms) sum(to - terms, to);
  }
}
