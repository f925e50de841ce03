/**
 * Natural logarithm and exponential as proven enclosures in integer fixed point. `Math.log` and `Math.exp` promise no
 * accuracy and differ between machines; here both ends are rounded outwards, and the same call says the same everywhere.
 */
import type { Ends } from './enclosure.ts';
import { bitLength, shiftDown, shiftUp } from './integer.ts';

/** Bits of the working precision beyond what is asked for, apart from those that grow with it. */
const GUARD = 16;
/** Precisions at which ln 2 is remembered. */
const REMEMBERED = 64;
/** The greatest |x| whose exponential is given. */
const EXP_MAX = 1_000n;

/**
 * Encloses ln(num / den) at 2^-bits; num, den > 0, bits ≥ 1; upper − lower ≤ 2. With k the difference of the numbers'
 * lengths, m = num / (den · 2^k) lies between 1/2 and 2, and ln(num / den) = 2 atanh((m − 1) / (m + 1)) + k · ln 2, the
 * argument a quotient of integers below 1/3. The |k| + 1 values of 2 atanh are each known to 2(2J + 3) units of 2^-w,
 * J < w/3.1 + 2: far less than half a unit of 2^-bits together, for w exceeds bits by 16 bits and the lengths of both
 * |k| and bits.
 */
export function lnEnclosure(num: bigint, den: bigint, bits: number): Ends {
  if (num <= 0n || den <= 0n) throw new RangeError('logarithm of a number that is not positive');
  const power = bitLength(num) - bitLength(den);
  const working = bits + GUARD + bitLength(BigInt(bits)) + bitLength(BigInt(Math.abs(power)));
  const [a, b] = power >= 0 ? [num, den << BigInt(power)] : [num << BigInt(-power), den];
  const half = a >= b ? atanh(a - b, a + b, working) : negated(atanh(b - a, a + b, working));
  const whole = multiplied(lnTwo(working), power);
  return {
    lower: shiftDown(2n * half.lower + whole.lower, working - bits),
    upper: shiftUp(2n * half.upper + whole.upper, working - bits),
  };
}

/**
 * Encloses eˣ for all x between lower and upper, all four at 2^-bits; −1000 ≤ x ≤ 1000, bits ≥ 1. Where lower = upper the
 * two results differ by 2 at most: at w = bits + 1.5(|x| + 1) bits and guard, what `expAt` leaves open is far less than
 * half a unit of 2^-bits.
 */
export function expEnclosure(lower: bigint, upper: bigint, bits: number): Ends {
  const limit = EXP_MAX << BigInt(bits);
  if (lower > upper || lower < -limit || upper > limit) throw new RangeError('exponential out of range');
  const low = expAt(lower, bits);
  return { lower: low.lower, upper: lower === upper ? low.upper : expAt(upper, bits).upper };
}

/**
 * Encloses e^(x/2^bits) at 2^-bits: with k the whole number of times that x holds ln 2, eˣ = 2^k · eʳ. k is taken so that
 * r ≥ 0 whatever ln 2 is within its enclosure, and then r < 0.7. As eʳ < 2.1 and 2^k ≤ 2^(1.45|x|), an error of d units
 * of 2^-w in eʳ is one of d · 2^(1.45|x| + bits − w) units in the result.
 */
function expAt(x: bigint, bits: number): Ends {
  const size = Number((x < 0n ? -x : x) >> BigInt(bits)) + 1;
  const working = bits + GUARD + bitLength(BigInt(bits)) + bitLength(BigInt(size)) + Math.ceil(1.5 * size);
  const ln2 = lnTwo(working);
  const scaled = x << BigInt(working - bits);
  const power = scaled >= 0n ? scaled / ln2.upper : -((-scaled + ln2.lower - 1n) / ln2.lower);
  const whole = multiplied(ln2, Number(power));
  const shift = working - bits - Number(power);
  return {
    lower: shiftDown(expSeries(scaled - whole.upper, working).lower, shift),
    upper: shiftUp(expSeries(scaled - whole.lower, working).upper, shift),
  };
}

/**
 * Encloses eʳ at 2^-bits for r at 2^-bits, 0 ≤ r < 0.7, by Taylor's series, every term cut off. A term lacks
 * d_j ≤ 0.7 d_(j−1) / j + 1 ≤ 1.5 units, and those from the first that vanishes on are less than 1.5 units and fall by
 * half at least (by 0.7 / 2): J terms lack less than 1.5J + 3 units.
 */
function expSeries(r: bigint, bits: number): Ends {
  let sum = 0n;
  let term = 1n << BigInt(bits);
  let count = 0n;
  while (term > 0n) {
    sum += term;
    count += 1n;
    term = (term * r) / (count << BigInt(bits));
  }
  return { lower: sum, upper: sum + 2n * count + 3n };
}

/**
 * Encloses atanh(num / den) at 2^-bits, 0 ≤ num/den ≤ 1/3, by its series z + z³/3 + z⁵/5 + …, everything cut off. z itself
 * lacks less than a unit, 9/8 in the result (the derivative is 1 / (1 − z²)). A power lacks d ≤ d'/9 + 1/3 + 1 ≤ 1.5
 * units (its predecessor d' times z², the square's own unit, its cut), a term therefore 1.5/3 + 1; those from the first
 * power that vanishes on are less than 1.5 units and fall by nine. J terms lack less than 1.5J + 3 units.
 */
function atanh(num: bigint, den: bigint, bits: number): Ends {
  const z = (num << BigInt(bits)) / den;
  const square = shiftDown(z * z, bits);
  let sum = 0n;
  let count = 0n;
  for (let power = z; power > 0n; power = shiftDown(power * square, bits)) {
    sum += power / (2n * count + 1n);
    count += 1n;
  }
  return { lower: sum, upper: sum + 2n * count + 3n };
}

const remembered = new Map<number, Ends>();

/** ln 2 = 2 atanh(1/3) at 2^-bits: the same for the same bits, remembered or not. */
function lnTwo(bits: number): Ends {
  const known = remembered.get(bits);
  if (known !== undefined) return known;
  const ends = multiplied(atanh(1n, 3n, bits), 2);
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(bits, ends);
  return ends;
}

function negated({ lower, upper }: Ends): Ends {
  return { lower: -upper, upper: -lower };
}

function multiplied(ends: Ends, factor: number): Ends {
  const by = BigInt(factor);
  return factor < 0 ? negated(multiplied(ends, -factor)) : { lower: ends.lower * by, upper: ends.upper * by };
}
