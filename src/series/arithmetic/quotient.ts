/**
 * Quotients of very long integers to within two units, by Newton's iteration: half of the digits from a reciprocal
 * of half the length, the other half from what those leave over (Karp & Markstein 1997). A third less time than a
 * division to the last unit, which an enclosure can do without.
 */
import { bitLength } from './integer.ts';

/** Bits of a quotient up to which the engine's own division is as fast. */
const DIRECT_BITS = 100_000;

/** Bits of a reciprocal up to which it is divided out directly. */
const DIRECT_RECIPROCAL_BITS = 2_000;

/** Bits beyond half of what is wanted that make up for the rounding of a step. */
const BEYOND_HALF = 16;

/** A quotient between two integers, and one that is near it. */
export interface Quotient {
  readonly near: bigint;
  readonly lower: bigint;
  readonly upper: bigint;
}

/** a/b, a ≥ 0, b > 0: where short, between its floor, which is what is near, and its ceiling, else within two units. */
export function quotientOf(a: bigint, b: bigint): Quotient {
  const size = bitLength(a) - bitLength(b) + 1;
  if (size <= DIRECT_BITS) {
    const near = a / b;
    return { near, lower: near, upper: near * b === a ? near : near + 1n };
  }
  const near = quotientNear(a, b, size);
  return { near, lower: near - 2n, upper: near + 2n };
}

/**
 * A number q with |q − a/b| < 2, where a/b has `size` bits or one less.
 *
 * Let h = size/2 + 16, and x = (1 + d)·2^(n+h)/b, |d| < 2^(3−h), the reciprocal of b, n bits long. Half of the
 * quotient, from the h leading bits of a, is off by less than 2^(5−h) of a/b. What it leaves over, r = a − b·half,
 * times x is r/b to within |d|, that is to 2^size·2^(5−h)·2^(3−h) ≤ 2^(9−32); cutting off bits of r adds at most
 * 2^-14, rounding down less than 1.
 */
function quotientNear(a: bigint, b: bigint, size: number): bigint {
  const [bitsA, bitsB] = [bitLength(a), bitLength(b)];
  const half = (size >> 1) + BEYOND_HALF;
  // A divisor shorter than that is lengthened first, or its reciprocal would be too short.
  const lift = Math.max(0, half - bitsB);
  const divisor = (b << BigInt(lift)) >> BigInt(bitsB + lift - half);
  const x = reciprocal(divisor, half);
  const leading = ((a >> BigInt(bitsA - half)) * x) >> BigInt(half);
  const first = leading << BigInt(bitsA - bitsB - half);
  const rest = a - first * b;
  const cut = Math.max(0, bitsB - half);
  return first + (((rest >> BigInt(cut)) * x) >> BigInt(bitsB + half - cut));
}

/**
 * A number x with |x − 2^(2·bits)/b| ≤ 2 for a b of that many bits.
 *
 * A step starts from half the bits, h ≥ bits/2 + 16, with x_h·b = (1 − e)·2^(bits+h); |e| < 2^(3−h), of which
 * 2^(1−h) each are x_h's own error and what b was cut off by. x_h·(1 + e) is off by e², in units at most
 * 2^(bits+1)·2^(6−2h) ≤ 2^-24; cutting off bits of e adds at most 2^-30, rounding down less than 1.
 */
function reciprocal(b: bigint, bits: number): bigint {
  if (bits <= DIRECT_RECIPROCAL_BITS) return (1n << BigInt(2 * bits)) / b;
  const half = (bits >> 1) + BEYOND_HALF;
  const cut = BigInt(bits - half);
  const x = reciprocal(b >> cut, half);
  const error = (1n << BigInt(bits + half)) - x * b;
  return (x << cut) + ((x * (error >> cut)) >> BigInt(3 * half - bits));
}
