/**
 * Exact numbers to doubles, correctly rounded, from integers alone: `Math.sqrt` of an already rounded quotient would
 * round twice. BigInt → Number rounds to nearest, ties to even, by the language's definition; one sticky bit below more
 * than 53 kept ones makes it right for what was cut off, too.
 */
import { bitLength, divideUp, rootDown } from './integer.ts';

/** Bits kept before the sticky one: more than 53 + 1. */
const KEPT = 64;

/** The double nearest to a / b, ties to even; a ≥ 0, b > 0, the quotient 0 or within 2^±900. */
export function nearestDouble(a: bigint, b: bigint): number {
  const shift = KEPT - bitLength(a) + bitLength(b);
  const [top, bottom] = shifted(a, b, shift);
  const quotient = top / bottom;
  const sticky = quotient * bottom === top ? 0n : 1n;
  return Number((quotient << 1n) | sticky) * 2 ** -(shift + 1);
}

/** The least double ≥ a / b, in the same ranges. */
export function doubleAbove(a: bigint, b: bigint): number {
  // The quotient of the shifted two lies between 2^52 and 2^54: rounded up it is a double, or is with one bit less.
  const shift = 53 - bitLength(a) + bitLength(b);
  const [top, bottom] = shifted(a, b, shift);
  const quotient = divideUp(top, bottom);
  return quotient <= 1n << 53n
    ? Number(quotient) * 2 ** -shift
    : Number(divideUp(top, bottom << 1n)) * 2 ** -(shift - 1);
}

/** The double nearest to √(a / 2^fractionBits); a ≥ 0, fractionBits even, the root 0 or within 2^±900. */
export function nearestRootDouble(a: bigint, fractionBits: number): number {
  // 2^(2·lift) more under the root are 2^lift more bits of it.
  const lift = Math.max(0, KEPT - (bitLength(a) >> 1));
  const square = a << BigInt(2 * lift);
  const root = rootDown(square);
  const sticky = root * root === square ? 0n : 1n;
  return Number((root << 1n) | sticky) * 2 ** -(fractionBits / 2 + lift + 1);
}

/** a · 2^shift over b as a fraction of integers. */
function shifted(a: bigint, b: bigint, shift: number): [bigint, bigint] {
  return shift >= 0 ? [a << BigInt(shift), b] : [a, b << BigInt(-shift)];
}
