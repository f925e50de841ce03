/**
 * What the series have in common whose partials are sums of integers, of quantised doubles or of what is counted: any range
 * at any time, by a compiled kernel. Terms behind the last whole grain are summed when figures are made.
 */
import type { KernelName } from '../protocols/ports/compute-thread.ts';
import type { Figures } from '../protocols/ports/figures.ts';
import type { Ends } from './arithmetic/enclosure.ts';
import type { SeriesArithmetic } from './definition.ts';
import { atKernelLimit, endsAt, ROUNDED_OUT } from './exhaustion.ts';
import { type Monoid, textsOf } from './monoids/monoid.ts';
import { checkRange, checkTerms } from './preconditions.ts';

interface Shape {
  readonly kernel: KernelName;
  readonly grain: number;
  readonly termsMax: number;
  readonly monoid: Monoid<readonly bigint[]>;
  /** As in the definition: where a range costs something that does not depend on its length. */
  leastRange?(from: number): number;
}

export interface CountShape extends Shape {
  /** The monoid's integers over terms [from, to), whole grains. */
  count(from: number, to: number): readonly bigint[];
  /** The same over less than a grain, from a multiple of it on; where there is none, `count` does for that. */
  countRest?(from: number, to: number): readonly bigint[];
  /** Figures at n from the integers over terms [0, n). */
  figures(counts: readonly bigint[], n: number): Figures;
}

/** Everything of a definition that is not its name: sums side by side, which nothing but the kernel's limit ends. */
export function countSeries(shape: CountShape): SeriesArithmetic {
  const { kernel, grain, termsMax, monoid, countRest = shape.count } = shape;
  return {
    kernel,
    order: 'any',
    heavy: false,
    grain,
    termsMax,
    ...(shape.leastRange === undefined ? {} : { leastRange: shape.leastRange }),
    ...textsOf(monoid),
    partial(from, to) {
      checkRange(from, to, grain, termsMax);
      return monoid.encode(shape.count(from, to));
    },
    evaluate(state, n) {
      checkTerms(n, termsMax);
      const whole = n - (n % grain);
      return shape.figures(monoid.merge(monoid.decode(state), countRest(whole, n)), n);
    },
    exhausted: endsAt(termsMax, atKernelLimit),
  };
}

/** What is known of S_n, in the monoid's unit: the computed sum, and E(n) below and above it. */
export interface KnownSum extends Ends {
  readonly sum: bigint;
  readonly omitted: bigint;
}

/** All integers in the monoid's unit; its first and only one is the sum. */
export interface SumShape extends Shape {
  /** Σ T over terms [from, to), whole grains. */
  sum(from: number, to: number): bigint;
  /** The same over less than a grain, from a multiple of it on; where there is none, `sum` does for that. */
  sumRest?(from: number, to: number): bigint;
  /** E(n) ≥ |computed S_n − S_n|, n ≥ 1. */
  rounding(n: number): bigint;
  /** An upper bound on what is missing of the sum's limit, or of what S_n estimates, after n ≥ 1 terms. */
  omitted(n: number): bigint;
  /** Figures at n; `known.omitted` is `omitted(n)`. */
  figures(known: KnownSum, n: number): Figures;
}

/** The same of one sum, with proven bounds: it has said all that it can when E(n) reaches what is missing. */
export function sumSeries(shape: SumShape): SeriesArithmetic {
  const { kernel, grain, termsMax, monoid, sumRest = shape.sum } = shape;
  const counted = countSeries({
    kernel,
    grain,
    termsMax,
    monoid,
    count: (from, to) => [shape.sum(from, to)],
    countRest: (from, to) => [sumRest(from, to)],
    figures([sum = 0n], n) {
      const rounding = shape.rounding(n);
      const ends = { lower: sum - rounding, upper: sum + rounding };
      return shape.figures({ sum, ...ends, omitted: shape.omitted(n) }, n);
    },
  });
  return {
    ...counted,
    exhausted: (n) => (shape.rounding(n) >= shape.omitted(n) ? ROUNDED_OUT : counted.exhausted(n)),
  };
}
