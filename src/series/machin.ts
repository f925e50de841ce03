/**
 * π = 16 arctan(1/5) − 4 arctan(1/239), the k-th terms of both arctangents taken as one: the formula by which π was
 * computed for two hundred and fifty years.
 */
import type { SeriesId } from '../protocols/identity.ts';
import { divideUp } from './arithmetic/integer.ts';
import type { SeriesDefinition } from './definition.ts';
import { fixedPointSeries } from './fixed-point-series.ts';
import { PI } from './limits.ts';

/**
 * Σ (−1)ᵏ (⌊2^bits · 16 / ((2k + 1) 5^(2k+1))⌋ − ⌊2^bits · 4 / ((2k + 1) 239^(2k+1))⌋) over k in [from, to): of two
 * numbers cut off the difference is less than a unit away. Running powers may be cut at every step, for
 * ⌊⌊x/a⌋/b⌋ = ⌊x/(ab)⌋.
 */
function machinSum(from: number, to: number, bits: number): bigint {
  const first = BigInt(2 * from + 1);
  let fifths = (16n << BigInt(bits)) / 5n ** first;
  let small = (4n << BigInt(bits)) / 239n ** first;
  let sum = 0n;
  for (let k = from; k < to; k += 1) {
    const odd = BigInt(2 * k + 1);
    const term = fifths / odd - small / odd;
    sum += k % 2 === 0 ? term : -term;
    fifths /= 25n;
    small /= 57_121n;
  }
  return sum;
}

/**
 * The first omitted term, which is less than 16 / ((2n + 1) 5^(2n+1)). The terms alternate in sign and fall: what 239
 * takes off is below 0.09 / 16 of what 5 gives, and that falls by 25 and more from one term to the next.
 */
function omitted(n: number, bits: number): bigint {
  return divideUp(16n << BigInt(bits), BigInt(2 * n + 1) * 5n ** BigInt(2 * n + 1));
}

export const machin: SeriesDefinition = {
  id: 'machin' as SeriesId,
  aliases: [],
  title: 'Machin’s formula',
  formula: 'π = Σ (−1)ᵏ·(16/5²ᵏ⁺¹ − 4/239²ᵏ⁺¹) / (2k + 1), k = 0, 1, 2, …',
  source: 'Machin 1706; alternating series test for the remainder',
  start: 0,
  version: 1,
  limit: PI,
  bound: 'rigorous',
  ...fixedPointSeries({
    // log₂ 25
    bitsPerTerm: 4.644,
    termsMax: 2 ** 15,
    sum: machinSum,
    omitted,
    signs: 'alternating',
  }),
  accelerate: null,
};
