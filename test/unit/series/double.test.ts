import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doubleAbove, nearestDouble, nearestRootDouble } from '../../../src/series/double.ts';
import { atMost, power, ratio, times, toDouble } from '../../support/oracle-ratio.ts';

const above = fc.bigInt({ min: 1n, max: 1n << 300n });
const small = fc.bigInt({ min: 1n, max: 1n << 60n });

/** The exact value of a positive double, as 2^-200 counts. */
const exact = (x: number) => ratio(BigInt(x * 2 ** 200), 1n << 200n);
const next = (x: number, ulps: bigint): number => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  view.setBigUint64(0, view.getBigUint64(0) + ulps);
  return view.getFloat64(0);
};

describe('exact numbers to doubles', () => {
  it('rounds a quotient as a processor divides two doubles', () => {
    const whole = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        expect(nearestDouble(BigInt(a), BigInt(b))).toBe(a / b);
      }),
    );
  });

  it('rounds long quotients to nearest, ties to even', () => {
    fc.assert(
      fc.property(above, small, (a, b) => {
        const { num, den } = toDouble(ratio(a, b));
        expect(nearestDouble(a, b)).toBe(Number(num) / Number(den));
      }),
    );
    expect(nearestDouble((1n << 54n) + 2n, 2n)).toBe(2 ** 53);
    expect(nearestDouble((1n << 54n) + 6n, 2n)).toBe(2 ** 53 + 4);
    expect(nearestDouble((1n << 200n) + (1n << 147n) + 1n, 1n << 200n)).toBe(1 + 2 ** -52);
    expect(nearestDouble(0n, 7n)).toBe(0);
  });

  it('gives the least double that is not below', () => {
    fc.assert(
      fc.property(small, small, (a, b) => {
        const up = doubleAbove(a, b);
        expect(atMost(ratio(a, b), exact(up))).toBe(true);
        expect(atMost(ratio(a, b), exact(next(up, -1n)))).toBe(false);
      }),
    );
    expect(doubleAbove(0n, 7n)).toBe(0);
    expect(doubleAbove(1n << 53n, 1n)).toBe(2 ** 53);
    expect(doubleAbove((1n << 53n) + 1n, 1n)).toBe(2 ** 53 + 2);
    expect(doubleAbove((1n << 54n) - 1n, 1n)).toBe(2 ** 54);
  });

  it('gives the double between whose lower and upper midpoint the root lies', () => {
    const half = ratio(1, 2);
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 1n << 200n }), (a) => {
        const root = nearestRootDouble(a, 98);
        const [low, high] = [next(root, -1n), next(root, 1n)].map((other) => {
          const middle = times(half, ratio(exact(root).num + exact(other).num, 1n << 200n));
          return times(middle, middle);
        });
        const square = times(ratio(a), power(-98));
        expect(low !== undefined && atMost(low, square)).toBe(true);
        expect(high !== undefined && atMost(square, high)).toBe(true);
      }),
    );
    expect(nearestRootDouble(9n << 98n, 98)).toBe(3);
    expect(nearestRootDouble(0n, 98)).toBe(0);
  });
});
