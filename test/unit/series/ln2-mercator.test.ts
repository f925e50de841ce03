/** Mercator's series by quads, against soft floats and exact fractions. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ln2Mercator, mercatorQuad, mercatorRounding } from '../../../src/series/ln2-mercator.ts';
import { quantized, readDecimal } from '../../support/oracle.ts';
import {
  abs,
  atMost,
  fl,
  floor,
  minus,
  plus,
  power,
  type Ratio,
  ratio,
  times,
} from '../../support/oracle-ratio.ts';

const u = power(-53);
const LN_2 = readDecimal('0.693147180559945309417232121458176568075500134360255254120680');

const exact = (index: number): Ratio => ratio(index % 2 === 0 ? 1 : -1, index + 1);
const softTerm = (index: number): Ratio => fl.div(ratio(index % 2 === 0 ? 1 : -1), ratio(index + 1));
function softQuad(j: number): Ratio {
  const y = ratio(8n * BigInt(j) + 5n);
  const v = fl.mul(y, y);
  return fl.div(fl.add(fl.mul(ratio(8), v), ratio(24)), fl.mul(fl.sub(v, ratio(1)), fl.sub(v, ratio(9))));
}
/** 1/(a + 1) − 1/(a + 2) + 1/(a + 3) − 1/(a + 4), a = 4j. */
function exactQuad(j: number): Ratio {
  return [0, 1, 2, 3].map((step) => exact(4 * j + step)).reduce(plus);
}

describe('ln2-mercator', () => {
  it('computes every quad as the soft float does, within the stated error', () => {
    const index = fc.integer({ min: 0, max: 48 }).chain((bits) => fc.integer({ min: 0, max: 2 ** bits - 1 }));
    fc.assert(
      fc.property(index, (j) => {
        const double = softQuad(j);
        expect(mercatorQuad(j)).toBe(Number(double.num) / Number(double.den));
        const size = exactQuad(j);
        const bound = times(times(u, ratio(8 * j + 5 < 2 ** 26.5 ? 2 : 8)), size);
        expect(atMost(abs(minus(double, size)), bound)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([0, 12_345 * 4, 2 ** 25 - 80, 2 ** 30, 2 ** 44, ln2Mercator.termsMax - 400])(
    'adds up the quads from %d on, each quantised by itself',
    (from) => {
      let sum = 0n;
      for (let j = from / 4; j < from / 4 + 100; j += 1) sum += quantized(softQuad(j));
      expect(ln2Mercator.partial(from, from + 400)).toBe(sum.toString(16));
    },
  );

  it('has S_n within its rounding bound at n = 1 … 400, on the grain and off it, and encloses ln 2', () => {
    let [sum, quads] = [ratio(0), 0n];
    for (let n = 1; n <= 400; n += 1) {
      sum = plus(sum, exact(n - 1));
      if (n % 4 === 0) quads += quantized(softQuad(n / 4 - 1));
      let computed = quads;
      for (let index = n - (n % 4); index < n; index += 1) computed += quantized(softTerm(index));
      const rounding = ratio(mercatorRounding(n));
      expect(atMost(abs(minus(ratio(computed), times(sum, power(98)))), rounding)).toBe(true);
      const figures = ln2Mercator.evaluate(quads.toString(16), n);
      // Half a unit of the last place, and what the double nearest to the sum may be away.
      const scaled = (x: Ratio): bigint => floor(times(x, ratio(10n ** 15n)));
      expect(readDecimal(figures.decimal).num).toBe(
        scaled(plus(ratio(computed, 1n << 98n), ratio(5n, 10n ** 16n))),
      );
      expect(figures.value).toBe(Number(computed) / 2 ** 98);
      const [lower, upper] = [readDecimal(figures.lower ?? ''), readDecimal(figures.upper ?? '')];
      expect(atMost(lower, LN_2) && atMost(LN_2, upper)).toBe(true);
      expect(atMost(minus(upper, lower), plus(ratio(1, n + 1), ratio(4n, 10n ** 15n)))).toBe(true);
    }
  });

  it('bounds its rounding by 2u ln 2, half a unit for every value and no more than little else', () => {
    const twice = times(times(LN_2, ratio(2)), power(45));
    for (const n of [4, 4_096, 1e8, 2 ** 40, ln2Mercator.termsMax]) {
      const least = plus(twice, ratio(n, 8));
      expect(atMost(least, ratio(mercatorRounding(n)))).toBe(true);
      // 2 ln 2 is rounded up in its tenth place: 2^45 / 10^10.
      expect(
        atMost(ratio(mercatorRounding(n)), plus(least, ratio(n > 2 ** 25 ? 2 ** 23 + 4_000 : 4_000))),
      ).toBe(true);
    }
    expect(mercatorRounding(2 ** 26) - mercatorRounding(2 ** 25)).toBeGreaterThanOrEqual(2n ** 23n);
  });

  it('encloses ln 2 far out, where S_n is known by its expansion, as far as it goes', () => {
    for (const n of [1e9, 1e12 + 4, ln2Mercator.termsMax]) {
      // Σ = ln 2 − 1/(2n) + 1/(4n²) − …, n even; the error is below 1/(8n⁴).
      const tail = minus(ratio(1, 2 * n), ratio(1n, 4n * BigInt(n) ** 2n));
      const sum = floor(times(minus(LN_2, tail), power(98)));
      const { lower, upper } = ln2Mercator.evaluate(sum.toString(16), n);
      const [low, high] = [readDecimal(lower ?? ''), readDecimal(upper ?? '')];
      expect(atMost(low, LN_2) && atMost(LN_2, high)).toBe(true);
      expect(ln2Mercator.exhausted(n) === null).toBe(n < ln2Mercator.termsMax);
    }
  });

  it('refuses what lies outside its domain', () => {
    for (const n of [0, -4, 1.5, Number.NaN, ln2Mercator.termsMax + 1]) {
      expect(() => ln2Mercator.evaluate(ln2Mercator.empty, n)).toThrow(RangeError);
    }
    expect(() => ln2Mercator.partial(2, 8)).toThrow(RangeError);
    expect(() => ln2Mercator.partial(0, ln2Mercator.termsMax + 4)).toThrow(RangeError);
    expect(() => ln2Mercator.evaluate('nonsense', 4)).toThrow(SyntaxError);
  });
});
