/** π to any number of digits by three formulas that have nothing in common, in integers with guard digits. */
import { squareRoot } from './oracle.ts';

const GUARD = 20;

/** The first `digits` significant digits of π, cut off, as "3.14…". */
export function piText(scaled: (one: bigint) => bigint, digits: number): string {
  const text = scaled(10n ** BigInt(digits + GUARD)).toString();
  return `${text.slice(0, 1)}.${text.slice(1, digits)}`;
}

/** Machin 1706: 16 arctan(1/5) − 4 arctan(1/239). */
export function machin(one: bigint): bigint {
  const arctan = (q: bigint): bigint => {
    let [power, sum, k] = [one / q, one / q, 1n];
    while (power !== 0n) {
      power /= -(q * q);
      k += 2n;
      sum += power / k;
    }
    return sum;
  };
  return 16n * arctan(5n) - 4n * arctan(239n);
}

/** Gauss and Legendre: the arithmetic-geometric mean of 1 and 1/√2. */
export function gaussLegendre(one: bigint): bigint {
  let [a, b, t, p] = [one, squareRoot((one * one) / 2n), one / 4n, 1n];
  while (a - b > 1n || b - a > 1n) {
    const mean = (a + b) / 2n;
    b = squareRoot(a * b);
    t -= (p * (a - mean) * (a - mean)) / one;
    a = mean;
    p *= 2n;
  }
  return ((a + b) * (a + b)) / (4n * t);
}

/** The Chudnovsky brothers' series. */
export function chudnovsky(one: bigint): bigint {
  let [term, sumA, sumB, k] = [one, one, 0n, 1n];
  while (term !== 0n) {
    term = (term * -(6n * k - 5n) * (2n * k - 1n) * (6n * k - 1n)) / (k * k * k * (640_320n ** 3n / 24n));
    sumA += term;
    sumB += k * term;
    k += 1n;
  }
  return (426_880n * squareRoot(10_005n * one * one) * one) / (13_591_409n * sumA + 545_140_134n * sumB);
}
