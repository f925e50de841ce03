/**
 * ζ(3) = Σ 1/k³, Apéry’s constant, term by term. The midpoint rule knows the remainder to the fourth power of n, so that
 * sixteen digits do not last: terms are double-doubles, summed in three bins.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { KernelName } from '../protocols/ports/compute-thread.ts';
import type { Figures } from '../protocols/ports/figures.ts';
import { zeta3Tail } from './acceleration/monotone-tails.ts';
import { type Pair, productError } from './arithmetic/double-double.ts';
import { binaryFigures } from './arithmetic/enclosure.ts';
import { divideDown, divideUp } from './arithmetic/integer.ts';
import type { SeriesDefinition } from './definition.ts';
import { ZETA_3 } from './limits.ts';
import { FRACTION_BITS, ONE, sumOfPairs, threeBin, UNIT_ROUNDOFF_SQUARED } from './monoids/three-bin.ts';
import { type KnownSum, sumSeries } from './sum-series.ts';

const TERMS_MAX = 2 ** 50 - 1;

/** Decimals printed: 10^-30 is above the rounding bound, 4.1 · 10^-31 + n · 2^-148, until n ≈ 2 · 10^14. */
const PLACES = 30;

/**
 * Term k = index + 1 as a double-double: 1/k³, index from 0 to 2^50 − 2. The order of operations is part of the definition.
 * Relative error ≤ 27u², u = 2^-53; in units of u², higher orders apart (they are below 2^-40 of these):
 * - q is 1/k within u, so error = qk − 1 is exact and at most u; p + pLow is q²; c and its error are pq;
 * - 1/k³ = q³ / (1 + error)³ = (c + cLow + pLow · q)(1 − 3 error + 6 error² − …), of which c + cLow + pLow · q − 3c · error
 *   is kept: 3 · error times cLow and pLow · q, each ≤ uc, and 6c · error² are not (3 + 3 + 6);
 * - pLow · q rounds (1), its sum with cLow (2), 3 error (3), its product with c (3), the difference, at most 5uc (5).
 *   Together 26.
 */
export function zeta3Term(index: number): Pair {
  const k = index + 1;
  const q = 1 / k;
  const error = productError(q, k, 1);
  const p = q * q;
  const pLow = productError(q, q, p);
  const c = p * q;
  return { high: c, low: productError(p, q, c) + pLow * q - 3 * error * c };
}

/** 27u² times ζ(3) < 1.2021. */
const TERMS_ROUNDING = 33n * UNIT_ROUNDOFF_SQUARED;

/** E(n) ≥ |computed S_n − S_n| in units of 2^-148: what the terms lack, and one unit for the quantisation of each. */
export function zeta3Rounding(n: number): bigint {
  return TERMS_ROUNDING + BigInt(n);
}

/** 1 / (2(n + 1/2)²) ≥ ζ(3) − S_n in units of 2^-148, rounded up. */
function omitted(n: number): bigint {
  return divideUp(2n * ONE, BigInt(2 * n + 1) ** 2n);
}

/**
 * With m = n + 1/2: 1/(2m²) − 1/(8m⁴) < ζ(3) − S_n < 1/(2m²).
 *
 * Proof. 1/(2m²) is ∫ f from m on, f(x) = x^-3, cell by cell of length 1 around the integers k > n. In a cell, ∫ f − f(k)
 * = ∫ w(s) (f″(k + s) + f″(k − s)) ds over s from 0 to 1/2, with w(s) = (1/2 − s)²/2 (Taylor with integral remainder). It is
 * positive, as f″ is; and because w falls while the sum of the two f″ rises (f″ is convex), it is at most the product of
 * their means times the length (Chebyshev's integral inequality), that is ∫ f″ over the cell / 24. Over all cells:
 * −f′(m)/24 = 1/(8m⁴).
 *
 * E(n) has widened both ends. From n ≈ 2 · 10^7 on it is more than what the two are apart; the run says all that it can until
 * E(n) reaches 1/(2m²), near n = 5 · 10^14.
 */
function figures(known: KnownSum, n: number): Figures {
  const square = BigInt(2 * n + 1) ** 2n;
  const lower = known.lower + divideDown(2n * ONE * (square - 1n), square * square);
  const upper = known.upper + known.omitted;
  return binaryFigures({ estimate: known.sum, lower, upper }, FRACTION_BITS, PLACES);
}

export const zeta3: SeriesDefinition = {
  id: 'zeta3' as SeriesId,
  aliases: [],
  title: 'Zeta of three',
  formula: 'ζ(3) = Σ 1/k³, k = 1, 2, 3, …',
  source: 'Euler 1740; midpoint rule and Chebyshev’s integral inequality for the remainder',
  start: 1,
  version: 1,
  limit: ZETA_3,
  bound: 'rigorous',
  ...sumSeries({
    kernel: 'zeta3-dd' as KernelName,
    grain: 1,
    termsMax: TERMS_MAX,
    monoid: threeBin,
    sum: (from, to) => sumOfPairs(zeta3Term, from, to),
    rounding: zeta3Rounding,
    omitted,
    figures,
  }),
  accelerate: zeta3Tail,
};
