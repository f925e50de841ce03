/**
 * ln 2 = 1 − 1/2 + 1/3 − …, defined in bits by quads as leibniz.ts is: four consecutive terms as one quotient, all
 * positive.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { KernelName } from '../protocols/ports/compute-thread.ts';
import { ln2MercatorTail } from './acceleration/alternating-tails.ts';
import { alternatingEnds, binaryFigures } from './arithmetic/enclosure.ts';
import { divideUp } from './arithmetic/integer.ts';
import type { SeriesDefinition } from './definition.ts';
import { LN_2 } from './limits.ts';
import { FRACTION_BITS, ONE, sumOf, twoBin, UNIT_ROUNDOFF } from './monoids/two-bin.ts';
import { sumSeries } from './sum-series.ts';

const GRAIN = 4;
const TERMS_MAX = 2 ** 50 - GRAIN;

/** Decimals printed: 10^-15 is above the rounding bound, 6.0 · 10^-16 at the most. */
const PLACES = 15;

/**
 * The sum of (−1)^(k+1)/k over k = 4j+1 … 4j+4 as a double, j from 0 to 2^48: with y = 8j + 5 and v = y²,
 * (8v + 24) / ((v − 1)(v − 9)). The order of operations is part of the definition. Relative error, u = 2^-53:
 * - y < 2^26.5: v is an odd number below 2^53, so that 8v + 24 = 8(v + 3), v − 1 and v − 9 are exact; one product and one
 *   quotient round: ≤ 2u, but for 2u² of them and higher orders, which the rounding up of 2 ln 2 below covers;
 * - above: v, 8v + 24, v − 1, v − 9, product, quotient round. v's own rounding enters once above and twice below the line,
 *   that is (up to 2^-48) once: ≤ 6.1u, taken as 8u.
 */
export function mercatorQuad(j: number): number {
  const y = 8 * j + 5;
  const v = y * y;
  return (8 * v + 24) / ((v - 1) * (v - 9));
}

/** The term of index 0, 1, …, that is (−1)^index / (index + 1), as a double; one rounding, ≤ u relative. */
function mercatorTerm(index: number): number {
  return (index % 2 === 0 ? 1 : -1) / (index + 1);
}

/** 2 ln 2 rounded up in units of 10^-10. */
const TWICE_LN_2 = 13_862_943_612n;
const QUADS_ROUNDING = divideUp(UNIT_ROUNDOFF * TWICE_LN_2, 10n ** 10n);
/** 8u times the sum of all terms from index 2^25 on, which by the alternating test is below 2^-25. */
const FAR_ROUNDING = (8n * UNIT_ROUNDOFF) >> 25n;

/**
 * E(n) ≥ |computed S_n − S_n| in units of 2^-98, for every n ≥ 1. Three sources:
 * - whole quads: 2u·Σ|Q_j| ≤ 2u·ln 2, for the quads are positive and sum to less than ln 2; y ≥ 2^26.5 only from
 *   n = 2^25 on, where 8u on a remaining sum below 2^-25 is added;
 * - the r = n mod 4 single terms from 1/(4m + 1) on: u/(4m + 1) each at most;
 * - quantisation: half a unit for each of the m + r values.
 * About 1.54 · 10^-16 + n · 2^-101.
 */
export function mercatorRounding(n: number): bigint {
  const rest = n % GRAIN;
  const quads = (n - rest) / GRAIN;
  const whole = quads === 0 ? 0n : QUADS_ROUNDING + (n > 2 ** 25 ? FAR_ROUNDING : 0n);
  const single = divideUp(UNIT_ROUNDOFF * BigInt(rest), BigInt(4 * quads + 1));
  return whole + single + divideUp(BigInt(quads + rest), 2n);
}

/** The first omitted term, 1/(n + 1), in units of 2^-98, rounded up. */
const omitted = (n: number): bigint => divideUp(ONE, BigInt(n + 1));

export const ln2Mercator: SeriesDefinition = {
  id: 'ln2-mercator' as SeriesId,
  aliases: [],
  title: 'Mercator series',
  formula: 'ln 2 = Σ (−1)ᵏ⁺¹ / k, k = 1, 2, 3, …',
  source: 'Mercator 1668; alternating series test for the remainder',
  start: 1,
  version: 1,
  limit: LN_2,
  bound: 'rigorous',
  ...sumSeries({
    kernel: 'mercator-quad' as KernelName,
    grain: GRAIN,
    termsMax: TERMS_MAX,
    monoid: twoBin,
    sum: (from, to) => sumOf(mercatorQuad, from / GRAIN, to / GRAIN),
    sumRest: (from, to) => sumOf(mercatorTerm, from, to),
    rounding: mercatorRounding,
    omitted,
    figures(known, n) {
      const ends = alternatingEnds(known, n, known.omitted);
      return binaryFigures({ estimate: known.sum, ...ends }, FRACTION_BITS, PLACES);
    },
  }),
  accelerate: ln2MercatorTail,
};
