/** The series in growing fixed point against direct sums of exact fractions, and against digits from other formulas. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bbp } from '../../../src/series/bbp.ts';
import type { SeriesDefinition } from '../../../src/series/definition.ts';
import { erdosBorwein } from '../../../src/series/erdos-borwein.ts';
import { tierBits } from '../../../src/series/fixed-point-series.ts';
import { ln2Geometric } from '../../../src/series/ln2-geometric.ts';
import { machin } from '../../../src/series/machin.ts';
import { madhava } from '../../../src/series/madhava.ts';
import { squareRoot } from '../../support/oracle.ts';
import { chudnovsky, gaussLegendre, piText } from '../../support/oracle-pi.ts';
import { abs, atMost, floor, minus, plus, type Ratio, ratio, times } from '../../support/oracle-ratio.ts';

interface Case {
  readonly series: SeriesDefinition;
  readonly bitsPerTerm: number;
  /** Positive numbers whose sum, each cut off, with its sign is what the series adds for its term `index`. */
  term(index: number): readonly Ratio[];
  readonly factorSquared: number;
  /** The limit · one, cut off, by a formula that has nothing in common with the series. */
  limit(one: bigint): bigint;
  /** Correct decimals a term gives. */
  readonly digits: number;
}

const big = (x: number): bigint => BigInt(x);
const atanh = (q: bigint, one: bigint): bigint => {
  let sum = 0n;
  for (let [power, k] = [one / q, 1n]; power !== 0n; power /= q * q, k += 2n) sum += power / k;
  return sum;
};

const cases: readonly Case[] = [
  {
    series: madhava,
    bitsPerTerm: 1.585,
    term: (k) => [ratio(k % 2 === 0 ? 1n : -1n, big(2 * k + 1) * 3n ** big(k))],
    factorSquared: 12,
    limit: chudnovsky,
    digits: Math.log10(3),
  },
  {
    series: machin,
    bitsPerTerm: 4.644,
    term: (k) => [
      ratio(k % 2 === 0 ? 16n : -16n, big(2 * k + 1) * 5n ** big(2 * k + 1)),
      ratio(k % 2 === 0 ? -4n : 4n, big(2 * k + 1) * 239n ** big(2 * k + 1)),
    ],
    factorSquared: 1,
    limit: chudnovsky,
    digits: Math.log10(25),
  },
  {
    series: bbp,
    bitsPerTerm: 4,
    term: (k) => {
      const fractions = minus(
        minus(ratio(4, 8 * k + 1), ratio(2, 8 * k + 4)),
        plus(ratio(1, 8 * k + 5), ratio(1, 8 * k + 6)),
      );
      return [times(fractions, ratio(1n, 16n ** big(k)))];
    },
    factorSquared: 1,
    limit: chudnovsky,
    digits: Math.log10(16),
  },
  {
    series: ln2Geometric,
    bitsPerTerm: 1,
    term: (index) => [ratio(1n, big(index + 1) << big(index + 1))],
    factorSquared: 1,
    // ln 2 = 18 atanh(1/26) − 2 atanh(1/4801) + 8 atanh(1/8749)
    limit: (one) => 18n * atanh(26n, one) - 2n * atanh(4_801n, one) + 8n * atanh(8_749n, one),
    digits: Math.log10(2),
  },
  {
    series: erdosBorwein,
    bitsPerTerm: 1,
    term: (index) => [ratio(1n, (1n << big(index + 1)) - 1n)],
    factorSquared: 1,
    // Clausen: Σ (2ᵐ + 1) / ((2ᵐ − 1) 2^(m²))
    limit: (one) => {
      let sum = 0n;
      for (let m = 1n; one >> (m * m) > 0n; m += 1n)
        sum += (one * (2n ** m + 1n)) / (2n ** m - 1n) / 2n ** (m * m);
      return sum;
    },
    digits: Math.log10(2),
  },
];

const GUARD = 20n;
function limitText({ limit }: Case, places: number): string {
  const text = (limit(10n ** (BigInt(places) + GUARD)) / 10n ** GUARD).toString().padStart(places + 1, '0');
  return `${text.slice(0, -places)}.${text.slice(-places)}`;
}

/** Σ of the cut-off terms [from, to), each by one division. */
function directSum({ term }: Case, from: number, to: number, bits: number): bigint {
  let sum = 0n;
  for (let index = from; index < to; index += 1) {
    for (const { num, den } of term(index)) {
      const size = floor(ratio((num < 0n ? -num : num) << BigInt(bits), den));
      sum += num < 0n ? -size : size;
    }
  }
  return sum;
}

const textOf = (bits: number, sum: bigint, anew: boolean): string =>
  `${bits}:${sum.toString(16)}${anew ? '!' : ''}`;
const bitsFor = (perTerm: number, end: number): number => 64 * Math.ceil((perTerm * end + 64) / 64);

