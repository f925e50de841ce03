import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pair } from '../../../../src/series/arithmetic/double-double.ts';
import { quantizePair, sumOfPairs, threeBin } from '../../../../src/series/monoids/three-bin.ts';
import { exactly } from '../../../support/exact-double.ts';
import {
  abs,
  atMost,
  minus,
  plus,
  power,
  type Ratio,
  ratio,
  round,
  times,
} from '../../../support/oracle-ratio.ts';

/** Doubles below 8 of all sizes that any bin can see. */
const high = fc
  .tuple(
    fc.double({ min: -8, max: 8, minExcluded: true, maxExcluded: true, noNaN: true }),
    fc.integer({ min: 0, max: 160 }),
  )
  .map(([q, bits]) => q * 2 ** -bits);
/** A correction that fits to any of them, up to 2^-49. */
const pair = fc
  .tuple(high, fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: 0, max: 60 }))
  .map(([q, part, bits]): Pair => ({ high: q, low: part * 2 ** (-49 - bits) }));

/** x through the bins from `bin` on, in exact arithmetic: the nearest multiple, then what remains. */
function quantized(x: Ratio, bin: number): bigint {
  if (bin > 3) return 0n;
  const units = round(times(x, power(50 * bin - 2)));
  const rest = minus(x, times(ratio(units), power(2 - 50 * bin)));
  return (units << BigInt(150 - 50 * bin)) + quantized(rest, bin + 1);
}

describe('quantizePair', () => {
  it('is the integer that exact arithmetic gives', () => {
    fc.assert(
      fc.property(pair, (value) => {
        expect(quantizePair(value)).toBe(
          quantized(exactly(value.high), 1) + quantized(exactly(value.low), 2),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('is within one unit of 2^-148 of what it stands for', () => {
    fc.assert(
      fc.property(pair, (value) => {
        const sum = times(plus(exactly(value.high), exactly(value.low)), power(148));
        expect(atMost(abs(minus(ratio(quantizePair(value)), sum)), ratio(1))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('turns its sign with the value’s', () => {
    fc.assert(
      fc.property(pair, ({ high: q, low }) => {
        expect(quantizePair({ high: -q, low: -low })).toBe(-quantizePair({ high: q, low }));
      }),
    );
  });

  it('breaks ties to even in each bin', () => {
    for (const odd of [1, 3, 5, -1, -3]) {
      for (const bits of [-49, -99, -149]) {
        const value = { high: odd * 2 ** bits, low: 0 };
        expect(quantizePair(value)).toBe(quantized(exactly(value.high), 1));
      }
      expect(quantizePair({ high: 0, low: odd * 2 ** -149 })).toBe(quantized(exactly(odd * 2 ** -149), 2));
    }
  });
});

describe('the three-bin sum', () => {
  it('does not depend on where it is cut', () => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 2, maxLength: 20 }), fc.nat(20), (values, at) => {
        const value = (index: number): Pair => values[index] ?? { high: 0, low: 0 };
        const cut = Math.min(at, values.length);
        const [whole, front, back] = [
          sumOfPairs(value, 0, values.length),
          sumOfPairs(value, 0, cut),
          sumOfPairs(value, cut, values.length),
        ];
        expect(threeBin.merge([front], [back])).toEqual([whole]);
        expect(threeBin.decode(threeBin.encode([whole]))).toEqual([whole]);
      }),
    );
  });

  it('describes itself at 2^-148', () => {
    expect(threeBin.describe([1n << 147n])).toMatchObject({ scale: 148, decimal: `0.5${'0'.repeat(39)}` });
  });
});
