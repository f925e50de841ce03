/** Sums of a series for its contract: by the fastest way its threads have, or by its definition. */
import { compiledKernels } from '../../src/kernels/kernels.ts';
import type { SeriesDefinition } from '../../src/series/definition.ts';

const kernels = compiledKernels();

export interface Sums {
  /** The definition's own word, slow and plain. */
  readonly defined: (from: number, to: number) => string;
  /** What a worker thread would answer. */
  readonly summed: (from: number, to: number) => string;
}

/** A sequential series gets the state before a range from its definition, from the beginning. */
export function sumsOf(series: SeriesDefinition): Sums {
  const compiled = kernels.find((kernel) => kernel.series.id === series.id)?.sum;
  const { empty } = series;
  const defined = (from: number, to: number) =>
    series.order === 'sequential'
      ? series.partial(from, to, from === 0 ? empty : series.partial(0, from, empty))
      : series.partial(from, to);
  return { defined, summed: compiled ?? defined };
}

/** Whether worker threads have a compiled kernel for it. */
export function isCompiled(series: SeriesDefinition): boolean {
  return kernels.some((kernel) => kernel.series.id === series.id);
}
