/**
 * The fixed point of the proven tails: integers in units of 2^-256, and pairs of them that enclose what is not such an
 * integer.
 */
import type { Ends } from '../arithmetic/enclosure.ts';
import type { Ratio } from './numbers.ts';

/** Bits behind the point: 77 decimals, of which 60 are published and 4 are given up to the rounding of 4,096 terms. */
export const FRACTION_BITS = 256;
export const ONE = 1n << BigInt(FRACTION_BITS);

/** Encloses a rational number between neighbours of the fixed point. */
export function enclose({ num, den }: Ratio): Ends {
  const scaled = num << BigInt(FRACTION_BITS);
  const towardsZero = scaled / den;
  if (towardsZero * den === scaled) return { lower: towardsZero, upper: towardsZero };
  return num < 0n
    ? { lower: towardsZero - 1n, upper: towardsZero }
    : { lower: towardsZero, upper: towardsZero + 1n };
}

/** |num / den|, cut off. */
export function magnitude({ num, den }: Ratio): bigint {
  return ((num < 0n ? -num : num) << BigInt(FRACTION_BITS)) / den;
}

/** Encloses Σ num / denominator(k) over k < n, num and denominators positive: each quotient is cut off by less than 1. */
export function positiveSum(n: number, num: bigint, denominator: (k: bigint) => bigint): Ends {
  const scaled = num << BigInt(FRACTION_BITS);
  let sum = 0n;
  for (let k = 0; k < n; k += 1) sum += scaled / denominator(BigInt(k));
  return { lower: sum, upper: sum + BigInt(n) };
}

/** Encloses Σ (−1)^k num / denominator(k) over k < n likewise: the cuts have both signs. */
export function alternatingSum(n: number, num: bigint, denominator: (k: bigint) => bigint): Ends {
  const scaled = num << BigInt(FRACTION_BITS);
  let sum = 0n;
  for (let k = 0; k < n; k += 1) {
    const size = scaled / denominator(BigInt(k));
    sum += k % 2 === 0 ? size : -size;
  }
  return { lower: sum - BigInt(n), upper: sum + BigInt(n) };
}

/** Encloses the sum of two enclosed numbers. */
export function added(a: Ends, b: Ends): Ends {
  return { lower: a.lower + b.lower, upper: a.upper + b.upper };
}
