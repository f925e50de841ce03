/**
 * The six series that sum by binary splitting: their terms against closed forms, their texts against any other way to
 * split, their enclosures and thousands of digits against formulas that have nothing to do with them.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chudnovsky } from '../../../src/series/chudnovsky.ts';
import type { SeriesDefinition } from '../../../src/series/definition.ts';
import { limitBySum } from '../../../src/series/hypergeometric.ts';
import { ramanujan } from '../../../src/series/ramanujan.ts';
import { hypergeometricCases } from '../../support/hypergeometric-cases.ts';
import { readDecimal } from '../../support/oracle.ts';
import { gaussLegendre } from '../../support/oracle-pi.ts';
import { atMost, plus, type Ratio, ratio, times } from '../../support/oracle-ratio.ts';

interface Triple {
  readonly p: bigint;
  readonly q: bigint;
  readonly t: bigint;
}

function read(series: SeriesDefinition, partial: string): Triple {
  const { p = '', q = '', t = '' } = series.describe(partial).values;
  return { p: BigInt(p), q: BigInt(q), t: BigInt(t) };
}

describe.each(hypergeometricCases)(
  '$series.id',
  ({ series, term, step, factor, radicand, truth, digits, n, worth }) => {
    const { start, termsMax, partial, merge, evaluate } = series;
    const text = textOf(truth, digits);
    const [low, high] = [readDecimal(text), plus(readDecimal(text), ratio(1n, 10n ** BigInt(digits)))];

    /** (factor · T/Q)², or (factor · √radicand · Q/T)². */
    const squareOfEstimate = ({ q, t }: Triple): Ratio => {
      const quotient = radicand === undefined ? ratio(t, q) : ratio(q, t);
      const root = times(factor, quotient);
      return times(times(root, root), ratio(radicand ?? 1n));
    };

    /** Up to 80 terms, at the start or anywhere. */
    const range = fc
      .tuple(fc.oneof(fc.nat(40), fc.nat(termsMax - 80)), fc.nat(80))
      .map(([from, length]) => ({ from, to: from + length }));

    it('sums the terms of its formula', () => {
      let sum = ratio(0);
      for (let count = 1; count <= 40; count += 1) {
        sum = plus(sum, term(BigInt(start + count - 1)));
        const { q, t } = read(series, partial(0, count));
        expect(t * sum.den).toBe(sum.num * q);
      }
    });

    it('goes from term to term in exact integers, to the last', () => {
      for (const index of [1, 2, 3, 99, 12_345, termsMax - 2, termsMax - 1]) {
        const [p, q, a] = step(BigInt(start + index));
        expect(read(series, partial(index, index + 1))).toEqual({ p, q, t: p * a });
      }
    });

    it('is a monoid, not a commutative one, and one text however a range is split', () => {
      expect(partial(7, 7)).toBe(series.empty);
      fc.assert(
        fc.property(
          range,
          fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
          ({ from, to }, places) => {
            const inner = places
              .map((place) => from + Math.floor(place * (to - from)))
              .toSorted((a, b) => a - b);
            const cuts = [from, ...inner, to];
            const parts = cuts.slice(1).map((end, at) => partial(cuts[at] ?? from, end));
            const whole = partial(from, to);
            expect(parts.reduce(merge, series.empty)).toBe(whole);
            expect(parts.reduceRight((behind, part) => merge(part, behind), series.empty)).toBe(whole);
          },
        ),
      );
      expect(merge(partial(0, 5), partial(5, 9))).not.toBe(merge(partial(5, 9), partial(0, 5)));
    });

    it('encloses its limit at n = 1 … 300, with as many digits as the terms are worth', () => {
      let state = series.empty;
      for (let count = 1; count <= 300; count += 1) {
        state = merge(state, partial(count - 1, count));
        const figures = evaluate(state, count);
        const [lower, upper] = [readDecimal(figures.lower ?? ''), readDecimal(figures.upper ?? '')];
        expect(atMost(lower, high) && atMost(low, upper)).toBe(true);
        expect(text.startsWith(figures.known ?? '?')).toBe(true);
        // Ends on either side of a row of nines have less in common: π's 762nd decimal begins one of six.
        expect(figures.digits).toBeGreaterThan(worth(count) - 9);
        expect(figures.width).toBeLessThan(Math.max(10 ** (2 - worth(count)), 2 * Number.MIN_VALUE));
      }
    });

    it('says the estimate of n terms, to the nearest in the 60th digit', () => {
      for (let count = 1; count <= 60; count += 1) {
        const { decimal, value } = evaluate(partial(0, count), count);
        const { num, den } = readDecimal(decimal);
        // The square of the estimate lies between those of decimal ± half a unit of its last place.
        const square = squareOfEstimate(read(series, partial(0, count)));
        expect(atMost(ratio((2n * num - 1n) ** 2n, 4n * den * den), square)).toBe(true);
        expect(atMost(square, ratio((2n * num + 1n) ** 2n, 4n * den * den))).toBe(true);
        expect(decimal.replace('.', '').replace(/^0/, '')).toHaveLength(60);
        expect(value).toBe(Number(decimal));
      }
    });

    it('bounds what the sum so far comes to, at any precision above and below its own', () => {
      const relation = {
        factor: [factor.num, factor.den] as const,
        ...(radicand === undefined ? {} : { radicand }),
      };
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 40, max: 4_000 }), (count, bits) => {
          const triple = read(series, partial(0, count));
          const { near, lower, upper } = limitBySum(relation, triple, bits);
          expect(lower <= near && near <= upper && upper - lower <= 8n).toBe(true);
          const one = 1n << BigInt(2 * bits);
          const square = squareOfEstimate(triple);
          expect(lower * lower * square.den <= one * square.num).toBe(true);
          expect(one * square.num <= upper * upper * square.den).toBe(true);
        }),
      );
    });

    it('knows thousands of digits, which another formula knows, too', () => {
      const figures = evaluate(partial(0, n), n);
      expect(figures.digits).toBeGreaterThanOrEqual(digits);
      expect(figures.known?.slice(0, text.length)).toBe(text);
      expect(figures.width).toBe(Number.MIN_VALUE);
      expect(series.limit?.decimal).toBe(text.slice(0, series.limit?.decimal.length));
    });

    it('ends at its last term, and refuses what lies outside', () => {
      expect([series.exhausted(1), series.exhausted(termsMax - 1)]).toEqual([null, null]);
      expect(series.exhausted(termsMax)).toContain(String(termsMax));
      for (const at of [0, -1, 1.5, Number.NaN, termsMax + 1]) {
        expect(() => evaluate(partial(0, 3), at)).toThrow(RangeError);
      }
      for (const [from, to] of [
        [-1, 2],
        [3, 2],
        [0.5, 2],
        [0, termsMax + 1],
      ] as const) {
        expect(() => partial(from, to)).toThrow(RangeError);
      }
      expect(() => evaluate('1,1', 1)).toThrow(SyntaxError);
    });
  },
);

describe('digits of π', () => {
  it('are those that the arithmetic-geometric mean gives, too', () => {
    const text = textOf(gaussLegendre, 1_500);
    for (const series of [chudnovsky, ramanujan]) {
      const { known } = series.evaluate(series.partial(0, 200), 200);
      expect(known?.slice(0, text.length)).toBe(text);
    }
  });
});

/** A constant to so many decimals, cut off. */
function textOf(scaled: (one: bigint) => bigint, decimals: number): string {
  const guard = 20;
  const text = (scaled(10n ** BigInt(decimals + guard)) / 10n ** BigInt(guard))
    .toString()
    .padStart(decimals + 1, '0');
  return `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
}
