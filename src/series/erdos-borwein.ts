/**
 * E = Σ 1/(2ᵏ − 1), which Erdős proved irrational. In binary it counts divisors: 1/(2ᵏ − 1) has a one at every k-th place,
 * so that a sum of terms is a sieve and no division is made at all.
 */
import type { SeriesId } from '../protocols/identity.ts';
import { divideUp } from './arithmetic/integer.ts';
import type { SeriesDefinition } from './definition.ts';
import { fixedPointSeries } from './fixed-point-series.ts';

/**
 * Σ ⌊2^bits / (2ᵏ − 1)⌋ over indices [from, to), k = index + 1; bits a multiple of 4. 1/(2ᵏ − 1) = Σ 2^(−jk) over j ≥ 1;
 * the places beyond `bits` add up to 2^r/(2ᵏ − 1), r = bits mod k ≤ k − 1, of a unit: less than one for k > 1, so
 * ⌊ ⌋ is the ones at places k, 2k, … ≤ bits; and one whole unit for k = 1.
 */
function erdosBorweinSum(from: number, to: number, bits: number): bigint {
  const ones = new Uint16Array(bits + 1);
  for (let k = from + 1; k <= to; k += 1) {
    for (let place = k; place <= bits; place += k) ones[place] = (ones[place] ?? 0) + 1;
  }
  return fromPlaces(ones) + (from === 0 && to > 0 ? 1n : 0n);
}

/** Σ ones[m] · 2^(bits − m) over m = 1 … bits, four places to a hexadecimal digit, with carry from the last to the first. */
function fromPlaces(ones: Uint16Array): bigint {
  const bits = ones.length - 1;
  const digits: string[] = [];
  let carry = 0;
  for (let place = bits; place > 0; place -= 4) {
    for (let bit = 0; bit < 4; bit += 1) carry += (ones[place - bit] ?? 0) << bit;
    digits.push((carry & 15).toString(16));
    carry >>= 4;
  }
  return BigInt(`0x${carry.toString(16)}${digits.reverse().join('')}`);
}

/** 2/(2^(n+1) − 1), for 2ᵏ − 1 ≥ 2^(k−n−1) (2^(n+1) − 1) where k > n. */
function omitted(n: number, bits: number): bigint {
  return divideUp(2n << BigInt(bits), (2n << BigInt(n)) - 1n);
}

export const erdosBorwein: SeriesDefinition = {
  id: 'erdos-borwein' as SeriesId,
  aliases: [],
  title: 'Erdős–Borwein constant',
  formula: 'E = Σ 1 / (2ᵏ − 1), k = 1, 2, 3, …',
  source: 'Erdős 1948, Borwein 1991; geometric series for the remainder',
  start: 1,
  version: 1,
  limit: { name: 'E', decimal: '1.60669515241529176378330152319092458048057967150575643577807' },
  bound: 'rigorous',
  ...fixedPointSeries({
    bitsPerTerm: 1,
    termsMax: 2 ** 18,
    sum: erdosBorweinSum,
    omitted,
    signs: 'positive',
  }),
  accelerate: null,
};
