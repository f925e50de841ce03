/**
 * π = 3 + 4/(2·3·4) − 4/(4·5·6) + 4/(6·7·8) − …, a series whose terms fall with the cube of their index: after a hundred
 * thousand of them a double has nothing more to say. So a term is a double-double, and the sum has three bins.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { KernelName } from '../protocols/ports/compute-thread.ts';
import { nilakanthaTail } from './acceleration/alternating-tails.ts';
import { type Pair, productError } from './arithmetic/double-double.ts';
import { alternatingEnds, binaryFigures } from './arithmetic/enclosure.ts';
import { divideUp } from './arithmetic/integer.ts';
import type { SeriesDefinition } from './definition.ts';
import { PI } from './limits.ts';
import { FRACTION_BITS, ONE, sumOfPairs, threeBin, UNIT_ROUNDOFF_SQUARED } from './monoids/three-bin.ts';
import { sumSeries } from './sum-series.ts';

const TERMS_MAX = 2 ** 50 - 1;

/** Decimals printed: 10^-31 is above the rounding bound, 6 · 10^-32 until n ≈ 10^13, where the run has long ended. */
const PLACES = 31;

/**
 * Term k = index + 1 as a double-double: ±1 / D with D = k(k + 1)(2k + 1), index from 0 to 2^50 − 2; the first is positive.
 * The order of operations is part of the definition. Relative error ≤ 21u², u = 2^-53; in units of u², higher orders
 * apart (they are below 2^-40 of these):
 * - p + pLow is k(k + 1) and pLow ≤ up; d and its error are exact together; pLow · (2k + 1) rounds (1), their sum, at most
 *   2ud, rounds (2): d + dLow is D but for 3;
 * - q is 1/d within u, so error = qd − 1 is exact; q · dLow ≤ 2u rounds (2), the sum, at most 3u, rounds (3): with the 3
 *   above, qD = 1 + excess but for 8;
 * - 1/D = q / (1 + excess) is q(1 − excess) but for excess² ≤ 9, and the product rounds (3). Together 20.
 */
export function nilakanthaTerm(index: number): Pair {
  const k = index + 1;
  const odd = 2 * k + 1;
  const p = k * (k + 1);
  const pLow = productError(k, k + 1, p);
  const d = p * odd;
  const dLow = productError(p, odd, d) + pLow * odd;
  const q = 1 / d;
  const excess = productError(q, d, 1) + q * dLow;
  const low = excess * q;
  return index % 2 === 0 ? { high: q, low: -low } : { high: -q, low };
}

/** 21u² times Σ 1/(k(k + 1)(2k + 1)) = 3 − 4 ln 2 < 0.2275. */
const TERMS_ROUNDING = 5n * UNIT_ROUNDOFF_SQUARED;

/** E(n) ≥ |computed S_n − S_n| in units of 2^-148: what the terms lack, and one unit for the quantisation of each. */
export function nilakanthaRounding(n: number): bigint {
  return TERMS_ROUNDING + BigInt(n);
}

/**
 * The first omitted term, 4 / ((2n + 2)(2n + 3)(2n + 4)), in units of 2^-148, rounded up. E(n) reaches it near
 * n = 2 · 10^10.
 */
function omitted(n: number): bigint {
  const even = 2n * BigInt(n) + 2n;
  return divideUp(4n * ONE, even * (even + 1n) * (even + 2n));
}

/** The 3 that the sum is added to, at 2^-148. */
const THREE = 3n * ONE;

export const nilakantha: SeriesDefinition = {
  id: 'nilakantha' as SeriesId,
  aliases: [],
  title: 'Nilakantha series',
  formula: 'π = 3 + Σ 4·(−1)ᵏ⁺¹ / (2k·(2k + 1)·(2k + 2)), k = 1, 2, 3, …',
  source: 'Nilakantha Somayaji c. 1500; alternating series test for the remainder',
  start: 1,
  version: 1,
  limit: PI,
  bound: 'rigorous',
  ...sumSeries({
    kernel: 'nilakantha-dd' as KernelName,
    grain: 1,
    termsMax: TERMS_MAX,
    monoid: threeBin,
    sum: (from, to) => sumOfPairs(nilakanthaTerm, from, to),
    rounding: nilakanthaRounding,
    omitted,
    figures({ sum, lower, upper, omitted: next }, n) {
      const ends = alternatingEnds({ lower: THREE + lower, upper: THREE + upper }, n, next);
      return binaryFigures({ estimate: THREE + sum, ...ends }, FRACTION_BITS, PLACES);
    },
  }),
  accelerate: nilakanthaTail,
};
