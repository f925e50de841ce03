/**
 * The exact sum of double-doubles in three fixed bins: as two-bin.ts, with fifty bits more. Each value is rounded onto a
 * grid that depends on nothing but the value, so that a sum is a sum of integers, and any split, order, machine or retry
 * gives the same bits.
 */
import type { Pair } from '../arithmetic/double-double.ts';
import { sums } from './sums.ts';
import { M1, M2, U1, U2 } from './two-bin.ts';

/** Bits behind the point: a sum is the integer V, worth V / 2^148. */
export const FRACTION_BITS = 148;
export const ONE = 1n << BigInt(FRACTION_BITS);
/** u² = 2^-106, what errors of double-doubles are counted in, in the sum's unit. */
export const UNIT_ROUNDOFF_SQUARED = ONE >> 106n;

/** The monoid: V is added as the integer it is. */
export const threeBin = sums(['sum'], FRACTION_BITS);

/** Grid of the third bin, and the constant whose addition rounds to it, as U1 and M1. */
const U3 = 2 ** -148;
const M3 = 1.5 * 2 ** 52 * U3;

/**
 * T(high, low), the integer at 2^-148 that stands for high + low; |high| < 8, |low| ≤ 2^-49.
 *
 * Adding M = 1.5 · 2^52 · U to x, |x| < 2^51 · U, rounds x to the nearest multiple of U, ties to even: the sum lies
 * between 2^52 · U and 2^53 · U, where doubles are U apart. Taking M off again is exact, and so is x less the outcome
 * (Dekker's Fast2Sum: where ulp(x) ≥ U it is 0; elsewhere it is a multiple of ulp(x) no greater than |x|). So:
 * - high, below 2^51 · U1 = 8, leaves r ≤ 2^-49 behind; r, below 2^51 · U2 = 2^-47, leaves 2^-99; that, below
 *   2^51 · U3 = 2^-97, leaves 2^-149;
 * - low goes through the second bin and leaves 2^-99, then through the third and leaves 2^-149.
 * Hence |T · 2^-148 − (high + low)| ≤ 2^-148. In units of its bin a value is at most 2^51 in the first; 2^49 twice in the
 * second; 2^49 twice in the third: what a kernel's 64-bit counters have to hold.
 */
export function quantizePair({ high, low }: Pair): bigint {
  const first = high + M1 - M1;
  const second = high - first + M2 - M2;
  const third = high - first - second + M3 - M3;
  const lowSecond = low + M2 - M2;
  const lowThird = low - lowSecond + M3 - M3;
  const upper = (BigInt(first / U1) << 50n) + BigInt(second / U2) + BigInt(lowSecond / U2);
  return (upper << 50n) + BigInt(third / U3) + BigInt(lowThird / U3);
}

/** Σ T(value(i)) over i in [from, to). */
export function sumOfPairs(value: (index: number) => Pair, from: number, to: number): bigint {
  let sum = 0n;
  for (let index = from; index < to; index += 1) sum += quantizePair(value(index));
  return sum;
}