describe.each(cases)('$series.id', (each) => {
  const { series, bitsPerTerm, digits } = each;
  const inFirstTier = bitsFor(bitsPerTerm, 1_024);

  it('adds up its terms, each cut off at the tier’s last bit, from any start', () => {
    const range = fc.tuple(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 1, max: 24 }));
    fc.assert(
      fc.property(range, ([from, count]) => {
        expect(series.partial(from, from + count)).toBe(
          textOf(inFirstTier, directSum(each, from, from + count, inFirstTier), false),
        );
      }),
      { numRuns: 30 },
    );
    const second = bitsFor(bitsPerTerm, 2_048);
    expect(series.partial(1_025, 1_030)).toBe(textOf(second, directSum(each, 1_025, 1_030, second), false));
  });

  it('begins anew where a tier begins, and only there', () => {
    expect(series.partial(1_000, 1_024)).not.toContain('!');
    const second = bitsFor(bitsPerTerm, 2_048);
    const third = bitsFor(bitsPerTerm, 4_096);
    for (const from of [0, 1_000, 1_024]) {
      expect(series.partial(from, 1_030)).toBe(textOf(second, directSum(each, 0, 1_030, second), true));
    }
    expect(series.partial(1_025, 2_048)).not.toContain('!');
    expect(series.partial(2_048, 2_049)).toBe(series.partial(0, 2_049));
    expect(series.partial(0, 2_049).startsWith(`${third}:`)).toBe(true);
    for (const n of [0, 1, 1_024]) expect(tierBits({ bitsPerTerm }, n)).toBe(inFirstTier);
    expect([series.partial(7, 7), series.partial(2_048, 2_048)]).toEqual([series.empty, series.empty]);
  });

  it('has one text for [0, n), however it is split and in whatever order neighbours merge', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 2_599 }), { maxLength: 8 });
    const whole = series.partial(0, 2_600);
    fc.assert(
      fc.property(cuts, fc.array(fc.nat(), { minLength: 9, maxLength: 9 }), (inner, picks) => {
        const marks = [0, ...inner.toSorted((a, b) => a - b), 2_600];
        const parts = marks.slice(1).map((to, part) => series.partial(marks[part] ?? 0, to));
        expect(parts.reduce(series.merge, series.empty)).toBe(whole);
        for (const pick of picks) {
          if (parts.length === 1) break;
          const at = pick % (parts.length - 1);
          const [a = '', b = ''] = parts.slice(at, at + 2);
          parts.splice(at, 2, series.merge(a, b));
        }
        expect(parts).toEqual([whole]);
      }),
      { numRuns: 15 },
    );
  });

  it('is right to the last known digit, and knows what n terms give, at n = 1 … 400 and where tiers begin', () => {
    const limit = limitText(each, Math.ceil(digits * 2_060) + 40);
    const atTiers = [1_023, 1_024, 1_025, 1_026, 2_047, 2_048, 2_049, 2_050];
    let [state, end] = [series.empty, 0];
    for (const n of [...Array(400).keys()].map((index) => index + 1).concat(atTiers)) {
      state = series.merge(state, series.partial(end, n));
      end = n;
      const figures = series.evaluate(state, n);
      const { lower, upper, known, digits: proven } = figures;
      expect([lower, limit.slice(0, lower?.length), upper].toSorted()).toEqual([
        lower,
        limit.slice(0, lower?.length),
        upper,
      ]);
      expect(limit.startsWith(known ?? '')).toBe(true);
      expect(proven).toBe(known?.replace(/^0\.0*|\./g, '').length);
      // A chain of nines or noughts at the end of the common prefix may hide a few.
      expect(proven).toBeGreaterThan(digits * n - 4);
    }
  });

  it('says S_n itself: its nearest double, and 60 digits', () => {
    let sum = ratio(0);
    for (let n = 1; n <= 60; n += 1) {
      for (const part of each.term(n - 1)) sum = plus(sum, part);
      const { value, decimal } = series.evaluate(series.partial(0, n), n);
      const one = 10n ** 120n;
      const squared = floor(times(times(sum, sum), ratio(big(each.factorSquared) * one * one)));
      const exact = ratio(squareRoot(squared), one);
      // Nearest: nothing lies closer than half the distance to the neighbouring doubles, 2^-52 where 1 ≤ S_n < 4 …
      const half = ratio(1n, value >= 2 ? 1n << 52n : value >= 1 ? 1n << 53n : 1n << 54n);
      expect(atMost(abs(minus(fromDouble(value), exact)), half)).toBe(true);
      const [whole = '', behind = ''] = decimal.split('.');
      expect(behind.length).toBe(value < 1 ? 60 : 59);
      const written = ratio(BigInt(whole + behind), 10n ** big(behind.length));
      expect(atMost(abs(minus(written, exact)), ratio(51n, 10n ** big(behind.length + 2)))).toBe(true);
    }
  });

  it('knows thousands of digits', () => {
    const n = Math.ceil(2_500 / digits);
    const { known = '' } = series.evaluate(series.partial(0, n), n);
    expect(known.length).toBeGreaterThan(2_490);
    expect(known).toBe(limitText(each, 2_600).slice(0, known.length));
  });

  it('knows its limit to 60 digits', () => {
    const text = limitText(each, 70).slice(0, 61);
    expect(series.limit?.decimal).toBe(text.startsWith('0.') ? limitText(each, 60) : text);
    if (series.limit?.name === 'π') expect(series.limit.decimal).toBe(piText(gaussLegendre, 60));
  });

  it('goes on to its last tier’s end', () => {
    expect(series.exhausted(series.termsMax - 1)).toBeNull();
    expect(series.exhausted(series.termsMax)).toContain(String(series.termsMax));
    expect(Number.isInteger(Math.log2(series.termsMax / 1_024))).toBe(true);
  });

  it('refuses what lies outside its domain, and states of another tier', () => {
    for (const n of [0, -1, 1.5, Number.NaN, series.termsMax + 1]) {
      expect(() => series.evaluate(series.empty, n)).toThrow(RangeError);
    }
    for (const [from, to] of [
      [0.5, 2],
      [-1, 4],
      [8, 4],
      [0, series.termsMax + 1],
    ] as const) {
      expect(() => series.partial(from, to)).toThrow(RangeError);
    }
    expect(() => series.evaluate(series.partial(0, 1_024), 1_025)).toThrow(RangeError);
    expect(() => series.evaluate('nonsense', 4)).toThrow(SyntaxError);
  });
});

/** The exact value of a double from 2^-10 to 2^10. */
function fromDouble(x: number): Ratio {
  return ratio(BigInt(x * 2 ** 63), 1n << 63n);
}
