/** Viète's product against polygons of 2^(n+1) sides and π by other formulas, and its state against every way to cut a run. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { viete as series, tierBits } from '../../../src/series/viete.ts';
import { squareRoot } from '../../support/oracle.ts';
import { gaussLegendre, machin, piText } from '../../support/oracle-pi.ts';
import { ratio, toDouble } from '../../support/oracle-ratio.ts';

const straight = (n: number): string => series.partial(0, n);
const evaluate = (n: number) => series.evaluate(straight(n), n);

/** The state over [0, last cut), from range to range. */
function inParts(cuts: readonly number[]): string {
  let [from, state] = [0, series.empty];
  for (const to of cuts) {
    state = series.merge(state, series.partial(from, to, state));
    from = to;
  }
  return state;
}

function integers(text: string): bigint[] {
  return text.split(',').map((part) => BigInt(`0x${part}`));
}

/** Ends of tiers and their neighbours come up as often as all other cuts. */
const cut = fc.oneof(fc.integer({ min: 1, max: 600 }), fc.constantFrom(255, 256, 257, 511, 512, 513));

describe('a run of viete', () => {
  it('comes to the same text however it is cut, across the ends of tiers', () => {
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 8 }), (some) => {
        const cuts = some.toSorted((a, b) => a - b);
        expect(inParts(cuts)).toBe(straight(cuts.at(-1) ?? 0));
      }),
      { numRuns: 30 },
    );
  });

  it('steps over the end of a long tier in one piece, or stops there', () => {
    const end = 1_024;
    expect(inParts([end - 3, end, end + 2])).toBe(straight(end + 2));
    expect(inParts([end - 3, end + 2])).toBe(straight(end + 2));
    expect(inParts([end - 3, end])).toBe(straight(end));
  });

  it('doubles its precision with its terms', () => {
    expect([0, 1, 256, 257, 512, 513].map(tierBits)).toEqual([640, 640, 640, 1_152, 1_152, 2_176]);
  });

  it('goes nowhere without the state before it, or with another', () => {
    for (const before of [undefined, '', straight(4), straight(6)])
      expect(() => series.partial(5, 6, before)).toThrow(RangeError);
    expect(() => series.partial(0, 6, straight(5))).toThrow(RangeError);
    expect(() => series.partial(1, 2, '1,281,0,0,0')).toThrow(RangeError);
    expect(() => series.partial(5, 6, 'nonsense')).toThrow(SyntaxError);
    expect(series.partial(5, 5, straight(5))).toBe(straight(5));
    expect(series.partial(0, 0)).toBe(series.empty);
  });
});

describe('a state of viete', () => {
  it('holds the last root, and ends that stay on their sides of the product at every step', () => {
    const [bits, more] = [tierBits(1), 64];
    const one = 1n << BigInt(bits + more);
    let [a, state, before] = [0n, series.empty, [1n << BigInt(bits), 1n << BigInt(bits)]];
    for (let n = 1; n <= 256; n += 1) {
      state = series.partial(n - 1, n, state);
      const [at, precision, root = 0n, lower = 0n, upper = 0n] = integers(state);
      expect([at, precision]).toEqual([BigInt(n), BigInt(bits)]);
      // The exact root lies in [a, a + 2): a root of 64 bits more is cut off, and so was the one before.
      a = squareRoot((2n * one + a) * one);
      expect(root << BigInt(more)).toBeLessThanOrEqual(a);
      expect((root + 2n) << BigInt(more)).toBeGreaterThanOrEqual(a + 2n);
      const [lowerBefore = 0n, upperBefore = 0n] = before;
      expect(lower * 2n * one).toBeLessThanOrEqual(lowerBefore * a);
      expect(upper * 2n * one).toBeGreaterThanOrEqual(upperBefore * (a + 2n));
      expect(upper - lower).toBeLessThanOrEqual(3n * BigInt(n));
      before = [lower, upper];
    }
  });

  it('is what the next range goes on from', () => {
    const changed = integers(straight(5)).map((value, place) =>
      (place === 4 ? value + 9n : value).toString(16),
    );
    expect(series.partial(5, 6, changed.join(','))).not.toBe(straight(6));
  });

  it('is shown by its integers, as no single number', () => {
    const { values, ...rest } = series.describe(straight(3));
    expect(Object.values(values).map(BigInt)).toEqual(integers(straight(3)));
    expect(Object.keys(values)).toEqual(['n', 'bits', 'root', 'lower', 'upper']);
    expect(rest).toEqual({ monoid: 'state', scale: null, decimal: null });
  });
});

describe('figures of viete', () => {
  it('say half the perimeter of the regular polygon of 2^(n+1) sides, to 60 digits, at every n from 1 to 150', () => {
    // 2^(n+1) sin(π/2^(n+1)) = 2^n √(2 − a_(n−1)), where 2^n times the error of the root counts.
    const one = 10n ** 240n;
    let a = 0n;
    for (let n = 1; n <= 150; n += 1) {
      const half = squareRoot((2n * one - a) * one) << BigInt(n);
      const { decimal, value } = evaluate(n);
      const unit = 10n ** 181n;
      expect(BigInt(decimal.replace('.', ''))).toBe((2n * half + unit) / (2n * unit));
      const double = toDouble(ratio(half, one));
      expect(value).toBe(Number(double.num) / Number(double.den));
      a = squareRoot((2n * one + a) * one);
    }
  });

  it('enclose π at every n from 1 to 300, and know the digits that the remainder leaves', () => {
    const pi = piText(machin, 260).replace('.', '');
    let state = series.empty;
    for (let n = 1; n <= 300; n += 1) {
      state = series.partial(n - 1, n, state);
      const { lower, upper, known = '', digits, width } = series.evaluate(state, n);
      const [low, high] = [lower, upper].map((end) => end?.replace('.', '').slice(0, 60) ?? '');
      const shown = pi.slice(0, low?.length);
      expect([low, shown, high].toSorted()).toEqual([low, shown, high]);
      expect(known.replace('.', '')).toBe(pi.slice(0, digits ?? 0));
      expect(digits).toBeGreaterThanOrEqual(Math.floor(0.602 * n) - 2);
      const rest = Math.PI ** 3 / 6 / 4 ** (n + 1);
      expect(width).toBeGreaterThan(rest * 0.999);
      expect(width).toBeLessThan(rest * 1.001);
    }
  });

  it('have two thousand digits of π right: the first half as Gauss and Legendre have them, all as Machin has', () => {
    const { known = '', digits } = evaluate(3_400);
    expect(digits).toBeGreaterThanOrEqual(2_045);
    expect(known.slice(0, 1_001)).toBe(piText(gaussLegendre, 1_000));
    expect(known).toBe(piText(machin, digits ?? 0));
  });

  it('are made from the state at their n alone, within the domain', () => {
    expect(() => series.evaluate(straight(5), 6)).toThrow('no state over [0, 6)');
    for (const n of [0, 1.5, series.termsMax + 1])
      expect(() => series.evaluate(series.empty, n)).toThrow(RangeError);
    expect(() => series.partial(0, series.termsMax + 1)).toThrow(RangeError);
    expect(series.exhausted(series.termsMax - 1)).toBeNull();
    expect(series.exhausted(series.termsMax)).toContain(`n = ${series.termsMax}`);
  });
});
