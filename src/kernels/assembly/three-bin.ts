/**
 * The exact three-bin accumulator: T(high, low) of series/monoids/three-bin.ts, two values at a time, added up in 64-bit
 * integers. As in two-bin.ts, the bit patterns of x + M count units of a bin, and those of M themselves are subtracted at
 * the end. All sums are mod 2^64, which is harmless as long as the true results fit:
 * - first bin: |Σ high| < 2^15;
 * - second and third bin: 2^49 units twice a vector and lane, so at most 2^12 vectors may pass between two calls of `flush`.
 * What is taken up is kept as digits of 50 bits, the first one with the sign, so that none can overflow.
 */

/** M1 = 1.5 · 2^52 · 2^-48, M2 and M3 the same for 2^-98 and 2^-148. */
const CONSTANTS = memory.data<f64>([24, 2.131628207280300557613372802734375e-14, 1.8932661725304283e-29]);

/** Vectors between two flushes. */
export const PAIR_FLUSH_STEPS: i32 = 4096;

const DIGIT: i64 = 50;
const DIGIT_MASK: i64 = (1 << DIGIT) - 1;

/** V = first · 2^100 + second · 2^50 + third, the last two from 0 to 2^50 − 1. */
let first: i64 = 0;
let second: i64 = 0;
let third: i64 = 0;

@inline export function m1(): v128 { return v128.load64_splat(CONSTANTS); }
@inline export function m2(): v128 { return v128.load64_splat(CONSTANTS + 8); }
@inline export function m3(): v128 { return v128.load64_splat(CONSTANTS + 16); }

export function clear(): void {
  first = 0;
  second = 0;
  third = 0;
}

/** Takes up what `steps` vectors have left in the running vectors of the bins; the caller begins anew from zeros. */
@inline export function flush(a: v128, b: v128, c: v128, steps: i32): void {
  takeUp(i64x2.extract_lane(a, 0), i64x2.extract_lane(b, 0), i64x2.extract_lane(c, 0), steps);
  takeUp(i64x2.extract_lane(a, 1), i64x2.extract_lane(b, 1), i64x2.extract_lane(c, 1), steps);
}

/** One lane: every value has gone once through the first bin, twice through the others. */
function takeUp(a: i64, b: i64, c: i64, steps: i64): void {
  add(
    a - steps * reinterpret<i64>(load<f64>(CONSTANTS)),
    b - 2 * steps * reinterpret<i64>(load<f64>(CONSTANTS + 8)),
    c - 2 * steps * reinterpret<i64>(load<f64>(CONSTANTS + 16)),
  );
}

/** Adds units of the three bins, |b| and |c| ≤ 2^62, and carries. */
function add(a: i64, b: i64, c: i64): void {
  third += c;
  second += b + (third >> DIGIT);
  first += a + (second >> DIGIT);
  third &= DIGIT_MASK;
  second &= DIGIT_MASK;
}

export function binFirst(): i64 { return first; }
export function binSecond(): i64 { return second; }
export function binThird(): i64 { return third; }
