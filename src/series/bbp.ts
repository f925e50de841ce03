/**
 * π = Σ 16⁻ᵏ (4/(8k+1) − 2/(8k+4) − 1/(8k+5) − 1/(8k+6)), the formula of Bailey, Borwein and Plouffe that gives a
 * hexadecimal digit of π without those before it; the four fractions are taken as one.
 */
import type { SeriesId } from '../protocols/identity.ts';
import { divideUp } from './arithmetic/integer.ts';
import type { SeriesDefinition } from './definition.ts';
import { fixedPointSeries } from './fixed-point-series.ts';
import { PI } from './limits.ts';

/**
 * Σ ⌊2^bits · 16⁻ᵏ (120k² + 151k + 47) / ((8k + 1)(8k + 5)(2k + 1)(4k + 3))⌋ over k in [from, to); bits ≥ 4 · to. Two
 * quotients by halves of the denominator, each below 2^64, cost half of one by the whole, and are the same integer:
 * ⌊⌊x/a⌋/b⌋ = ⌊x/(ab)⌋.
 */
function bbpSum(from: number, to: number, bits: number): bigint {
  let sum = 0n;
  for (let index = from; index < to; index += 1) {
    const k = BigInt(index);
    const above = ((120n * k + 151n) * k + 47n) << BigInt(bits - 4 * index);
    sum += above / ((8n * k + 1n) * (8n * k + 5n)) / ((2n * k + 1n) * (4n * k + 3n));
  }
  return sum;
}

/**
 * 16^(1−n) / (8n + 1)², for t_k ≤ 15 · 16⁻ᵏ / (8k + 1)², and 15 Σ 16⁻ᵏ over k ≥ n is 16^(1−n). The first, times both
 * denominators and divided by 8k + 1, is 960k³ + 1328k² + 527k + 47 ≤ 960k³ + 1800k² + 1110k + 225.
 */
function omitted(n: number, bits: number): bigint {
  return divideUp(1n << BigInt(bits + 4 - 4 * n), BigInt(8 * n + 1) ** 2n);
}

export const bbp: SeriesDefinition = {
  id: 'bbp' as SeriesId,
  aliases: [],
  title: 'Bailey–Borwein–Plouffe formula',
  formula: 'π = Σ 16⁻ᵏ·(4/(8k+1) − 2/(8k+4) − 1/(8k+5) − 1/(8k+6)), k = 0, 1, 2, …',
  source: 'Bailey, Borwein & Plouffe 1997; geometric series for the remainder',
  start: 0,
  version: 1,
  limit: PI,
  bound: 'rigorous',
  ...fixedPointSeries({
    bitsPerTerm: 4,
    termsMax: 2 ** 15,
    sum: bbpSum,
    omitted,
    signs: 'positive',
  }),
  accelerate: null,
};
