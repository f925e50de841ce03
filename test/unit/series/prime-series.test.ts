/** Primes and twins: figures at any n against primes found by other means, and what is claimed about them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brun, brunRounding, twinValue } from '../../../src/series/brun.ts';
import { primes } from '../../../src/series/primes.ts';
import { faultsOf } from '../../../src/series/self-check.ts';
import { exactly } from '../../support/exact-double.ts';
import { dividesByNone, lesserTwins, oddPrimes, totals, totalsUpTo } from '../../support/oracle-primes.ts';
import {
  abs,
  atMost,
  floor,
  minus,
  plus,
  power,
  type Ratio,
  ratio,
  times,
} from '../../support/oracle-ratio.ts';

const wholeGrains = (n: number): number => n - (n % 30);
const stateAt = (series: typeof primes, n: number): string => series.partial(0, wholeGrains(n));
const reciprocals = (p: number): Ratio => ratio(2 * p + 2, BigInt(p) * BigInt(p + 2));
const decimal = (text: string): Ratio =>
  ratio(BigInt(text.replace('.', '')), 10n ** BigInt(text.split('.')[1]?.length ?? 0));

describe.each([primes, brun])('$id', (series) => {
  it('has no fault that a newcomer’s series is checked for', () => {
    expect(faultsOf(series)).toEqual([]);
  });

  it('has ranges that add up to the whole, wherever they are cut', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 6 });
    const whole = series.partial(0, 150_000);
    fc.assert(
      fc.property(cuts, (places) => {
        const ends = [0, ...places.map((place) => 30 * place).toSorted((a, b) => a - b), 150_000];
        const parts = ends.slice(1).map((to, at) => series.partial(ends[at] ?? 0, to));
        expect(parts.toReversed().reduce(series.merge, series.empty)).toBe(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses what lies outside its domain, and ends at its last term only', () => {
    for (const n of [0, -30, 1.5, Number.NaN, series.termsMax + 1])
      expect(() => series.evaluate(series.empty, n)).toThrow(RangeError);
    for (const [from, to] of [
      [15, 60],
      [0, 31],
      [-30, 30],
      [60, 30],
      [0, series.termsMax + 30],
    ] as const)
      expect(() => series.partial(from, to)).toThrow(RangeError);
    expect(() => series.evaluate('1', 40)).toThrow(SyntaxError);
    expect(series.exhausted(series.termsMax - 1)).toBeNull();
    expect(series.exhausted(series.termsMax)).toContain(`${2 ** 50 - 4}`);
  });
});

describe('primes', () => {
  it('counts and adds up the primes below n, at every n from 1 to 1,000', () => {
    let [count, sum] = [0, 0];
    for (let n = 1; n <= 1_000; n += 1) {
      if (dividesByNone(n - 1)) [count, sum] = [count + 1, sum + n - 1];
      expect(primes.evaluate(stateAt(primes, n), n)).toEqual({
        value: count,
        decimal: `${count}`,
        lower: null,
        upper: null,
        digits: null,
        width: 0,
        values: { count: `${count}`, sum: `${sum}` },
      });
    }
  });

  it('agrees with the recurrence at any n up to a million', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (n) => {
        const { count, sum } = totalsUpTo(n - 1);
        expect(primes.evaluate(stateAt(primes, n), n).values).toEqual({ count: `${count}`, sum: `${sum}` });
      }),
      { numRuns: 20 },
    );
  });

  it('tests the trailing numbers right at the far end', () => {
    const whole = primes.termsMax - 30;
    const found = oddPrimes(whole, whole + 30);
    for (let n = whole + 1; n < whole + 30; n += 1) {
      const { count, sum } = totals(found.filter((p) => p < n));
      expect(primes.evaluate(primes.empty, n).values).toEqual({ count: `${count}`, sum: `${sum}` });
    }
  });
});

describe('brun', () => {
  it('has values within u below 2^26 and 2u beyond', () => {
    const lesser = fc
      .integer({ min: 2, max: 50 })
      .chain((bits) => fc.integer({ min: 3, max: 2 ** bits - 1 }));
    fc.assert(
      fc.property(lesser, (p) => {
        const off = abs(minus(exactly(twinValue(p)), reciprocals(p)));
        const u = p <= 2 ** 26 ? power(-53) : plus(power(-52), power(-104));
        expect(atMost(off, times(u, reciprocals(p)))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is a lower bound that is within E(n) of the exact sum, at every n up to 3,000', () => {
    const lesser = lesserTwins(oddPrimes(0, 3_010));
    let [exact, pairs] = [0n, 0n];
    for (let n = 1; n <= 3_000; n += 1) {
      if (lesser.includes(n - 1)) {
        exact += floor(times(reciprocals(n - 1), power(160)));
        pairs += 1n;
      }
      const { decimal: text, value, lower, upper, values } = brun.evaluate(stateAt(brun, n), n);
      const sum = times(ratio(exact), power(-160));
      const rounding = times(ratio(brunRounding(n, pairs) + 1n), power(-98));
      const half = ratio(1n, 2n * 10n ** 15n);
      expect(values).toMatchObject({ pairs: `${pairs}` });
      expect(atMost(abs(minus(decimal(text), sum)), plus(half, rounding))).toBe(true);
      expect(atMost(abs(minus(exactly(value), sum)), plus(times(sum, power(-53)), rounding))).toBe(true);
      expect(atMost(decimal(lower ?? ''), plus(sum, power(-150)))).toBe(true);
      expect(atMost(minus(sum, times(ratio(3), half)), decimal(lower ?? ''))).toBe(true);
      expect(upper).toBe('2.288513000000000');
    }
  });

  it('claims no more rounding than its places hide, even were every number to the end the lesser of twins', () => {
    const most = brunRounding(brun.termsMax, BigInt(brun.termsMax / 2) / 3n);
    expect(atMost(times(ratio(most), power(-98)), ratio(1n, 10n ** 15n))).toBe(true);
    expect(brunRounding(3, 0n)).toBe(0n);
    for (const n of [1_000, 2 ** 40]) expect(brunRounding(n, 2_000n) - brunRounding(n, 2n)).toBe(999n);
    expect(brunRounding(2 ** 26 + 1, 10n) > brunRounding(2 ** 26, 10n)).toBe(true);
  });

  it('says the sums that are in the literature', () => {
    // Nicely, "Enumeration to 10^14 of the twin primes and Brun's constant", 1995, table 1.
    const figures = brun.evaluate(stateAt(brun, 1_000_000), 1_000_000);
    expect(figures.values).toMatchObject({ pairs: '8169' });
    expect(figures.decimal).toMatch(/^1\.71077693080/);
    expect(figures.digits).toBe(0);
  });

  it('extrapolates by 4C₂ / ln n, C₂ being the product over the odd primes', () => {
    let constant = 1;
    for (const p of oddPrimes(0, 1_000_000)) constant *= 1 - 1 / (p - 1) ** 2;
    for (const n of [2, 3, 10, 1_000, 123_456]) {
      const { value, values } = brun.evaluate(stateAt(brun, n), n);
      const expected = value + (4 * constant) / Math.log(n);
      const { extrapolated = '' } = values ?? {};
      expect(extrapolated).toMatch(/^\d\.\d{10}$/);
      // What the product lacks: Σ 1/p² over p > 10^6, below 10^-7.
      expect(Math.abs(Number(extrapolated) - expected)).toBeLessThan(6e-7);
    }
    expect(brun.evaluate(brun.empty, 1).values).toEqual({ pairs: '0' });
  });

  it('counts a pair once whose primes lie in two ranges', () => {
    expect(brun.describe(brun.partial(0, 30)).values).toMatchObject({ pairs: '5' });
    expect(brun.describe(brun.partial(30, 60)).values).toMatchObject({ pairs: '2' });
    expect(lesserTwins(oddPrimes(0, 62)).filter((p) => p >= 30 && p < 60)).toEqual([41, 59]);
  });
});
