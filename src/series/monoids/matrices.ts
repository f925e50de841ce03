/**
 * Products of 2 × 2 integer matrices, which is what continued fractions and linear recurrences of two terms are made of:
 * associative and exact, so that neighbouring ranges merge in any grouping, but order matters.
 */
import { decodeIntegers, encodeIntegers } from './integer-text.ts';
import type { Monoid } from './monoid.ts';

/** By rows: ((a, b), (c, d)). */
export type Matrix = readonly [a: bigint, b: bigint, c: bigint, d: bigint];

const IDENTITY: Matrix = [1n, 0n, 0n, 1n];

export const matrices: Monoid<Matrix> = {
  empty: IDENTITY,
  merge: product,
  encode: encodeIntegers,
  decode(text) {
    const [a = 0n, b = 0n, c = 0n, d = 0n] = decodeIntegers(text, 4);
    return [a, b, c, d];
  },
  describe: ([a, b, c, d]) => ({
    monoid: 'matrix',
    values: { a: String(a), b: String(b), c: String(c), d: String(d) },
    scale: null,
    decimal: null,
  }),
};

function product([a, b, c, d]: Matrix, [e, f, g, h]: Matrix): Matrix {
  return [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h];
}

/** matrix^exponent for an integer exponent ≥ 0, by squaring. */
export function matrixPower(matrix: Matrix, exponent: number): Matrix {
  let result = IDENTITY;
  let square = matrix;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = product(result, square);
    if (left > 1) square = product(square, square);
  }
  return result;
}
