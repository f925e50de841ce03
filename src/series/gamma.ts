/**
 * γ = lim (1 + 1/2 + … + 1/n − ln n), Euler’s constant. The harmonic sum grows without end while what is known of γ doubles
 * its digits with n’s, so terms are double-doubles, summed in three bins, and the logarithm is taken in integers.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { KernelName } from '../protocols/ports/compute-thread.ts';
import type { Figures } from '../protocols/ports/figures.ts';
import { gammaTail } from './acceleration/monotone-tails.ts';
import { type Pair, productError } from './arithmetic/double-double.ts';
import { binaryFigures } from './arithmetic/enclosure.ts';
import { bitLength, divideDown, divideUp, shiftDown } from './arithmetic/integer.ts';
import { lnEnclosure } from './arithmetic/logarithm.ts';
import type { SeriesDefinition } from './definition.ts';
import { FRACTION_BITS, ONE, sumOfPairs, threeBin, UNIT_ROUNDOFF_SQUARED } from './monoids/three-bin.ts';
import { type KnownSum, sumSeries } from './sum-series.ts';

const TERMS_MAX = 2 ** 50 - 1;

/** Decimals printed: 10^-29 is above the rounding bound, 1.8 · 10^-30 + n · 2^-148 where it is greatest. */
const PLACES = 29;

/**
 * Term k = index + 1 as a double-double: 1/k, index from 0 to 2^50 − 2. q is 1/k within u = 2^-53, so error = qk − 1 is
 * exact and at most u; of 1/k = q / (1 + error) = q(1 − error + error² − …) the first two are kept. What is left out is
 * u², the product rounds by u²: relative error ≤ 3u², all higher orders included.
 */
export function gammaTerm(index: number): Pair {
  const k = index + 1;
  const q = 1 / k;
  return { high: q, low: -(productError(q, k, 1) * q) };
}

/**
 * E(n) ≥ |computed S_n − S_n| in units of 2^-148: 3u² of the sum, and one unit for the quantisation of each term. The sum
 * is at most the number of binary digits of n, for the terms from 2^j up to 2^(j+1) − 1 add up to 1 at most (Oresme).
 */
export function gammaRounding(n: number): bigint {
  return BigInt(3 * bitLength(BigInt(n))) * UNIT_ROUNDOFF_SQUARED + BigInt(n);
}

/** 1 / (12n²) in units of 2^-148, rounded up. */
function omitted(n: number): bigint {
  return divideUp(ONE, 12n * BigInt(n) ** 2n);
}

/**
 * 0 < γ − (S_n − ln n − 1/(2n)) < 1/(12n²) (Euler & Maclaurin; Knuth, The Art of Computer Programming 1, 1.2.7). Both ends
 * are already widened by E(n), logarithm and quotients rounded outwards. E(n) reaches 1/(12n²) near n = 2 · 10^14.
 */
function figures(known: KnownSum, n: number): Figures {
  const ln = lnEnclosure(BigInt(n), 1n, FRACTION_BITS);
  const twice = BigInt(2 * n);
  const estimate = known.sum - shiftDown(ln.lower + ln.upper, 1) - divideDown(ONE, twice);
  const lower = known.lower - ln.upper - divideUp(ONE, twice);
  const upper = known.upper - ln.lower - divideDown(ONE, twice) + known.omitted;
  return binaryFigures({ estimate, lower, upper }, FRACTION_BITS, PLACES);
}

export const gamma: SeriesDefinition = {
  id: 'gamma' as SeriesId,
  aliases: [],
  title: 'Euler’s constant',
  formula: 'γ = lim (Σ 1/k − ln n − 1/(2n)), k = 1, 2, 3, …, n',
  source: 'Euler 1734; Euler–Maclaurin for the remainder',
  start: 1,
  version: 1,
  limit: { name: 'γ', decimal: '0.577215664901532860606512090082402431042159335939923598805767' },
  bound: 'rigorous',
  ...sumSeries({
    kernel: 'gamma-dd' as KernelName,
    grain: 1,
    termsMax: TERMS_MAX,
    monoid: threeBin,
    sum: (from, to) => sumOfPairs(gammaTerm, from, to),
    rounding: gammaRounding,
    omitted,
    figures,
  }),
  accelerate: gammaTail,
};
