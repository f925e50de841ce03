/** The statistical estimate: what it counts, what its interval is made of, and what it does not claim. */
import { describe, expect, it } from 'vitest';
import { point } from '../../../src/series/arithmetic/philox.ts';
import { halfWidth, monteCarloPi as series } from '../../../src/series/monte-carlo-pi.ts';
import { naturalLogTwo } from '../../support/oracle-limits.ts';

const ONE = 10n ** 40n;

/** ln(2 / 10^-9) = 28 ln 2 + 9 ln(5/4), and ln(5/4) = 2 atanh(1/9). */
function logarithm(): bigint {
  let fifth = 0n;
  for (let k = 1n; k < 60n; k += 2n) fifth += ONE / (k * 9n ** k);
  return 28n * naturalLogTwo(ONE) + 18n * fifth;
}

const state = (n: number): string => series.partial(0, n - (n % 8));

describe('monte-carlo-pi', () => {
  it('takes four times the share of points inside, at every n from 1 to 500', () => {
    let inside = 0n;
    for (let n = 1; n <= 500; n += 1) {
      const [x, y] = point(n - 1);
      if (BigInt(x) ** 2n + BigInt(y) ** 2n < 1n << 62n) inside += 1n;
      const { value, decimal, values } = series.evaluate(state(n), n);
      expect(values).toEqual({ inside: String(inside) });
      expect(value).toBe(Number(4n * inside) / n);
      const count = BigInt(decimal.replace('.', ''));
      const off = 2n * (4n * inside * 10n ** 15n - count * BigInt(n));
      expect(off <= BigInt(n) && -off <= BigInt(n)).toBe(true);
    }
  });

  it('adds Hoeffding’s bound at one in 10^9 and the grid’s bias, rounded up', () => {
    const bias = 10n ** 15n / 2n ** 28n + 1n;
    for (const n of [1, 2, 7, 1_000, 10 ** 9 + 1, series.termsMax]) {
      const chance = halfWidth(n) - bias;
      // 8 ln(2/a) / n in units of 10^-30, less than a billionth too much for the logarithm's own rounding.
      const square = (8n * logarithm()) / 10n ** 10n / BigInt(n);
      expect(chance ** 2n).toBeGreaterThanOrEqual(square);
      expect((chance - 1n) ** 2n).toBeLessThan(square + square / 10n ** 9n + 1n);
    }
  });

  it('is an interval of that half width around the estimate, rounded outwards', () => {
    for (const n of [1, 3, 8, 1_001]) {
      const { lower, upper, values } = series.evaluate(state(n), n);
      const { inside = '' } = values ?? {};
      const estimate = 4n * BigInt(inside) * 10n ** 15n;
      const [low, high] = [lower, upper].map((end) => BigInt(end?.replace('.', '') ?? ''));
      expect(low).toBe(estimate / BigInt(n) - halfWidth(n));
      expect(high).toBe((estimate + BigInt(n) - 1n) / BigInt(n) + halfWidth(n));
    }
  });

  it('calls its bound statistical and says how sure it is', () => {
    expect(series.bound).toBe('statistical');
    expect(series.source).toContain('10⁻⁹');
  });

  it('counts in any order, and shows its partial as that count', () => {
    const [a, b] = [series.partial(0, 80), series.partial(80, 800)];
    expect(series.merge(a, b)).toBe(series.partial(0, 800));
    expect(series.merge(b, a)).toBe(series.partial(0, 800));
    const { inside } = series.evaluate(series.partial(0, 800), 800).values ?? {};
    expect(series.describe(series.partial(0, 800))).toEqual({
      monoid: 'sum',
      values: { inside },
      scale: null,
      decimal: null,
    });
  });

  it('has more to say until its counter ends, and refuses what lies outside', () => {
    expect([series.exhausted(10 ** 15), series.exhausted(series.termsMax - 1)]).toEqual([null, null]);
    expect(series.exhausted(series.termsMax)).toContain(`n = ${series.termsMax}`);
    for (const n of [0, 0.5, series.termsMax + 1])
      expect(() => series.evaluate(series.empty, n)).toThrow(RangeError);
    for (const [from, to] of [
      [4, 8],
      [8, 12],
      [16, 8],
      [0, series.termsMax + 8],
    ] as const)
      expect(() => series.partial(from, to)).toThrow(RangeError);
    expect(() => series.evaluate('no count', 8)).toThrow(SyntaxError);
  });
});
