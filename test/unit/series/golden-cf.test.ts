/** The golden ratio against Fibonacci numbers added up one by one, and against the equation that defines it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goldenCf as series } from '../../../src/series/golden-cf.ts';
import { squareRoot } from '../../support/oracle.ts';
import { ratio, toDouble } from '../../support/oracle-ratio.ts';

/** F(0), F(1), …, F(count − 1). */
function fibonacci(count: number): bigint[] {
  const numbers = [0n, 1n];
  for (let index = 2; index < count; index += 1)
    numbers.push((numbers[index - 1] ?? 0n) + (numbers[index - 2] ?? 0n));
  return numbers;
}

const numbers = fibonacci(1_100);
const F = (n: number): bigint => numbers[n] ?? 0n;
const evaluate = (n: number) => series.evaluate(series.partial(0, n), n);

/** A decimal in units of its last place, and how many places it has. */
function read(text: string): { count: bigint; one: bigint } {
  const places = text.length - text.indexOf('.') - 1;
  return { count: BigInt(text.replace('.', '')), one: 10n ** BigInt(places) };
}

/** Whether x ≤ φ, exactly: 2x − 1 ≤ √5. */
const isBelow = ({ count, one }: { count: bigint; one: bigint }): boolean =>
  2n * count <= one || (2n * count - one) ** 2n <= 5n * one * one;

describe('golden-cf', () => {
  it('holds Fibonacci numbers, whatever range of terms it is made for', () => {
    for (const n of [1, 2, 3, 10, 999]) {
      const text = [F(n + 1), F(n), F(n), F(n - 1)].map((number) => number.toString(16)).join(',');
      expect([series.partial(0, n), series.partial(7, 7 + n)]).toEqual([text, text]);
    }
  });

  it('says F(n+1)/F(n) to 60 digits and as the nearest double, at every n from 1 to 400', () => {
    for (let n = 1; n <= 400; n += 1) {
      const { value, decimal } = evaluate(n);
      const { count, one } = read(decimal);
      const off = 2n * (count * F(n) - F(n + 1) * one);
      expect(decimal).toHaveLength(61);
      expect(off <= F(n) && -off <= F(n)).toBe(true);
      const double = toDouble(ratio(F(n + 1), F(n)));
      expect(value).toBe(Number(double.num) / Number(double.den));
    }
  });

  it('encloses φ by the neighbouring convergents at every n from 1 to 400', () => {
    for (let n = 1; n <= 400; n += 1) {
      const { lower, upper, width, digits } = evaluate(n);
      expect(isBelow(read(lower ?? ''))).toBe(true);
      expect(isBelow(read(upper ?? ''))).toBe(false);
      const exact = 1 / Number(F(n) * F(n + 1));
      expect(width).toBeGreaterThanOrEqual(exact * (1 - 1e-15));
      expect(width).toBeLessThan(exact * 1.001);
      expect(digits).toBeGreaterThanOrEqual(Math.floor(0.4179 * n) - 2);
    }
  });

  it('has four thousand digits of (1 + √5) / 2 right after 10,000 terms', () => {
    const one = 10n ** 4_200n;
    const phi = ((one + squareRoot(5n * one * one)) / 2n).toString();
    const { known = '', digits } = evaluate(10_000);
    expect(digits).toBeGreaterThanOrEqual(4_178);
    expect(known.replace('.', '')).toBe(phi.slice(0, digits ?? 0));
  });

  it('has a hundred thousand digits at its end that satisfy φ’s equation, and no more to say', () => {
    const { known = '', digits } = evaluate(series.termsMax);
    const { count, one } = read(known);
    expect(digits).toBeGreaterThan(109_560);
    expect([isBelow({ count, one }), isBelow({ count: count + 1n, one })]).toEqual([true, false]);
    expect(series.exhausted(series.termsMax)).toContain(`n = ${series.termsMax}`);
    expect(series.exhausted(series.termsMax - 1)).toBeNull();
  });

  it('merges neighbours in any grouping to the same text', () => {
    const length = fc.integer({ min: 0, max: 3_000 });
    fc.assert(
      fc.property(length, length, length, (a, b, c) => {
        const [x, y, z] = [series.partial(0, a), series.partial(a, a + b), series.partial(a + b, a + b + c)];
        const whole = series.partial(0, a + b + c);
        expect(series.merge(series.merge(x, y), z)).toBe(whole);
        expect(series.merge(x, series.merge(y, z))).toBe(whole);
      }),
    );
  });

  it('refuses what lies outside its domain', () => {
    for (const n of [0, -1, 1.5, series.termsMax + 1])
      expect(() => series.evaluate(series.empty, n)).toThrow(RangeError);
    expect(() => series.partial(2, 1)).toThrow(RangeError);
    expect(() => series.partial(0, series.termsMax + 1)).toThrow(RangeError);
    expect(() => series.evaluate('1,1', 1)).toThrow(SyntaxError);
  });
});
