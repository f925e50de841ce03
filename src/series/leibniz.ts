/**
 * π = 4 − 4/3 + 4/5 − …, defined in bits by quads: four consecutive terms as one quotient, which costs one division
 * where term by term would cost four, and is all positive, so that nothing cancels.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { KernelName } from '../protocols/ports/compute-thread.ts';
import { leibnizTail } from './acceleration/alternating-tails.ts';
import { alternatingEnds, binaryFigures } from './arithmetic/enclosure.ts';
import { divideUp } from './arithmetic/integer.ts';
import type { SeriesDefinition } from './definition.ts';
import { PI } from './limits.ts';
import { FRACTION_BITS, ONE, sumOf, twoBin, UNIT_ROUNDOFF } from './monoids/two-bin.ts';
import { sumSeries } from './sum-series.ts';

const GRAIN = 4;
const TERMS_MAX = 2 ** 50 - GRAIN;

/**
 * Decimals printed: 10^-15 is above the rounding bound, 7.0 · 10^-16, until n ≈ 7 · 10^14; beyond, what is missing is still
 * more than either.
 */
const PLACES = 15;

/**
 * The sum of terms 4j … 4j+3 as a double, j from 0 to 2^48: with y = 8j + 4 and p = y², (16p + 48) / ((p − 1)(p − 9)).
 * The order of operations is part of the definition. Relative error, u = 2^-53:
 * - y ≤ 2^24: 16p + 48 ≤ 2^53 and p − 1, p − 9 are exact, so one product and one division round: ≤ 2u, but for
 *   2u² of them and higher orders, which the rounding up of 2π below covers;
 * - above: p, 16p + 48, p − 1, p − 9, product, quotient round. p's own rounding enters once above and twice below the
 *   line, that is (up to 2^-43) once: ≤ 6.1u, taken as 8u (the worst of 40,000 measured was 2.61u).
 */
export function leibnizQuad(j: number): number {
  const y = 8 * j + 4;
  const p = y * y;
  return (16 * p + 48) / ((p - 1) * (p - 9));
}

/** Term k as a double: 4(−1)^k / (2k + 1); one rounding, ≤ u relative. */
function leibnizTerm(k: number): number {
  return (k % 2 === 0 ? 4 : -4) / (2 * k + 1);
}

/** 2π rounded up in units of 10^-10. */
const TWO_PI = 62_831_853_072n;
const QUADS_ROUNDING = divideUp(UNIT_ROUNDOFF * TWO_PI, 10n ** 10n);
/** 8u times the sum of all terms from 2^23 on, which by the alternating test is below 4 / (2^24 + 1) < 2^-22. */
const FAR_ROUNDING = (8n * UNIT_ROUNDOFF) >> 22n;

/**
 * E(n) ≥ |computed S_n − S_n| in units of 2^-98, for every n ≥ 1. Three sources:
 * - whole quads: 2u·Σ|Q_j| ≤ 2u·π, for the quads are positive and sum to less than π; beyond y = 2^24, that is beyond
 *   n = 2^23, 8u on a remaining sum below 2^-22 besides;
 * - the r = n mod 4 single terms from k = 4m on: u·4/(8m + 1) each at most;
 * - quantisation: half a unit for each of the m + r values.
 * About 7.0 · 10^-16 + n · 2^-101.
 */
export function leibnizRounding(n: number): bigint {
  const rest = n % GRAIN;
  const quads = (n - rest) / GRAIN;
  const whole = quads === 0 ? 0n : QUADS_ROUNDING + (n > 2 ** 23 ? FAR_ROUNDING : 0n);
  const single = divideUp(UNIT_ROUNDOFF * 4n * BigInt(rest), BigInt(8 * quads + 1));
  return whole + single + divideUp(BigInt(quads + rest), 2n);
}

/** The first omitted term, of size 4/(2n + 1), in units of 2^-98, rounded up. */
const omitted = (n: number): bigint => divideUp(4n * ONE, BigInt(2 * n + 1));

export const leibniz: SeriesDefinition = {
  id: 'leibniz' as SeriesId,
  aliases: [],
  title: 'Leibniz series',
  formula: 'π = Σ 4·(−1)ᵏ / (2k + 1), k = 0, 1, 2, …',
  source: 'Leibniz 1674; alternating series test for the remainder',
  start: 0,
  version: 2,
  limit: PI,
  bound: 'rigorous',
  ...sumSeries({
    kernel: 'leibniz-quad' as KernelName,
    grain: GRAIN,
    termsMax: TERMS_MAX,
    monoid: twoBin,
    sum: (from, to) => sumOf(leibnizQuad, from / GRAIN, to / GRAIN),
    sumRest: (from, to) => sumOf(leibnizTerm, from, to),
    rounding: leibnizRounding,
    omitted,
    figures(known, n) {
      const ends = alternatingEnds(known, n, known.omitted);
      return binaryFigures({ estimate: known.sum, ...ends }, FRACTION_BITS, PLACES);
    },
  }),
  accelerate: leibnizTail,
};
