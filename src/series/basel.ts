/**
 * π = √(6 · Σ 1/k²), Euler's answer to the Basel problem, defined in bits by quads of 1/k²: one division for four
 * terms. The factor 6 and the root are taken in integers when figures are made, so that the sum stays a plain sum.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { KernelName } from '../protocols/ports/compute-thread.ts';
import type { Figures } from '../protocols/ports/figures.ts';
import { baselTail } from './acceleration/monotone-tails.ts';
import { nearestRootDouble } from './arithmetic/double.ts';
import { enclosedFigures } from './arithmetic/enclosure.ts';
import { divideDown, divideUp, rootDown, rootUp } from './arithmetic/integer.ts';
import type { SeriesDefinition } from './definition.ts';
import { PI } from './limits.ts';
import { FRACTION_BITS, ONE, sumOf, twoBin, UNIT_ROUNDOFF } from './monoids/two-bin.ts';
import { type KnownSum, sumSeries } from './sum-series.ts';

const GRAIN = 4;
const TERMS_MAX = 2 ** 50 - GRAIN;

/** Decimals printed: 10^-14 is above the rounding bound, 1.5 · 10^-15 on the sum and 0.955 of that on the root. */
const PLACES = 14;
const SCALE_SQUARED = 10n ** BigInt(2 * PLACES);

/**
 * The sum of 1/k² over k = 4j+1 … 4j+4 as a double, j from 0 to 2^48: with y = 8j + 5, v = y², w = (v − 1)(v − 9),
 * 16(((v − 5)v + 23)v + 45) / w². The order of operations is part of the definition. Relative error, u = 2^-53:
 * - y < 2^26.5: v, v − 1, v − 5, v − 9 are exact. Four operations round above the line, w rounds and counts twice, w²
 *   and the quotient round: ≤ 8u (second-order terms, 23u², are covered by the slack of the sum's bound below);
 * - above: v, v − 5, and v − 1 and v − 9 (twice each) round too; v's own enters thrice above and four times below the
 *   line, that is once: 14u and higher orders, ≤ 15u (the worst of 40,000 measured was 4.68u).
 */
export function baselQuad(j: number): number {
  const y = 8 * j + 5;
  const v = y * y;
  const w = (v - 1) * (v - 9);
  return (16 * (((v - 5) * v + 23) * v + 45)) / (w * w);
}

/** The term of index k = 0, 1, …, that is 1/(k+1)², as a double; two roundings, ≤ 2u relative. */
function baselTerm(index: number): number {
  const k = index + 1;
  return 1 / (k * k);
}

/** 8u·π²/6 with π²/6 < 1.645; and 15u·2^-24 for what remains beyond y = 2^26.5. */
const QUADS_ROUNDING = divideUp(8n * UNIT_ROUNDOFF * 1_645n, 1_000n);
const FAR_ROUNDING = (15n * UNIT_ROUNDOFF) >> 24n;

/**
 * E(n) ≥ |computed S_n − S_n| in units of 2^-98, for every n ≥ 1. Three sources:
 * - whole quads: 8u·Σ Q_j ≤ 8u·π²/6; y ≥ 2^26.5 only where k > 2^25.4, whose terms sum to less than 2^-25 (integral
 *   test): 7u more on these, taken as 15u·2^-24 from n = 2^25 on;
 * - the r = n mod 4 single terms from k = 4m + 1 on: 2u/(4m + 1)² each at most;
 * - quantisation: half a unit for each of the m + r values.
 * About 1.5 · 10^-15 + n · 2^-101.
 */
export function baselRounding(n: number): bigint {
  const rest = n % GRAIN;
  const quads = (n - rest) / GRAIN;
  const whole = quads === 0 ? 0n : QUADS_ROUNDING + (n > 2 ** 25 ? FAR_ROUNDING : 0n);
  const single = divideUp(UNIT_ROUNDOFF * 2n * BigInt(rest), BigInt(4 * quads + 1) ** 2n);
  return whole + single + divideUp(BigInt(quads + rest), 2n);
}

/** 1/n > π²/6 − S_n in units of 2^-98, rounded up. */
const omitted = (n: number): bigint => divideUp(ONE, BigInt(n));

/**
 * 1/(n + 1) < π²/6 − S_n < 1/n (integral test). Both ends, already widened by E(n), go through the monotone root, every
 * step rounded outwards. The run has said all it can when E(n) reaches 1/n, near n = 5.9 · 10^14.
 */
function figures(known: KnownSum, n: number): Figures {
  const lower = known.lower + divideDown(ONE, BigInt(n + 1));
  const upper = known.upper + known.omitted;
  return enclosedFigures({
    value: nearestRootDouble(6n * known.sum, FRACTION_BITS),
    places: PLACES,
    // ⌊√x + ½⌋ = ⌊(⌊2√x⌋ + 1) / 2⌋, and 2√x = √(4x).
    nearest: (rootDown((24n * known.sum * SCALE_SQUARED) / ONE) + 1n) / 2n,
    lower: rootDown((6n * lower * SCALE_SQUARED) / ONE),
    upper: rootUp(divideUp(6n * upper * SCALE_SQUARED, ONE)),
  });
}

export const basel: SeriesDefinition = {
  id: 'basel' as SeriesId,
  aliases: ['euler' as SeriesId],
  title: 'Basel problem',
  formula: 'π = √(6 · Σ 1/k²), k = 1, 2, 3, …',
  source: 'Euler 1735; integral test for the remainder',
  start: 1,
  version: 2,
  limit: PI,
  bound: 'rigorous',
  ...sumSeries({
    kernel: 'basel-quad' as KernelName,
    grain: GRAIN,
    termsMax: TERMS_MAX,
    monoid: twoBin,
    sum: (from, to) => sumOf(baselQuad, from / GRAIN, to / GRAIN),
    sumRest: (from, to) => sumOf(baselTerm, from, to),
    rounding: baselRounding,
    omitted,
    figures,
  }),
  accelerate: baselTail,
};
