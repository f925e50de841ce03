import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doubleAbove, nearestDouble, nearestRootDouble } from '../../../../src/series/arithmetic/double.ts';
import { atMost, power, ratio, times, toDouble } from '../../../support/oracle-ratio.ts';

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

  it('rounds into the subnormal doubles once, and past the greatest to Infinity', () => {
    const whole = fc.bigInt({ min: 1n, max: 1n << 60n });
    fc.assert(
      fc.property(whole, fc.integer({ min: 1_082, max: 1_200 }), (a, bits) => {
        // Half a unit of the least double decides, and an exact half goes to the even neighbour.
        const [count, half] = [a >> BigInt(bits - 1_074), 1n << BigInt(bits - 1_075)];
        const rest = a - (count << BigInt(bits - 1_074));
        const up = rest > half || (rest === half && count % 2n === 1n);
        expect(nearestDouble(a, 1n << BigInt(bits))).toBe(Number(count + (up ? 1n : 0n)) * 2 ** -1_074);
        expect(doubleAbove(a, 1n << BigInt(bits))).toBe(Number(count + (rest > 0n ? 1n : 0n)) * 2 ** -1_074);
      }),
    );
    expect(nearestDouble(1n, 1n << 1_074n)).toBe(Number.MIN_VALUE);
    expect(nearestDouble(1n, 1n << 1_075n)).toBe(0);
    expect(nearestDouble((1n << 60n) + 1n, 1n << 1_135n)).toBe(Number.MIN_VALUE);
    expect(nearestDouble(3n, 1n << 1_075n)).toBe(2 * Number.MIN_VALUE);
    expect(nearestDouble((1n << 1_024n) - (1n << 970n), 1n)).toBe(Number.POSITIVE_INFINITY);
    expect(nearestDouble((1n << 1_024n) - (1n << 970n) - 1n, 1n)).toBe(Number.MAX_VALUE);
    expect(doubleAbove((1n << 1_024n) - (1n << 971n) + 1n, 1n)).toBe(Number.POSITIVE_INFINITY);
  });

  it('never says 0 for a bound that is not, however small it is', () => {
    for (const bits of [1_074n, 1_075n, 1_076n, 1_200n, 3_000_000n]) {
      expect(doubleAbove(1n, 1n << bits)).toBe(Number.MIN_VALUE);
      expect(doubleAbove(1n, (1n << bits) + 1n)).toBe(Number.MIN_VALUE);
    }
    expect(doubleAbove(1n, (1n << 1_074n) - 1n)).toBe(2 * Number.MIN_VALUE);
  });

  it('meets a double exactly, and tells its neighbours on either side, however long the operands are', () => {
    const long = fc.bigInt({ min: 1n << 300n, max: 1n << 900n });
    fc.assert(
      fc.property(long, fc.bigInt({ min: 1n << 52n, max: (1n << 53n) - 2n }), (b, m) => {
        const [a, den, x] = [m * b, b << 52n, Number(m) * 2 ** -52];
        const above = x + 2 ** -52;
        expect([doubleAbove(a - 1n, den), doubleAbove(a, den), doubleAbove(a + 1n, den)]).toEqual([
          x,
          x,
          above,
        ]);
        const even = m % 2n === 0n ? x : above;
        expect([a * 2n + b - 1n, a * 2n + b, a * 2n + b + 1n].map((c) => nearestDouble(c, den * 2n))).toEqual(
          [x, even, above],
        );
      }),
    );
  });

  it('looks at all of millions of bits where the leading ones leave it open', () => {
    const far = 1n << 2_000_000n;
    expect(nearestDouble(3n * far, 2n * far)).toBe(1.5);
    expect(doubleAbove(3n * far, 2n * far)).toBe(1.5);
    expect(doubleAbove(3n * far + 1n, 2n * far)).toBe(1.5 + 2 ** -52);
    const middle = far + (far >> 53n);
    expect([nearestDouble(middle, far), nearestDouble(middle + 1n, far)]).toEqual([1, 1 + 2 ** -52]);
    expect(nearestDouble(middle - 1n, far)).toBe(1);
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
