/** Oracle: Brouncker–Gauss continued fractions and powers of exact rationals, nothing of which is in the code. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expEnclosure, lnEnclosure } from '../../../../src/series/arithmetic/logarithm.ts';

/** ln 2, ln 3, ln 10 and e to 60 decimals or more, cut off. */
const LN_2 = '0.693147180559945309417232121458176568075500134360255254120680';
const LN_3 = '1.098612288668109691395245236922525704647490557822749451734694';
const LN_10 = '2.302585092994045684017991454684364207601101488628772976033327';
const E = '2.718281828459045235360287471352662497757247093699959574966967';
const BITS = 180;

/** A decimal that was cut off at 60 places, as the two integers at 2^-BITS around it. */
function around(decimal: string): [bigint, bigint] {
  const count = BigInt(decimal.replace('.', ''));
  const unit = 10n ** 60n;
  return [(count << BigInt(BITS)) / unit, (((count + 1n) << BigInt(BITS)) + unit - 1n) / unit];
}

/** log(1 + x/y) by Gauss's continued fraction z/(1 + z/(2 + z/(3 + 4z/(4 + 4z/(5 + …) for z = x/y > 0, evaluated
 * backwards in exact rationals: its convergents are on alternating sides. */
function convergents(x: bigint, y: bigint, depth: number): [bigint, bigint][] {
  return [depth, depth + 1].map((last) => {
    // value = num/den of what follows level k: b_k + a_(k+1)/(…), with a_1 = z, a_2k = a_2k+1 = k²z, b_k = k.
    let [num, den]: [bigint, bigint] = [BigInt(last), 1n];
    for (let level = last; level >= 2; level -= 1) {
      const root = BigInt(level >> 1);
      const [partial, bottom] = [root * root * x * den, num * y];
      [num, den] = [BigInt(level - 1) * bottom + partial, bottom];
    }
    return [x * den, y * num];
  });
}

const positive = fc.bigInt({ min: 1n, max: 1n << 60n });

