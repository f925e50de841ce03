/**
 * G = 1 − 1/9 + 1/25 − …, Catalan’s constant, term by term in double-doubles, summed in three bins: the remainder falls
 * with the square of n, below what a sum of doubles can tell, long before the indices end.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { KernelName } from '../protocols/ports/compute-thread.ts';
import { catalanTail } from './acceleration/alternating-tails.ts';
import { type Pair, productError } from './arithmetic/double-double.ts';
import { alternatingEnds, binaryFigures } from './arithmetic/enclosure.ts';
import { divideUp } from './arithmetic/integer.ts';
import type { SeriesDefinition } from './definition.ts';
import { CATALAN } from './limits.ts';
import { FRACTION_BITS, ONE, sumOfPairs, threeBin, UNIT_ROUNDOFF_SQUARED } from './monoids/three-bin.ts';
import { sumSeries } from './sum-series.ts';

const TERMS_MAX = 2 ** 50 - 1;

/** Decimals printed: 10^-30 is above the rounding bound, 1.8 · 10^-31 + n · 2^-148, until n ≈ 3 · 10^14. */
const PLACES = 30;

/**
 * Term k = index as a double-double: (−1)^k / d² with d = 2k + 1, k from 0 to 2^50 − 2. The order of operations is part of
 * the definition. Relative error ≤ 11u², u = 2^-53; in units of u², higher orders apart (they are below 2^-40 of these):
 * - q is 1/d within u, so error = qd − 1 is exact and at most u; p + pLow is q²;
 * - 1/d² = q² / (1 + error)² = (p + pLow)(1 − 2 error + 3 error² − …), of which p + pLow − 2p · error is kept: 2 pLow · error
 *   and 3p · error² are not (2 + 3);
 * - 2 error · p rounds (2), the difference, at most 3up, rounds (3). Together 10.
 */
export function catalanTerm(index: number): Pair {
  const d = 2 * index + 1;
  const q = 1 / d;
  const error = productError(q, d, 1);
  const p = q * q;
  const low = productError(q, q, p) - 2 * error * p;
  return index % 2 === 0 ? { high: p, low } : { high: -p, low: -low };
}

/** 11u² times Σ 1/(2k + 1)² = π²/8 < 1.2338. */
const TERMS_ROUNDING = 14n * UNIT_ROUNDOFF_SQUARED;

/** E(n) ≥ |computed S_n − S_n| in units of 2^-148: what the terms lack, and one unit for the quantisation of each. */
export function catalanRounding(n: number): bigint {
  return TERMS_ROUNDING + BigInt(n);
}

/** The first omitted term, 1 / (2n + 1)², in units of 2^-148, rounded up. E(n) reaches it near n = 4 · 10^14. */
function omitted(n: number): bigint {
  return divideUp(ONE, BigInt(2 * n + 1) ** 2n);
}

export const catalan: SeriesDefinition = {
  id: 'catalan' as SeriesId,
  aliases: [],
  title: 'Catalan’s constant',
  formula: 'G = Σ (−1)ᵏ / (2k + 1)², k = 0, 1, 2, …',
  source: 'Catalan 1865; alternating series test for the remainder',
  start: 0,
  version: 1,
  limit: CATALAN,
  bound: 'rigorous',
  ...sumSeries({
    kernel: 'catalan-dd' as KernelName,
    grain: 1,
    termsMax: TERMS_MAX,
    monoid: threeBin,
    sum: (from, to) => sumOfPairs(catalanTerm, from, to),
    rounding: catalanRounding,
    omitted,
    figures(known, n) {
      const ends = alternatingEnds(known, n, known.omitted);
      return binaryFigures({ estimate: known.sum, ...ends }, FRACTION_BITS, PLACES);
    },
  }),
  accelerate: catalanTail,
};
