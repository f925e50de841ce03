/**
 * What a series is to the rest of Zeno: names, an exact monoid of partial sums in canonical text, and an evaluation
 * that turns a sum into figures with a proven enclosure. All of it is pure, so that any node, thread or test that
 * holds the same ranges says the same bytes. Texts, not objects, cross rooms: they are stored, compared and sent as
 * they are, whatever the monoid behind them (fixed point, triples, counters).
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { KernelName } from '../protocols/ports/compute-thread.ts';
import type { Figures } from '../protocols/ports/figures.ts';
import type { Accelerated, BoundKind } from '../protocols/wire/estimate.ts';
import type { PartialView } from '../protocols/wire/partial.ts';

export interface SeriesDefinition {
  readonly id: SeriesId;
  /** Other ids that mean this series. */
  readonly aliases: readonly SeriesId[];
  readonly title: string;
  /** One line of plain Unicode. */
  readonly formula: string;
  /** Where formula and bounds are proven: paper or theorem. */
  readonly source: string;
  /** The formula's index of the first term: term i of a run (i = 0, 1, …) has index start + i. */
  readonly start: number;
  /** Raised whenever the same n would give other bytes; a run of another version starts a new epoch. */
  readonly version: number;
  /** Where the series goes, to 60 significant digits; null where it goes nowhere. */
  readonly limit: { readonly name: string; readonly decimal: string } | null;
  readonly bound: BoundKind;
  /** The compiled kernel that worker threads sum it by; null where they call `partial` itself. */
  readonly kernel: KernelName | null;
  /**
   * How ranges may be summed: `any`: in any order, merged in any order. `adjacent`: in any order, merged with their
   * neighbours only. `sequential`: one after the other, each from the state of those before it.
   */
  readonly order: 'any' | 'adjacent' | 'sequential';
  /** Merging and figures take long enough (big integers) to be a worker's business, not the event loop's. */
  readonly heavy: boolean;
  /** Ranges begin and end at multiples of this many terms; 1 for a heavy series, whose terms are all summed by workers. */
  readonly grain: number;
  /** The greatest n for which sums and bounds are proven; a multiple of `grain`, below 2^50. */
  readonly termsMax: number;
  /**
   * Terms of a range from `from` on below which most of its time is what every range costs, however short (a sieve's base
   * primes, the first term's powers): ranges are made no shorter. 1 where it is left out.
   */
  leastRange?(from: number): number;
  /** Canonical text of the sum of no terms: the identity of `merge`. */
  readonly empty: string;
  /**
   * The exact partial over terms [from, to), both multiples of `grain`, 0 ≤ from ≤ to ≤ termsMax. May be slow where there
   * is a kernel, which must match it, text for text: it is the definition. `before` is the state over [0, from) and is given to
   * `sequential` series only.
   */
  partial(from: number, to: number, before?: string): string;
  /** The sum of two partials, canonical text in and out; associative. `a` stands before `b` for monoids that care. */
  merge(a: string, b: string): string;
  /**
   * The figures at n, 1 ≤ n ≤ termsMax. `state` is the partial over the whole grains below n, that is over
   * [0, n − n mod grain); the n mod grain trailing terms are added here and never stored.
   */
  evaluate(state: string, n: number): Figures;
  /** Why terms beyond n would say no more, as one sentence; null while they do. Not null at termsMax. */
  exhausted(n: number): string | null;
  /** The proven tail applied to the first min(n, 4096) terms; null where no tail is proven. */
  readonly accelerate: ((n: number) => Accelerated) | null;
  /** A canonical text as named integers, for those who merge partials themselves. */
  describe(partial: string): PartialView;
}

/** What a definition computes, apart from the tail; the rest of it is words. */
export type SeriesArithmetic = Pick<
  SeriesDefinition,
  | 'kernel'
  | 'order'
  | 'heavy'
  | 'grain'
  | 'termsMax'
  | 'leastRange'
  | 'empty'
  | 'partial'
  | 'merge'
  | 'evaluate'
  | 'exhausted'
  | 'describe'
>;
