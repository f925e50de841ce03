/** What counts. Whoever has something to count is given a meter; what becomes of the figures is not its business. */
import type { ReachableLimit } from '../limit-answers.ts';
import type { CounterName, GaugeName, HistogramName } from '../metrics.ts';

export interface Meter {
  /** Adds `by` (1 without it) to a counter; `label` where the metric has one. */
  count(name: CounterName, label?: string, by?: number): void;
  /** A bound was reached and its one outcome has come: `count` of `zeno_limits_reached_total`. */
  limited(limit: ReachableLimit): void;
  /** One value of a histogram, in its unit. */
  observe(name: HistogramName, value: number): void;
  /**
   * Lets a metric be read when somebody asks, for what is counted more often than it is looked at: a number, or one for
   * each label. Several readers of one metric are added up. Returns how to stop it being read.
   */
  read(name: CounterName | GaugeName, values: () => number | ReadonlyMap<string, number>): () => void;
}

/** Counts nothing. */
export const noMeter: Meter = {
  count: () => {},
  limited: () => {},
  observe: () => {},
  read: () => () => {},
};
