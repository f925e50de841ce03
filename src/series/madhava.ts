/**
 * π = √12 · Σ (−1)ᵏ / ((2k + 1) 3ᵏ): the arctangent of 1/√3, the first series by which π was computed. The sum is kept
 * without the root, which is taken when figures are made.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { Ends } from './arithmetic/enclosure.ts';
import { divideUp, rootDown } from './arithmetic/integer.ts';
import type { SeriesDefinition } from './definition.ts';
import { fixedPointSeries } from './fixed-point-series.ts';
import { PI } from './limits.ts';

/**
 * Σ (−1)ᵏ ⌊2^bits / ((2k + 1) 3ᵏ)⌋ over k in [from, to): the sign stands outside, so each term is less than a unit away.
 * The running power ⌊2^bits / 3ᵏ⌋ may be cut at every step, for ⌊⌊x/a⌋/b⌋ = ⌊x/(ab)⌋.
 */
function madhavaSum(from: number, to: number, bits: number): bigint {
  let sum = 0n;
  let power = (1n << BigInt(bits)) / 3n ** BigInt(from);
  for (let k = from; k < to; k += 1) {
    const term = power / BigInt(2 * k + 1);
    sum += k % 2 === 0 ? term : -term;
    power /= 3n;
  }
  return sum;
}

/** The first omitted term, 1 / ((2n + 1) 3ⁿ): the terms alternate in sign and fall. */
function omitted(n: number, bits: number): bigint {
  return divideUp(1n << BigInt(bits), BigInt(2 * n + 1) * 3n ** BigInt(n));
}

/** √12 at 2^-bits. */
function rootOfTwelve(bits: number): Ends {
  const lower = rootDown(12n << BigInt(2 * bits));
  return { lower, upper: lower + 1n };
}

export const madhava: SeriesDefinition = {
  id: 'madhava' as SeriesId,
  aliases: [],
  title: 'Madhava series',
  formula: 'π = √12 · Σ (−1)ᵏ / ((2k + 1)·3ᵏ), k = 0, 1, 2, …',
  source: 'Madhava, about 1400, as told by Jyeshthadeva 1530; alternating series test for the remainder',
  start: 0,
  version: 1,
  limit: PI,
  bound: 'rigorous',
  ...fixedPointSeries({
    // log₂ 3
    bitsPerTerm: 1.585,
    termsMax: 2 ** 16,
    sum: madhavaSum,
    omitted,
    signs: 'alternating',
    factor: rootOfTwelve,
  }),
  accelerate: null,
};
