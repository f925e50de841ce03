/** The four double-double series against exact rationals: terms, sums, enclosures near and far, and where they end. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalan, catalanRounding, catalanTerm } from '../../../src/series/catalan.ts';
import { gamma, gammaRounding, gammaTerm } from '../../../src/series/gamma.ts';
import { quantizePair } from '../../../src/series/monoids/three-bin.ts';
import { nilakantha, nilakanthaRounding, nilakanthaTerm } from '../../../src/series/nilakantha.ts';
import { zeta3, zeta3Rounding, zeta3Term } from '../../../src/series/zeta3.ts';
import { exactly } from '../../support/exact-double.ts';
import {
  BITS,
  logarithms,
  oracleCatalan,
  oracleGamma,
  oracleNilakantha,
  oracleZeta3,
  sumsAt,
} from '../../support/oracle-pairs.ts';
import {
  abs,
  atMost,
  ceil,
  floor,
  minus,
  plus,
  power,
  type Ratio,
  ratio,
  times,
} from '../../support/oracle-ratio.ts';

const cases = [
  {
    series: nilakantha,
    term: nilakanthaTerm,
    rounding: nilakanthaRounding,
    oracle: oracleNilakantha,
    whole: 3n,
  },
  { series: zeta3, term: zeta3Term, rounding: zeta3Rounding, oracle: oracleZeta3, whole: 0n },
  { series: catalan, term: catalanTerm, rounding: catalanRounding, oracle: oracleCatalan, whole: 0n },
  { series: gamma, term: gammaTerm, rounding: gammaRounding, oracle: oracleGamma, whole: 0n },
] as const;

/** Indices of all magnitudes up to the last, each as likely. */
const index = fc
  .integer({ min: 0, max: 50 })
  .chain((bits) => fc.integer({ min: 0, max: 2 ** bits - 1 }))
  .map((value) => Math.min(value, 2 ** 50 - 2));

const decimal = (text: string): Ratio => {
  const places = text.length - text.indexOf('.') - 1;
  return ratio(BigInt(text.replace('.', '')), 10n ** BigInt(places));
};

