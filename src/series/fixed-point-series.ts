/**
 * What the series in growing fixed point have in common: precision in tiers, partials, figures. Numbers of a fixed length
 * would either be too short for the last term or cost the first ones a thousandfold.
 */
import type { Figures } from '../protocols/ports/figures.ts';
import { alternatingEnds, type BinaryEnclosure, type Ends, extended } from './arithmetic/enclosure.ts';
import { shiftDown, shiftUp } from './arithmetic/integer.ts';
import { preciseBinaryFigures } from './arithmetic/precise.ts';
import type { SeriesArithmetic } from './definition.ts';
import { atSizeLimit, endsAt } from './exhaustion.ts';
import { fixedPoint } from './monoids/fixed-point.ts';
import { textsOf } from './monoids/monoid.ts';
import { checkRange, checkTerms } from './preconditions.ts';
import { tierEnd } from './tiers.ts';

/** The last n of the first tier. */
const FIRST_TIER = 1_024;
/** Bits of a tier beyond what its last term gives. They hold the n units that n cut-off terms lack, n ≤ 2^18. */
const GUARD = 64;
/** The same where figures are made at an n below its tier's end, enough for 60 digits of the estimate at n = 1. */
const FIGURES_GUARD = 256;

/**
 * Times a range that is mostly fixed cost goes into all terms there are: its first term's powers, or the places of a sieve,
 * cost what a few hundred terms cost, and a tier that begins is summed anew whole.
 */
const LEAST_SHARE = 256;

export interface FixedPointShape {
  /** Upper bound on the bits that one more term adds to what S_n says. Part of the definition: it sets the tiers. */
  readonly bitsPerTerm: number;
  /** At most 2^18, see GUARD. */
  readonly termsMax: number;
  /**
   * Σ over terms from … to − 1, counted from 0, of integers less than one away from 2^bits · t_k each; not above it where
   * `signs` is positive.
   */
  sum(from: number, to: number, bits: number): bigint;
  /** |Σ t_k − S_n| is at most this many units of 2^-bits. */
  omitted(n: number, bits: number): bigint;
  /** The sign of what is omitted: positive as all terms are, or that of (−1)^n. */
  readonly signs: 'positive' | 'alternating';
  /** Encloses at 2^-bits the positive number whose product with Σ t_k is the limit; 1 where there is none. */
  factor?(bits: number): Ends;
}

export function fixedPointSeries(shape: FixedPointShape): SeriesArithmetic {
  const { termsMax } = shape;
  return {
    kernel: null,
    order: 'adjacent',
    heavy: true,
    grain: 1,
    termsMax,
    leastRange: () => termsMax / LEAST_SHARE,
    ...textsOf(fixedPoint),
    partial: (from, to) => partial(shape, from, to),
    evaluate: (state, n) => evaluate(shape, state, n),
    // A tier's guard bits keep n units of rounding far below what n terms leave open: only the end of the tiers ends it.
    exhausted: endsAt(termsMax, atSizeLimit),
  };
}

/** The bits of the tier that n ≥ 0 lies in. */
export function tierBits({ bitsPerTerm }: Pick<FixedPointShape, 'bitsPerTerm'>, n: number): number {
  return wholeWords(bitsPerTerm * tierEnd(FIRST_TIER, n) + GUARD);
}

/** The least multiple of 64 that is no less. */
function wholeWords(bits: number): number {
  return 64 * Math.ceil(bits / 64);
}

/**
 * A range whose ends lie in one tier is the sum of its own terms; one that reaches into a further tier holds all terms
 * below `to`, at that tier's bits.
 */
function partial(shape: FixedPointShape, from: number, to: number): string {
  checkRange(from, to, 1, shape.termsMax);
  if (from === to) return fixedPoint.encode(fixedPoint.empty);
  const bits = tierBits(shape, to);
  const anew = tierBits(shape, from) !== bits;
  return fixedPoint.encode({ bits, sum: shape.sum(anew ? 0 : from, to, bits), anew });
}

/**
 * The sum is less than n units of its tier away from S_n, and not above it where the terms are positive. It is cut to the
 * bits that n terms are worth, what is omitted is added on its side, the factor follows; the ends are rounded
 * outwards at every step.
 */
function evaluate(shape: FixedPointShape, state: string, n: number): Figures {
  checkTerms(n, shape.termsMax);
  const { bits, sum } = fixedPoint.decode(state);
  if (bits !== tierBits(shape, n)) throw new RangeError(`no state over [0, ${n}): ${bits} bits`);
  const working = Math.min(bits, wholeWords(shape.bitsPerTerm * n + FIGURES_GUARD));
  const omitted = shape.omitted(n, working);
  const isPositive = shape.signs === 'positive';
  const ends = {
    lower: shiftDown(sum - (isPositive ? 0n : BigInt(n)), bits - working),
    upper: shiftUp(sum + BigInt(n), bits - working),
  };
  const enclosed = {
    estimate: shiftDown(sum, bits - working),
    ...(isPositive ? extended(ends, omitted, true) : alternatingEnds(ends, n, omitted)),
  };
  const scaled = shape.factor === undefined ? enclosed : product(enclosed, shape.factor(working), working);
  return preciseBinaryFigures({ bits: working, ...scaled });
}

function product({ estimate, lower, upper }: BinaryEnclosure, factor: Ends, bits: number): BinaryEnclosure {
  return {
    estimate: shiftDown(estimate * (factor.lower + factor.upper), bits + 1),
    lower: shiftDown(lower * factor.lower, bits),
    upper: shiftUp(upper * factor.upper, bits),
  };
}
