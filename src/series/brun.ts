/**
 * The reciprocals of twin primes, whose sum converges however many there are (Brun), so slowly that nobody will ever see
 * its digits: S_n is a lower bound, and proven theory has but a distant upper one. What people quote, 1.902160583…, is
 * S_n extrapolated under a conjecture of Hardy & Littlewood. Neither that nor any other 60 digits of B₂ are proven,
 * therefore no limit is given here, and the extrapolation stands beside the figures, not in them.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { KernelName } from '../protocols/ports/compute-thread.ts';
import type { Figures } from '../protocols/ports/figures.ts';
import { decimalText } from './arithmetic/decimal.ts';
import { nearestDouble } from './arithmetic/double.ts';
import { enclosedFigures } from './arithmetic/enclosure.ts';
import { divideUp, shiftDown } from './arithmetic/integer.ts';
import { lnEnclosure } from './arithmetic/logarithm.ts';
import { isPrime, leastSieve, primesIn, WHEEL } from './arithmetic/primes.ts';
import type { SeriesDefinition } from './definition.ts';
import { sums } from './monoids/sums.ts';
import { FRACTION_BITS, ONE, quantize, UNIT_ROUNDOFF } from './monoids/two-bin.ts';
import { countSeries } from './sum-series.ts';

/** 2^50 is 4 more than a multiple of 30. */
const TERMS_MAX = 2 ** 50 - 4;

/** Decimals printed: 10^-15 is above the rounding bound, 5.1 · 10^-16 and 2^-99 for each of fewer than 2^50 / 6 pairs. */
const PLACES = 15;
/** B₂ < 2.288513: Platt & Trudgian, "Improved bounds on Brun's constant", 2018, theorem 1. */
const UPPER = 2_288_513n;
const UPPER_PLACES = 6;

/**
 * 1/p + 1/(p + 2) as a double, 3 ≤ p < 2^50. The order of operations is part of the definition. 2p + 2 is exact.
 * Relative error, u = 2^-53: p(p + 2) is exact for p ≤ 2^26, and the quotient rounds: ≤ u; above, both round:
 * ≤ 2u / (1 − u) < 2u + 4u².
 */
export function twinValue(p: number): number {
  return (2 * p + 2) / (p * (p + 2));
}

/** u times the bound on the sum of all pairs. */
const ROUNDING = divideUp(UNIT_ROUNDOFF * UPPER, 10n ** BigInt(UPPER_PLACES));

/**
 * E(n) ≥ |computed S_n − S_n| in units of 2^-98, where n numbers hold `pairs` pairs: u·S_n for n ≤ 2^26, else
 * (2u + 4u²)·S_n, with S_n < 2.288513, so that the 4u² are less than a unit; and half a unit of quantisation a pair. About
 * 5.1 · 10^-16 + pairs · 2^-99.
 */
export function brunRounding(n: number, pairs: bigint): bigint {
  if (pairs === 0n) return 0n;
  return (n <= 2 ** 26 ? ROUNDING : 2n * ROUNDING + 1n) + divideUp(pairs, 2n);
}

/** S_n ≤ B₂, for all terms are positive: E(n) below it is the lower end, and the upper end does not move. */
function figures([sum = 0n, pairs = 0n]: readonly bigint[], n: number): Figures {
  const scale = 10n ** BigInt(PLACES);
  return {
    ...enclosedFigures({
      value: nearestDouble(sum, ONE),
      places: PLACES,
      nearest: shiftDown(2n * sum * scale + ONE, FRACTION_BITS + 1),
      lower: shiftDown((sum - brunRounding(n, pairs)) * scale, FRACTION_BITS),
      upper: UPPER * 10n ** BigInt(PLACES - UPPER_PLACES),
    }),
    values: { pairs: String(pairs), ...(n > 1 ? { extrapolated: extrapolated(sum, n) } : {}) },
  };
}

/** The twin prime constant Π (1 − 1/(p − 1)²) over p ≥ 3, to 30 digits (Wrench 1961). */
const TWIN_CONSTANT = 660_161_815_846_869_573_927_812_110_014n;
const TWIN_SCALE = 10n ** 30n;
/** Decimals of the extrapolation: its own errors begin sooner. */
const EXTRAPOLATED_PLACES = 10;

/**
 * S_n + 4C₂ / ln n, n ≥ 2: what B₂ would be, were twins as dense as Hardy & Littlewood's first conjecture has them, and
 * Σ 2/p over them therefore ∫ 4C₂ / (x ln² x) dx from n on. Rounded to nearest at 10^-10.
 */
function extrapolated(sum: bigint, n: number): string {
  const { lower } = lnEnclosure(BigInt(n), 1n, FRACTION_BITS);
  const rest = (4n * TWIN_CONSTANT * ONE * ONE) / (TWIN_SCALE * lower);
  const scale = 10n ** BigInt(EXTRAPOLATED_PLACES);
  return decimalText(shiftDown(2n * (sum + rest) * scale + ONE, FRACTION_BITS + 1), EXTRAPOLATED_PLACES);
}

/** Σ T over the pairs that begin with one of `lesser`, and how many they are. */
function counted(lesser: Iterable<number>): readonly bigint[] {
  let [sum, pairs] = [0n, 0n];
  for (const p of lesser) {
    sum += quantize(twinValue(p));
    pairs += 1n;
  }
  return [sum, pairs];
}

/** The lesser primes of the pairs that begin in [from, to). */
function* lesserTwins(from: number, to: number): Generator<number> {
  let before = 0;
  for (const p of primesIn(from, to + 2)) {
    if (p - before === 2 && before > 0) yield before;
    before = p;
  }
}

/** The same, each number by itself, which costs less than a sieve where numbers are few. */
function* testedTwins(from: number, to: number): Generator<number> {
  for (let p = from; p < to; p += 1) if (isPrime(p) && isPrime(p + 2)) yield p;
}

export const brun: SeriesDefinition = {
  id: 'brun' as SeriesId,
  aliases: [],
  title: 'Brun’s constant',
  formula: 'B₂ = Σ 1/p + 1/(p + 2), p and p + 2 prime',
  source:
    'Brun 1919; Platt & Trudgian 2018 for the upper bound; extrapolated: under Hardy & Littlewood’s first conjecture',
  start: 0,
  version: 1,
  limit: null,
  bound: 'conditional',
  ...countSeries({
    kernel: 'twin-sieve' as KernelName,
    grain: WHEEL,
    termsMax: TERMS_MAX,
    leastRange: leastSieve,
    monoid: sums(['sum', 'pairs'], FRACTION_BITS),
    count: (from, to) => counted(lesserTwins(from, to)),
    countRest: (from, to) => counted(testedTwins(from, to)),
    figures,
  }),
  accelerate: null,
};
