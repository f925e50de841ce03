/**
 * The exact sum of doubles in two fixed bins (after Demmel & Nguyen's pre-rounding): each value is
 * rounded onto a grid that depends on nothing but the value, so that a sum is a sum of integers, and any split, order,
 * machine or retry gives the same bits.
 */
import { sums } from './sums.ts';

/** Bits behind the point: a sum is the integer V, worth V / 2^98. */
export const FRACTION_BITS = 98;
export const ONE = 1n << BigInt(FRACTION_BITS);
/** u = 2^-53, the most that a double rounds off of itself, in the sum's unit. */
export const UNIT_ROUNDOFF = ONE >> 53n;

/** The monoid: V is added as the integer it is. */
export const twoBin = sums(['sum'], FRACTION_BITS);

/** Grid of the first bin, and the constant whose addition rounds to it: M1 = 1.5 · 2^52 · U1 = 24. */
export const U1 = 2 ** -48;
export const M1 = 1.5 * 2 ** 52 * U1;
/** The same for the second bin. */
export const U2 = 2 ** -98;
export const M2 = 1.5 * 2 ** 52 * U2;

/**
 * T(q), the integer at 2^-98 that stands for the double q, |q| < 8. Rounds to the nearest multiple of U1, ties to even,
 * and what remains (exactly known, ≤ 2^-49) to the nearest multiple of U2: |T(q)·2^-98 − q| ≤ 2^-99.
 */
export function quantize(q: number): bigint {
  const first = q + M1 - M1;
  const second = q - first + M2 - M2;
  return (BigInt(first / U1) << 50n) + BigInt(second / U2);
}

/** Σ T(value(i)) over i in [from, to). */
export function sumOf(value: (index: number) => number, from: number, to: number): bigint {
  let sum = 0n;
  for (let index = from; index < to; index += 1) sum += quantize(value(index));
  return sum;
}
