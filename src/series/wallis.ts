/**
 * π/2 = Π 4k²/(4k² − 1), taken as the sum of its factors' logarithms, because a product of doubles rounds at every step
 * and differs with every split, where a sum in two bins is exact. The logarithms are polynomials and quotients in plain
 * arithmetic; the exponential is taken in integers when figures are made.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { KernelName } from '../protocols/ports/compute-thread.ts';
import type { Figures } from '../protocols/ports/figures.ts';
import { binaryFigures } from './arithmetic/enclosure.ts';
import { divideUp } from './arithmetic/integer.ts';
import { expEnclosure } from './arithmetic/logarithm.ts';
import type { SeriesDefinition } from './definition.ts';
import { PI } from './limits.ts';
import { FRACTION_BITS, ONE, sumOf, twoBin, UNIT_ROUNDOFF } from './monoids/two-bin.ts';
import { type KnownSum, sumSeries } from './sum-series.ts';

const GRAIN = 4;
const TERMS_MAX = 2 ** 50 - GRAIN;

/**
 * Decimals printed: 10^-15 is above the rounding bound, π · 1.1 · 10^-16, until n ≈ 5 · 10^14; beyond, what is missing
 * is still more than either.
 */
const PLACES = 15;
/** Terms taken one by one; behind them four at a time, by a formula that is good where k is large. */
const NEAR = 2 ** 14;

/**
 * ln(4k²/(4k² − 1)), k = index + 1, as a double: with w = 1/(8k² − 1) it is 2 atanh w = 2w + 2w(w²/3 + w⁴/5 + … + w¹⁸/19).
 * The order of operations is part of the definition. Relative error, u = 2^-53, for k < 2^25:
 * - what is cut off begins with w²⁰/21 and falls by 49 and more, w ≤ 1/7: below 0.01u;
 * - 8k² − 1 is exact; w rounds: u;
 * - the sum in brackets is below 1/140, and errs by less than 9u of itself: w² by 3u, its factor 1/3 + w²/5 + … by 2.1u
 *   (u for 1/3, u for the last sum, little for w²/5 ≤ 0.013/3), their product and that with 2w by u each: 0.07u of all;
 * - the outer sum rounds: u. Together ≤ 2.2u.
 * For k ≥ 2^25, where single terms stand but at the end of a sum, 8k² and 8k² − 1 may round as well: ≤ 4.2u.
 */
export function wallisTerm(index: number): number {
  const k = index + 1;
  const w = 1 / (8 * k * k - 1);
  const square = w * w;
  let factor = 1 / 19;
  for (let odd = 17; odd >= 3; odd -= 2) factor = factor * square + 1 / odd;
  const twice = 2 * w;
  return twice + twice * (factor * square);
}

/**
 * The sum of four terms, k = 4j+1 … 4j+4, as a double, j from 2^12 to 2^48: with z = 4j + 5/2, 1/(z² − 31/8). For with
 * v = 4z² the product of the four is (B + A)/(B − A), A = 4v³ − 26v² + 76v + 81, B = 2v⁴ − 44v³ + 262v² − 436v + 81, and
 * the logarithm 2 atanh(A/B) = 2A/B + (2/3)(A/B)³ + …, where 2A/B − 4/(v − 31/2) = −(90v² + 450v + 2835) / (B(v − 31/2))
 * lies between −45.1/v³ and 0, and the rest between 0 and 5.4/v³: what stands for 4/v errs by less than 45.1/v³. Relative
 * error, u = 2^-53:
 * - that is below 11.3/v² < 0.1u, v > 2^30;
 * - j < 2^23: z² and z² − 31/8 = (2v − 31)/8 are exact, v < 2^52; the quotient rounds: ≤ 1.2u together;
 * - above: square, difference and quotient round: ≤ 3.2u.
 */
export function wallisQuad(j: number): number {
  const z = 4 * j + 2.5;
  return 1 / (z * z - 3.875);
}

/** Σ T over whole quads of terms [from, to). */
function sumOfQuads(from: number, to: number): bigint {
  const middle = Math.min(Math.max(from, NEAR), to);
  return sumOf(wallisTerm, from, middle) + sumOf(wallisQuad, middle / GRAIN, to / GRAIN);
}

/** 2.2u·ln(π/2), rounded up; 2u times what remains beyond n = 2^25, less than 2^-27. */
const SUM_ROUNDING = divideUp(22n * UNIT_ROUNDOFF * 451_583n, 10_000_000n);
const FAR_ROUNDING = (2n * UNIT_ROUNDOFF) >> 27n;

/**
 * E(n) ≥ |computed S_n − S_n| in units of 2^-98, for every n ≥ 1. Two sources:
 * - the values: 2.2u of each, all positive with a sum below ln(π/2) < 0.451583; beyond n = 2^25 up to 2u more on what
 *   remains, less than 1/(4 · 2^25 + 2);
 * - quantisation: half a unit for each value, of which there is one for a term up to 2^14 and for the n mod 4 last ones,
 *   and one for every other four.
 * About 1.1 · 10^-16 + n · 2^-101.
 */
export function wallisRounding(n: number): bigint {
  const rest = n % GRAIN;
  const values = n <= NEAR ? n : NEAR + (n - rest - NEAR) / GRAIN + rest;
  return SUM_ROUNDING + (n > 2 ** 25 ? FAR_ROUNDING : 0n) + divideUp(BigInt(values), 2n);
}

/**
 * 1/(4n + 2) in units of 2^-98, rounded up: it exceeds ln(π/2) − S_n, for ln(4k²/(4k² − 1)) < 1/(4k² − 1) =
 * 1/(4k − 2) − 1/(4k + 2), whose sum over k > n telescopes.
 */
const omitted = (n: number): bigint => divideUp(ONE, BigInt(4 * n + 2));

/**
 * ln(π/2) lies between S_n and S_n + 1/(4n + 2), all terms being positive. Both ends, already widened by E(n), go through the
 * exponential, rounded outwards; twice that is taken by reading it at one bit less. The estimate is the lower end of
 * its own exponential's enclosure, at most 2^-96 away from it.
 */
function figures(known: KnownSum): Figures {
  const ends = expEnclosure(known.lower, known.upper + known.omitted, FRACTION_BITS);
  const estimate = expEnclosure(known.sum, known.sum, FRACTION_BITS).lower;
  return binaryFigures({ estimate, ...ends }, FRACTION_BITS - 1, PLACES);
}

export const wallis: SeriesDefinition = {
  id: 'wallis' as SeriesId,
  aliases: [],
  title: 'Wallis product',
  formula: 'π = 2 · Π 4k² / (4k² − 1), k = 1, 2, 3, …',
  source: 'Wallis 1656; ln(1 + x) < x and a telescoping sum for the remainder',
  start: 1,
  version: 1,
  limit: PI,
  bound: 'rigorous',
  ...sumSeries({
    kernel: 'wallis-quad' as KernelName,
    grain: GRAIN,
    termsMax: TERMS_MAX,
    monoid: twoBin,
    sum: sumOfQuads,
    sumRest: (from, to) => sumOf(wallisTerm, from, to),
    rounding: wallisRounding,
    omitted,
    figures,
  }),
  accelerate: null,
};
