/** Exact rationals, and IEEE arithmetic on doubles done with them: the ground the oracle stands on. */

/** An exact number num / den, den > 0. */
export interface Ratio {
  readonly num: bigint;
  readonly den: bigint;
}

export function ratio(num: bigint | number, den: bigint | number = 1n): Ratio {
  return { num: BigInt(num), den: BigInt(den) };
}

export const plus = (a: Ratio, b: Ratio): Ratio => ratio(a.num * b.den + b.num * a.den, a.den * b.den);
export const minus = (a: Ratio, b: Ratio): Ratio => plus(a, ratio(-b.num, b.den));
export const times = (a: Ratio, b: Ratio): Ratio => ratio(a.num * b.num, a.den * b.den);
const over = (a: Ratio, b: Ratio): Ratio =>
  b.num > 0n ? ratio(a.num * b.den, a.den * b.num) : ratio(-a.num * b.den, -a.den * b.num);
export const abs = (a: Ratio): Ratio => ratio(a.num < 0n ? -a.num : a.num, a.den);
export const atMost = (a: Ratio, b: Ratio): boolean => a.num * b.den <= b.num * a.den;

/** The greatest integer ≤ a. */
export function floor({ num, den }: Ratio): bigint {
  const quotient = num / den;
  return num % den < 0n ? quotient - 1n : quotient;
}
export const ceil = (a: Ratio): bigint => -floor(ratio(-a.num, a.den));

/** The integer nearest to a, ties to even. */
export function round(a: Ratio): bigint {
  const below = floor(a);
  const twice = 2n * (a.num - below * a.den);
  if (twice < a.den) return below;
  if (twice > a.den) return below + 1n;
  return below % 2n === 0n ? below : below + 1n;
}

/** 2^exponent. */
export function power(exponent: number): Ratio {
  return exponent >= 0 ? ratio(1n << BigInt(exponent)) : ratio(1n, 1n << BigInt(-exponent));
}

/** The IEEE double nearest to a (53 bits, ties to even, exponents without bound), as the exact number it is. */
export function toDouble(a: Ratio): Ratio {
  if (a.num === 0n) return a;
  const size = abs(a);
  let exponent = size.num.toString(2).length - size.den.toString(2).length;
  if (!atMost(power(exponent), size)) exponent -= 1;
  const unit = power(exponent - 52);
  const rounded = times(ratio(round(over(a, unit))), unit);
  // Reduced to a power of two below, or denominators would pile up from one operation to the next.
  return exponent >= 52
    ? ratio(rounded.num / rounded.den)
    : ratio(round(over(a, unit)), power(52 - exponent).num);
}

/** The four operations as a processor does them on doubles. */
export const fl = {
  add: (a: Ratio, b: Ratio) => toDouble(plus(a, b)),
  sub: (a: Ratio, b: Ratio) => toDouble(minus(a, b)),
  mul: (a: Ratio, b: Ratio) => toDouble(times(a, b)),
  div: (a: Ratio, b: Ratio) => toDouble(over(a, b)),
};