describe('lnEnclosure', () => {
  it.each([
    [2n, LN_2],
    [3n, LN_3],
    [10n, LN_10],
  ])('encloses the known digits of ln %d within two units', (x, digits) => {
    const { lower, upper } = lnEnclosure(x, 1n, BITS);
    const [low, high] = around(digits);
    expect(lower <= high && upper >= low && upper - lower <= 2n).toBe(true);
    const [mirrored, top] = [lnEnclosure(1n, x, BITS), around(digits)[1]];
    expect(-mirrored.upper <= top && -mirrored.lower >= low).toBe(true);
  });

  it('is exactly zero around 1, and never wider than two units', () => {
    const { lower, upper } = lnEnclosure(7n, 7n, 64);
    expect(lower <= 0n && upper >= 0n).toBe(true);
    fc.assert(
      fc.property(positive, positive, fc.integer({ min: 1, max: 300 }), (num, den, bits) => {
        const ends = lnEnclosure(num, den, bits);
        expect(ends.upper - ends.lower >= 0n && ends.upper - ends.lower <= 2n).toBe(true);
      }),
    );
  });

  it('meets the enclosure that a continued fraction gives for any 1 + x/y below 2', () => {
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        const [x, y] = a < b ? [a, b] : [b, a];
        const pair = convergents(x, y, 60).map(([num, den]) => (num << 100n) / den);
        const [low, high] = [pair[0] ?? 0n, pair[1] ?? 0n].toSorted((p, q) => (p < q ? -1 : 1)) as [
          bigint,
          bigint,
        ];
        const { lower, upper } = lnEnclosure(x + y, y, 100);
        expect(high - low <= 1n << 24n).toBe(true);
        expect(lower <= high + 1n && upper >= low).toBe(true);
        expect(upper - lower <= 2n).toBe(true);
      }),
    );
  });

  it('adds where numbers multiply, over hundreds of powers of two', () => {
    fc.assert(
      fc.property(positive, positive, fc.integer({ min: 0, max: 900 }), (a, b, shift) => {
        const [one, two] = [lnEnclosure(a, b, BITS), lnEnclosure(b << BigInt(shift), 3n, BITS)];
        const both = lnEnclosure(a << BigInt(shift), 3n, BITS);
        expect(one.lower + two.lower <= both.upper && one.upper + two.upper >= both.lower).toBe(true);
      }),
    );
  });

  it('encloses with few bits what it encloses with many', () => {
    fc.assert(
      fc.property(positive, positive, fc.integer({ min: 1, max: 40 }), (num, den, bits) => {
        const [few, many] = [lnEnclosure(num, den, bits), lnEnclosure(num, den, bits + 80)];
        expect(few.lower << 80n <= many.lower && few.upper << 80n >= many.upper).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what has no logarithm', () => {
    for (const [num, den] of [
      [0n, 1n],
      [-1n, 2n],
      [1n, 0n],
      [1n, -2n],
    ] as const) {
      expect(() => lnEnclosure(num, den, 64)).toThrow(RangeError);
    }
  });
});

const one = 1n << BigInt(BITS);

describe('expEnclosure', () => {
  it('encloses the known digits of e, and 1 at 0', () => {
    const { lower, upper } = expEnclosure(one, one, BITS);
    const [low, high] = around(E);
    expect(lower <= high && upper >= low && upper - lower <= 2n).toBe(true);
    const unit = expEnclosure(0n, 0n, BITS);
    expect(unit.lower <= one && unit.upper >= one && unit.upper - unit.lower <= 2n).toBe(true);
  });

  it('takes logarithms back to where they came from, within the units both leave open', () => {
    fc.assert(
      fc.property(positive, positive, fc.integer({ min: -1_300, max: 1_300 }), (a, b, shift) => {
        const [num, den] = shift >= 0 ? [a << BigInt(shift), b] : [a, b << BigInt(-shift)];
        const ln = lnEnclosure(num, den, BITS);
        const { lower, upper } = expEnclosure(ln.lower, ln.upper, BITS);
        const exact = (num * one) / den;
        expect(lower <= exact + 1n && upper >= exact).toBe(true);
        expect(upper - lower <= 4n + (exact >> BigInt(BITS - 3))).toBe(true);
      }),
    );
  });

  it('lies within two units of e to the thousandth and its inverse, the ends of its range', () => {
    // e^1000 as the thousandth power of e in exact integers, e enclosed by its factorials.
    let [sum, term] = [0n, 1n << 3_000n];
    for (let k = 1n; term > 0n; k += 1n) [sum, term] = [sum + term, term / k];
    const [low, high] = [sum ** 1_000n, (sum + 1_000n) ** 1_000n];
    const scale = BigInt(3_000_000 - 64);
    const limit = 1_000n << 64n;
    const top = expEnclosure(limit, limit, 64);
    expect(top.lower <= high >> scale && top.upper >= low >> scale).toBe(true);
    expect(top.upper - top.lower <= 2n).toBe(true);
    expect(expEnclosure(-limit, -limit, 64)).toEqual({ lower: 0n, upper: 1n });
    const tiny = expEnclosure(-1_000n << 1_600n, -1_000n << 1_600n, 1_600);
    expect(tiny.lower * low <= 1n << BigInt(3_001_600) || tiny.lower === 0n).toBe(true);
    expect(tiny.upper * high >= 1n << BigInt(3_001_600)).toBe(true);
  });

  it('encloses every exponential between two ends', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -one * 40n, max: one * 40n }), positive, (x, spread) => {
        const wide = expEnclosure(x, x + spread, BITS);
        for (const inner of [x, x + spread / 2n, x + spread]) {
          const { lower, upper } = expEnclosure(inner, inner, BITS);
          expect(wide.lower <= upper && wide.upper >= lower && upper - lower <= 2n).toBe(true);
        }
      }),
    );
  });

  it('encloses with few bits what it encloses with many', () => {
    const bits = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(bits, fc.integer({ min: -1_000, max: 1_000 }), fc.nat(1_000), (few, whole, part) => {
        const x = (BigInt(whole) << BigInt(few)) - (BigInt(Math.sign(whole) * part) << BigInt(few)) / 1_001n;
        const narrow = expEnclosure(x, x, few);
        const wide = expEnclosure(x << 80n, x << 80n, few + 80);
        expect(narrow.lower << 80n <= wide.lower && narrow.upper << 80n >= wide.upper).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses ends in the wrong order and numbers beyond a thousand', () => {
    for (const [lower, upper] of [
      [1n, 0n],
      [0n, 1_000n * one + 1n],
      [-1_000n * one - 1n, 0n],
    ] as const) {
      expect(() => expEnclosure(lower, upper, BITS)).toThrow(RangeError);
    }
  });
});