describe.each(cases)('$series.id', ({ series, term, rounding, oracle, whole }) => {
  const limit = ratio(oracle.limit + (whole << BigInt(BITS)), 1n << BigInt(BITS));
  const unit = power(-148);

  /** The figures of a state enclose the limit; its own arithmetic is 10^-70 off at most. */
  function expectEnclosure(state: bigint, n: number): void {
    const { lower, upper } = series.evaluate(
      state < 0n ? `-${(-state).toString(16)}` : state.toString(16),
      n,
    );
    const holds = atMost(decimal(lower ?? ''), limit) && atMost(limit, decimal(upper ?? ''));
    expect({ n, lower, upper, holds }).toEqual({ n, lower, upper, holds: true });
  }

  it('has terms within the stated error, at indices of all magnitudes', () => {
    fc.assert(
      fc.property(fc.oneof(index, fc.constantFrom(0, 1, 2, series.termsMax - 1)), (at) => {
        const { high, low } = term(at);
        const exact = oracle.term(at);
        const off = abs(minus(plus(exactly(high), exactly(low)), exact));
        expect(atMost(off, times(ratio(oracle.error), times(power(-106), abs(exact))))).toBe(true);
        expect(Math.abs(high) < 8 && Math.abs(low) <= 6 * 2 ** -53 * Math.abs(high)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('sums within the rounding bound', () => {
    const stops = [1, 2, 3, 10, 100, 1_000, 10_000];
    const sums = sumsAt(oracle, stops);
    for (const [place, n] of stops.entries()) {
      const computed = BigInt(`0x${series.partial(0, n)}`);
      const off = abs(minus(times(ratio(computed), unit), ratio(sums[place] ?? 0n, 1n << BigInt(BITS))));
      expect(atMost(off, plus(times(ratio(rounding(n)), unit), ratio(n, 1n << BigInt(BITS))))).toBe(true);
    }
  });

  it('has partials far out whose terms are within the bound, too', () => {
    for (const from of [2 ** 26 - 20, 12_345_678_901, 2 ** 44, series.termsMax - 40]) {
      let exact = ratio(0);
      for (let at = from; at < from + 40; at += 1) exact = plus(exact, oracle.term(at));
      const text = series.partial(from, from + 40);
      const computed = text.startsWith('-') ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
      const spread = times(times(ratio(oracle.error * 40), power(-106)), abs(oracle.term(from)));
      const off = abs(minus(times(ratio(computed), unit), exact));
      expect(atMost(off, plus(spread, times(ratio(40), unit)))).toBe(true);
    }
  });

  it('encloses the limit at every n from 1 to 2,000, around an estimate that is right to its last place', () => {
    const ln = logarithms(series === gamma ? 2_000 : 1);
    const exact = sumsAt(
      oracle,
      Array.from({ length: 2_000 }, (_, at) => at + 1),
    );
    let state = 0n;
    for (let n = 1; n <= 2_000; n += 1) {
      state += quantizePair(term(n - 1));
      expectEnclosure(state, n);
      const { decimal: text, value, width } = series.evaluate(state.toString(16), n);
      const places = text.length - text.indexOf('.') - 1;
      const sum = plus(ratio((exact[n - 1] ?? 0n) - (ln[n - 1] ?? 0n), 1n << BigInt(BITS)), ratio(whole));
      const estimate = series === gamma ? minus(sum, ratio(1, 2 * n)) : sum;
      const near = plus(ratio(1n, 2n * 10n ** BigInt(places)), times(ratio(rounding(n) + 4n), unit));
      expect(atMost(abs(minus(decimal(text), estimate)), near)).toBe(true);
      expect(atMost(abs(minus(exactly(value), estimate)), times(power(-52), estimate))).toBe(true);
      expect(
        atMost(
          ratio(BigInt(Math.ceil(width * 2 ** 60)), 1n << 60n),
          times(ratio(3), plus(oracle.omitted(n), power(-60))),
        ),
      ).toBe(true);
    }
  });

  it('encloses the limit far out, as long as the sum is within its rounding bound', () => {
    for (let twos = 15; twos <= 43; twos += 1) {
      for (const odd of [33, 41, 47, 53, 61, 63]) {
        const n = odd * 2 ** twos;
        const sum = times(oracle.far(n), power(148));
        for (const state of [floor(sum), floor(sum) - rounding(n) + 2n, ceil(sum) + rounding(n) - 2n])
          expectEnclosure(state, n);
      }
    }
  });

  it('ends where its rounding bound reaches the bound on what is missing, and at its last index', () => {
    const ended = (n: number): boolean => series.exhausted(n) !== null;
    let [goesOn, ends] = [1, series.termsMax];
    while (ends - goesOn > 1) {
      const middle = Math.floor((goesOn + ends) / 2);
      if (ended(middle)) ends = middle;
      else goesOn = middle;
    }
    expect(Number(ends.toPrecision(1))).toBe(oracle.ends);
    const bound = (n: number): Ratio => times(oracle.omitted(n), power(148));
    expect(atMost(bound(ends), ratio(rounding(ends)))).toBe(true);
    expect(atMost(bound(goesOn), ratio(rounding(goesOn)))).toBe(false);
    expect(ended(1) || !ended(series.termsMax)).toBe(false);
  });

  it('is worth its first 60 digits', () => {
    const text = series.limit?.decimal ?? '';
    expect(text.replace('.', '').replace(/^0/, '')).toHaveLength(60);
    const places = text.length - 2;
    expect(atMost(abs(minus(decimal(text), limit)), ratio(1n, 2n * 10n ** BigInt(places)))).toBe(true);
  });

  it('refuses what lies outside its domain', () => {
    for (const n of [0, -4, 1.5, Number.NaN, series.termsMax + 1])
      expect(() => series.evaluate(series.empty, n)).toThrow(RangeError);
    for (const [from, to] of [
      [-1, 4],
      [8, 4],
      [0.5, 2],
      [0, series.termsMax + 1],
    ] as const) {
      expect(() => series.partial(from, to)).toThrow(RangeError);
    }
    expect(() => series.evaluate('nonsense', 4)).toThrow(SyntaxError);
  });
});
