/** The compiled double-double loops say what the definitions say, bit for bit, and stay within the bounds a long way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadKernels } from '../../../src/kernels/module.ts';
import { pairSum } from '../../../src/kernels/pair-sum.ts';
import { catalan, catalanRounding } from '../../../src/series/catalan.ts';
import { gamma, gammaRounding } from '../../../src/series/gamma.ts';
import { nilakantha, nilakanthaRounding } from '../../../src/series/nilakantha.ts';
import { zeta3, zeta3Rounding } from '../../../src/series/zeta3.ts';
import {
  BITS,
  oracleCatalan,
  oracleGamma,
  oracleNilakantha,
  oracleZeta3,
  sumsAt,
} from '../../support/oracle-pairs.ts';

const module = loadKernels();
const cases = [
  {
    series: nilakantha,
    sum: pairSum(module, 'nilakanthaTerms'),
    rounding: nilakanthaRounding,
    oracle: oracleNilakantha,
  },
  { series: zeta3, sum: pairSum(module, 'zeta3Terms'), rounding: zeta3Rounding, oracle: oracleZeta3 },
  { series: catalan, sum: pairSum(module, 'catalanTerms'), rounding: catalanRounding, oracle: oracleCatalan },
  { series: gamma, sum: pairSum(module, 'gammaTerms'), rounding: gammaRounding, oracle: oracleGamma },
] as const;

/** Terms between two flushes of the running sums. */
const FLUSH = 8_192;

describe.each(cases)('the kernel of $series.id', ({ series, sum, rounding, oracle }) => {
  it.each([0, 1, 12_345, 2 ** 30, 2 ** 44, 2 ** 44 + 7, series.termsMax - FLUSH - 1])(
    'has its partials from %d on, whole and odd, short of a flush and beyond',
    (from) => {
      for (const count of [0, 1, 2, 3, 100, FLUSH - 1, FLUSH, FLUSH + 1])
        expect(sum(from, from + count)).toBe(series.partial(from, from + count));
    },
  );

  it('has its partial over any range', () => {
    const start = fc.integer({ min: 0, max: 49 }).chain((bits) => fc.integer({ min: 0, max: 2 ** bits }));
    fc.assert(
      fc.property(start, fc.integer({ min: 0, max: 300 }), (from, count) => {
        expect(sum(from, from + count)).toBe(series.partial(from, from + count));
      }),
    );
  });

  it('is within the rounding bound of the exact sum after a million terms', () => {
    const [exact = 0n] = sumsAt(oracle, [1_000_000]);
    const off = (BigInt(`0x${sum(0, 1_000_000)}`) << BigInt(BITS - 148)) - exact;
    const bound = (rounding(1_000_000) << BigInt(BITS - 148)) + 1_000_000n;
    expect(off <= bound && -off <= bound).toBe(true);
  });

  it('encloses the limit after a hundred million terms', () => {
    const { lower, upper } = series.evaluate(sum(0, 100_000_000), 100_000_000);
    const limit = series.limit?.decimal ?? '';
    expect([upper, limit, lower].toSorted()).toEqual([lower, limit, upper]);
  });
});

describe('pairSum', () => {
  it('adds up the calls of a range longer than the loop counts', () => {
    const calls: number[][] = [];
    const counting = {
      ...module,
      gammaTerms: (from: number, count: number) => void calls.push([from, count]),
    };
    counting.binFirst = () => -1n;
    counting.binSecond = () => 3n;
    counting.binThird = () => 5n;
    const text = pairSum(counting, 'gammaTerms')(7, 2 ** 31 + 10);
    expect(calls).toEqual([
      [7, 2 ** 30 - 7],
      [2 ** 30, 2 ** 30],
      [2 ** 31, 10],
    ]);
    expect(text).toBe(`-${(3n * ((1n << 100n) - (3n << 50n) - 5n)).toString(16)}`);
  });
});
