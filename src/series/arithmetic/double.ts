/**
 * Exact numbers to doubles, correctly rounded, from integers alone: `Math.sqrt` of an already rounded quotient would
 * round twice. BigInt → Number rounds to nearest, ties to even, by the language's definition; one sticky bit below more
 * than 53 kept ones makes it right for what was cut off, too.
 */
import { bitLength, rootDown } from './integer.ts';

/** Bits kept before the sticky one: more than 53 + 1. */
const KEPT = 64;

/** The least positive double is 2^LEAST. */
const LEAST = -1074;

/** Bits of an operand that decide almost every rounding: the rest of millions is looked at only where they do not. */
const LEADING = 256;

/** The double nearest to a / b, ties to even, as a processor rounds it down to 0 and up to Infinity; a ≥ 0, b > 0. */
export function nearestDouble(a: bigint, b: bigint): number {
  return rounded(a, b, (quotient, rest, divisor) => {
    const beyond = 2n * rest - divisor;
    return beyond > 0n || (beyond === 0n && quotient % 2n === 1n);
  });
}

/** The least double ≥ a / b, Infinity beyond the greatest and never 0 where a > 0; a ≥ 0, b > 0. */
export function doubleAbove(a: bigint, b: bigint): number {
  return rounded(a, b, (_quotient, rest) => rest > 0n);
}

/** Whether a quotient that left a rest goes up to the next integer. */
type GoesUp = (quotient: bigint, rest: bigint, divisor: bigint) => boolean;

/**
 * Rounding is monotone: where the leading bits of both, the one rounded down over the other rounded up and the reverse,
 * come to the same double, so does the quotient itself.
 */
function rounded(a: bigint, b: bigint, goesUp: GoesUp): number {
  const [cutA, cutB] = [Math.max(0, bitLength(a) - LEADING), Math.max(0, bitLength(b) - LEADING)];
  const [shortA, shortB] = [a >> BigInt(cutA), b >> BigInt(cutB)];
  const low = roundedExactly(shortA, cutB > 0 ? shortB + 1n : shortB, cutA - cutB, goesUp);
  const high = roundedExactly(cutA > 0 ? shortA + 1n : shortA, shortB, cutA - cutB, goesUp);
  return low === high ? low : roundedExactly(a, b, 0, goesUp);
}

/** a · 2^exponent / b to an integer count of that power of two which is the last place of a double of its size. */
function roundedExactly(a: bigint, b: bigint, exponent: number, goesUp: GoesUp): number {
  const size = bitLength(a) - bitLength(b) + exponent;
  // Below 2^(size + 1), which is at most half of the least double: all that matters is whether it is 0.
  if (a === 0n || size + 1 < LEAST) return a !== 0n && goesUp(0n, 1n, 4n) ? 2 ** LEAST : 0;
  // Between 2^52 and 2^54 units, or fewer where no smaller unit exists; from 2^53 on the next greater unit is the right.
  const unit = Math.max(size - 53, LEAST);
  const [top, bottom] = shifted(a, b, exponent - unit);
  const wide = top >= bottom << 53n;
  const divisor = wide ? bottom << 1n : bottom;
  const quotient = top / divisor;
  const count = goesUp(quotient, top - quotient * divisor, divisor) ? quotient + 1n : quotient;
  return Number(count) * 2 ** (wide ? unit + 1 : unit);
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
