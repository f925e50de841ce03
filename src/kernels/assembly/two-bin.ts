/**
 * The exact two-bin accumulator: T(q) of series/monoids/two-bin.ts, two values at a time, added up in 64-bit integers.
 *
 * s = q + M1 holds round(q / U1) in its lowest bits, so the bit patterns of the s add up as integers; r = q − (s − M1) is
 * exact, and r + M2 holds round(r / U2) in the same way. What the patterns of M1 and M2 themselves add is subtracted once
 * at the end. All sums are mod 2^64, which is harmless as long as the true results fit:
 * - first bin: |Σ q| < 2^15;
 * - second bin: |r / U2| ≤ 2^49, so at most 2^13 vectors may pass between two calls of `flush`.
 *
 * Constants are read from memory once before a loop: written into it, they become v128.const, which V8 (Node 24) loads
 * anew in every round at twice the cost.
 */

/** M1 = 1.5 · 2^52 · 2^-48, M2 = 1.5 · 2^52 · 2^-98. */
const CONSTANTS = memory.data<f64>([24, 2.131628207280300557613372802734375e-14]);

/** Vectors between two flushes. */
export const FLUSH_STEPS: i32 = 8192;

/** The running sums of a call: first bin, and the second one's whole in two halves, so that none can overflow. */
let first: i64 = 0;
let upper: i64 = 0;
let lower: i64 = 0;

@inline export function m1(): v128 { return v128.load64_splat(CONSTANTS); }
@inline export function m2(): v128 { return v128.load64_splat(CONSTANTS + 8); }

export function clear(): void {
  first = 0;
  upper = 0;
  lower = 0;
}

/** Takes up what `steps` vectors have left in the two running vectors `a` and `b`; the caller begins anew from zeros. */
@inline export function flush(a: v128, b: v128, steps: i32): void {
  takeUp(
    i64x2.extract_lane(a, 0) + i64x2.extract_lane(a, 1),
    i64x2.extract_lane(b, 0),
    i64x2.extract_lane(b, 1),
    steps,
  );
}

function takeUp(a: i64, b0: i64, b1: i64, steps: i64): void {
  const bits1 = reinterpret<i64>(load<f64>(CONSTANTS));
  const bits2 = reinterpret<i64>(load<f64>(CONSTANTS + 8));
  first += a - 2 * steps * bits1;
  addSecond(b0 - steps * bits2);
  addSecond(b1 - steps * bits2);
}

/** Takes up one value by itself: the odd one behind the vectors. */
export function addOne(q: f64): void {
  const m1 = load<f64>(CONSTANTS);
  const m2 = load<f64>(CONSTANTS + 8);
  const s = q + m1;
  first += reinterpret<i64>(s) - reinterpret<i64>(m1);
  addSecond(reinterpret<i64>(q - (s - m1) + m2) - reinterpret<i64>(m2));
}

function addSecond(units: i64): void {
  upper += units >> 32;
  lower += units & 0xffffffff;
}

/** V = first · 2^50 + upper · 2^32 + lower, the integer at 2^-98. */
export function sumFirst(): i64 { return first; }
export function sumUpper(): i64 { return upper; }
export function sumLower(): i64 { return lower; }
