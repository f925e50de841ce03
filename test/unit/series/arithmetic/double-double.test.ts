import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { productError } from '../../../../src/series/arithmetic/double-double.ts';
import { exactly } from '../../../support/exact-double.ts';
import { abs, atMost, minus, power, ratio, times } from '../../../support/oracle-ratio.ts';

/** Significands that are at their fullest, at their emptiest, or in the way of a half; and any. */
const significand = fc.oneof(
  fc.constantFrom(
    2 ** 52,
    2 ** 52 + 1,
    2 ** 53 - 1,
    2 ** 53 - 2 ** 26,
    2 ** 52 + 2 ** 26,
    2 ** 52 + 2 ** 27 - 1,
  ),
  fc.integer({ min: 2 ** 52, max: 2 ** 53 - 1 }),
);
const double = fc.tuple(significand, fc.integer({ min: -250, max: 150 })).map(([m, power]) => m * 2 ** power);

function expectExact(a: number, b: number, p: number): void {
  const error = minus(times(exactly(a), exactly(b)), exactly(p));
  expect(minus(exactly(productError(a, b, p)), error).num).toBe(0n);
}

describe('productError', () => {
  it('is exactly what a product has lost by rounding', () => {
    fc.assert(
      fc.property(double, double, (a, b) => expectExact(a, b, a * b)),
      { numRuns: 2_000 },
    );
  });

  it('is exactly what a reciprocal times its number is beyond 1, and at most half a unit', () => {
    fc.assert(
      fc.property(double, (b) => {
        expectExact(1 / b, b, 1);
        expect(atMost(abs(exactly(productError(1 / b, b, 1))), power(-53))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is nothing where nothing was lost', () => {
    expect([productError(3, 5, 15), productError(2 ** 26 + 1, 2 ** 26 - 1, 2 ** 52 - 1)]).toEqual([0, 0]);
    expect(exactly(productError(1 / 3, 3, 1))).toEqual(ratio(-1n, 1n << 54n));
  });
});
