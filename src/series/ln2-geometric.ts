/**
 * ln 2 = Σ 1/(k 2ᵏ): the logarithm of 1 − 1/2, whose terms halve, where those of 1 + 1 (see ln2-mercator.ts) hardly fall.
 */
import type { SeriesId } from '../protocols/identity.ts';
import { divideUp } from './arithmetic/integer.ts';
import type { SeriesDefinition } from './definition.ts';
import { fixedPointSeries } from './fixed-point-series.ts';
import { LN_2 } from './limits.ts';

/** Σ ⌊2^bits / (k 2ᵏ)⌋ over indices [from, to), k = index + 1; bits ≥ to. */
function geometricSum(from: number, to: number, bits: number): bigint {
  let sum = 0n;
  for (let k = from + 1; k <= to; k += 1) sum += (1n << BigInt(bits - k)) / BigInt(k);
  return sum;
}

/** 1/((n + 1) 2ⁿ): no omitted k is below n + 1, and Σ 2⁻ᵏ over k > n is 2⁻ⁿ. */
function omitted(n: number, bits: number): bigint {
  return divideUp(1n << BigInt(bits - n), BigInt(n + 1));
}

export const ln2Geometric: SeriesDefinition = {
  id: 'ln2-geometric' as SeriesId,
  aliases: [],
  title: 'Logarithm of 2 by halves',
  formula: 'ln 2 = Σ 1 / (k·2ᵏ), k = 1, 2, 3, …',
  source: 'Mercator 1668, at x = −1/2; geometric series for the remainder',
  start: 1,
  version: 1,
  limit: LN_2,
  bound: 'rigorous',
  ...fixedPointSeries({
    bitsPerTerm: 1,
    termsMax: 2 ** 17,
    sum: geometricSum,
    omitted,
    signs: 'positive',
  }),
  accelerate: null,
};
