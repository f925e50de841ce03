/**
 * What a series is to the rest of Zeno: names, an exact monoid of partial sums in canonical text, and an evaluation
 * that turns a sum into figures with a proven enclosure. All of it is pure, so that any node, thread or test that
 * holds the same ranges says the same bytes. Texts, not objects, cross rooms: they are stored, compared and sent as
 * they are, whatever the monoid behind them (fixed point, triples, counters).
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { KernelName } from '../protocols/ports/compute-thread.ts';
import type { BoundKind } from '../protocols/wire/estimate.ts';

export interface SeriesDefinition {
  readonly id: SeriesId;
  /** Other ids that mean this series. */
  readonly aliases: readonly SeriesId[];
  readonly title: string;
  /** One line of plain Unicode. */
  readonly formula: string;
  /** Raised whenever the same n would give other bytes; a run of another version starts a new epoch. */
  readonly version: number;
  /** Where the series goes, to 60 significant digits; null where it goes nowhere. */
  readonly limit: { readonly name: string; readonly decimal: string } | null;
  readonly bound: BoundKind;
  readonly kernel: KernelName;
  /** Ranges begin and end at multiples of this many terms. */
  readonly grain: number;
  /** The greatest n for which kernel and bounds are proven; a multiple of `grain`, below 2^50. */
  readonly termsMax: number;
  /** Canonical text of the sum of no terms: the identity of `merge`. */
  readonly empty: string;
  /**
   * The exact partial over terms [from, to), both multiples of `grain`, 0 ≤ from ≤ to ≤ termsMax. Slow (BigInt): it is
   * the definition every kernel must match, text for text.
   */
  partial(from: number, to: number): string;
  /** The sum of two partials, canonical text in and out; associative. `a` stands before `b` for monoids that care. */
  merge(a: string, b: string): string;
  /**
   * The figures at n, 1 ≤ n ≤ termsMax. `state` is the partial over the whole grains below n, that is over
   * [0, n − n mod grain); the n mod grain trailing terms are added here and never stored.
   */
  evaluate(state: string, n: number): Figures;
}

export interface Figures {
  /** The double nearest to the estimate. */
  readonly value: number;
  /** The estimate, rounded to nearest at the last place its arithmetic honours. Plain digits. */
  readonly decimal: string;
  /** Rounded down from a number proven no greater than the limit; null where no enclosure is claimed. */
  readonly lower: string | null;
  /** Rounded up from a number proven no less than the limit; null together with `lower`. */
  readonly upper: string | null;
  /** Significant digits in the common prefix of lower and upper; null together with them. */
  readonly digits: number | null;
  /** upper − lower as a double, rounded up, for the curve; 0 where there is no enclosure. */
  readonly width: number;
  /** The rounding bound has reached the bound on |limit − S_n|, or n is termsMax: further terms say no more. */
  readonly exhausted: boolean;
}
