/** Leibniz and basel against the oracle, byte for byte, and their error bounds against exact sums. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basel, baselQuad, baselRounding } from '../../../src/series/basel.ts';
import { leibniz, leibnizQuad, leibnizRounding } from '../../../src/series/leibniz.ts';
import {
  type OracleSeries,
  oracleBasel,
  oracleFigures,
  oracleLeibniz,
  quantized,
  quantizedSum,
} from '../../support/oracle.ts';
import { farBasel, farLeibniz } from '../../support/oracle-big.ts';
import { abs, atMost, ceil, minus, plus, power, ratio, times } from '../../support/oracle-ratio.ts';

const u = power(-53);
const cases = [
  {
    series: leibniz,
    oracle: oracleLeibniz,
    quad: leibnizQuad,
    rounding: leibnizRounding,
    /** Bound on a quad's relative error in u, below and from quad `far` on. */
    error: { far: 2 ** 21, near: 2, beyond: 8 },
    distant: farLeibniz,
    /** Between which n the rounding bound reaches the bound on what is omitted. */
    exhausted: { not: leibniz.termsMax - 1, yes: leibniz.termsMax },
  },
  {
    series: basel,
    oracle: oracleBasel,
    quad: baselQuad,
    rounding: baselRounding,
    error: { far: Math.floor(2 ** 23.5), near: 8, beyond: 15 },
    distant: farBasel,
    exhausted: { not: 5.7e14, yes: 6.1e14 },
  },
] as const;

const wholeGrains = (n: number): number => n - (n % 4);

function sumOfQuads(oracle: OracleSeries, from: number, to: number): bigint {
  let sum = 0n;
  for (let j = from / 4; j < to / 4; j += 1) sum += quantized(oracle.quad(j));
  return sum;
}

describe.each(cases)('$series.id', ({ series, oracle, quad, rounding, error, distant, exhausted }) => {
  function expectFigures(n: number): void {
    const figures = series.evaluate(series.partial(0, wholeGrains(n)), n);
    expect({ n, ...figures }).toMatchObject({ n, ...oracleFigures(oracle, quantizedSum(oracle, n), n) });
  }

  it('says what the oracle says at every n from 1 to 200', () => {
    for (let n = 1; n <= 200; n += 1) expectFigures(n);
  });

  it('says what the oracle says at any n up to 10,000', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), expectFigures), { numRuns: 20 });
  });

  it.each([0, 12_345 * 4, 2 ** 23 - 80, 2 ** 30, 2 ** 44, 2 ** 50 - 400])(
    'has the oracle’s partial from %d on',
    (from) => {
      const to = Math.min(from + 400, series.termsMax);
      expect(series.partial(from, to)).toBe(sumOfQuads(oracle, from, to).toString(16));
    },
  );

  it('computes every quad as the soft float does, within the stated error', () => {
    const index = fc.integer({ min: 0, max: 48 }).chain((bits) => fc.integer({ min: 0, max: 2 ** bits - 1 }));
    fc.assert(
      fc.property(index, (j) => {
        const double = oracle.quad(j);
        expect(quad(j)).toBe(Number(double.num) / Number(double.den));
        const exact = oracle.exact(4 * j, 4 * j + 4);
        const bound = times(times(u, ratio(j < error.far ? error.near : error.beyond)), exact);
        expect(atMost(abs(minus(double, exact)), bound)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('bounds the rounding of its sum, and says the bound the oracle derives', () => {
    const fine = power(98);
    for (let n = 1; n <= 1_500; n += n > 40 ? n >> 1 : 1) {
      const exact = oracle.exact(0, n);
      const bound = rounding(n);
      const off = abs(minus(ratio(quantizedSum(oracle, n)), times(exact, fine)));
      expect(atMost(off, ratio(bound))).toBe(true);
    }
    for (const n of [1, 3, 4, 7, 10_001, 2 ** 23, 2 ** 23 + 4, 2 ** 25 + 7, 1e12 + 3, series.termsMax]) {
      const derived = times(oracle.rounding(n), fine);
      expect(rounding(n) >= ceil(derived)).toBe(true);
      expect(atMost(ratio(rounding(n)), plus(derived, ratio(4)))).toBe(true);
    }
  });

  it('encloses the limit and is right to the byte far out, where S_n is known by its expansion', () => {
    const limit = series.limit?.decimal ?? '';
    for (const n of [1e9, 1e10 + 2, 1e12, 123_456_789_012_344, exhausted.not, exhausted.yes]) {
      const sum = distant(wholeGrains(n));
      const figures = series.evaluate(sum.toString(16), n);
      let whole = sum;
      for (let index = wholeGrains(n); index < n; index += 1) whole += quantized(oracle.term(index));
      expect({ n, ...figures }).toMatchObject({ n, ...oracleFigures(oracle, whole, n) });
      expect([figures.lower, limit, figures.upper].toSorted()).toEqual([figures.lower, limit, figures.upper]);
      expect(series.exhausted(n) !== null).toBe(n === exhausted.yes);
    }
  });

  it('refuses what lies outside its domain', () => {
    for (const n of [0, -4, 1.5, Number.NaN, series.termsMax + 1]) {
      expect(() => series.evaluate(series.empty, n)).toThrow(RangeError);
    }
    for (const [from, to] of [
      [2, 8],
      [0, 6],
      [-4, 4],
      [8, 4],
      [0, series.termsMax + 4],
    ] as const) {
      expect(() => series.partial(from, to)).toThrow(RangeError);
    }
    expect(() => series.evaluate('nonsense', 4)).toThrow(SyntaxError);
  });
});
