/**
 * The two-bin sum of many doubles at the speed of the adder, in plain f64 arithmetic: T(q) of series/two-bin.ts without a
 * BigInt per value. The second bin is split again, because a double holds only 53 bits of running sum: three sums, each
 * of which never rounds, are turned into one integer at the end.
 *
 * Proof, per value q, |q| < 8:
 * - a = (q + M1) − M1 is a multiple of 2^-48. Its running sum is exact while below 32 = 2^53 · 2^-48;
 * - r = q − a is exact, |r| ≤ 2^-49, and b = (r + M2) − M2 is a multiple of 2^-98, |b| ≤ 2^-49: 2^49 units, of which a
 *   double could add only sixteen. So b = c + d:
 * - c = (b + M3) − M3 is a multiple of 2^-74, |c| ≤ 2^-49 = 2^25 units: exact for 2^28 values;
 * - d = b − c is exact, a multiple of 2^-98, |d| ≤ 2^-75 = 2^23 units: exact for 2^30 values.
 */
import { M1, M2, U1, U2 } from '../series/two-bin.ts';

const U3 = 2 ** -74;
const M3 = 1.5 * 2 ** 52 * U3;

/**
 * Running sums of multiples of 2^-48, 2^-74 and 2^-98; start at three zeros. To be taken out before they have had 2^28
 * values or values whose magnitudes add up to 32.
 */
export type BinSums = Float64Array;

/** Adds the first `count` of `values` to `sums`. */
export function addValues(sums: BinSums, values: Float64Array, count: number): void {
  let first = sums[0] ?? 0;
  let coarse = sums[1] ?? 0;
  let fine = sums[2] ?? 0;
  for (let index = 0; index < count; index += 1) {
    const q = values[index] ?? 0;
    const a = q + M1 - M1;
    const b = q - a + M2 - M2;
    const c = b + M3 - M3;
    first += a;
    coarse += c;
    fine += b - c;
  }
  sums[0] = first;
  sums[1] = coarse;
  sums[2] = fine;
}

/** The integer at 2^-98 that the sums stand for; leaves three zeros behind. */
export function takeSum(sums: BinSums): bigint {
  const [first = 0, coarse = 0, fine = 0] = sums;
  sums.fill(0);
  return (BigInt(first / U1) << 50n) + (BigInt(coarse / U3) << 24n) + BigInt(fine / U2);
}
