import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addValues, takeSum } from '../../../src/kernels/bin-sum.ts';
import { quantize } from '../../../src/series/two-bin.ts';

const value = fc.double({ min: -8, max: 8, minExcluded: true, maxExcluded: true, noNaN: true });
/** The same at all sizes that matter, so that every bin has its turn. */
const scaled = fc.tuple(value, fc.integer({ min: 0, max: 110 })).map(([q, bits]) => q * 2 ** -bits);

describe('the running two-bin sum', () => {
  it('is Σ T(q) for any doubles whose magnitudes add up to less than 32', () => {
    fc.assert(
      fc.property(fc.array(scaled, { maxLength: 100 }), (values) => {
        let magnitude = 0;
        const taken = values.filter((q) => {
          magnitude += Math.abs(q);
          return magnitude < 31;
        });
        const sums = new Float64Array(3);
        addValues(sums, new Float64Array(taken), taken.length);
        expect(takeSum(sums)).toBe(taken.reduce((sum, q) => sum + quantize(q), 0n));
        expect([...sums]).toEqual([0, 0, 0]);
      }),
    );
  });

  it('does not round where each bin of a million values is at its fullest', () => {
    // Remainders as large as they get: half a unit of the first bin, and of the second bin's coarse part.
    for (const q of [
      2 ** -49 - 2 ** -97,
      -(2 ** -49) + 2 ** -98,
      2 ** -75 + 2 ** -98,
      2 ** -18 + 2 ** -49 - 2 ** -70,
    ]) {
      const values = new Float64Array(4_096).fill(q);
      const sums = new Float64Array(3);
      for (let block = 0; block < 256; block += 1) addValues(sums, values, values.length);
      expect(takeSum(sums)).toBe(quantize(q) << 20n);
    }
  });

  it('adds the front of a block only', () => {
    const sums = new Float64Array(3);
    addValues(sums, new Float64Array([1, 2, 4]), 2);
    expect(takeSum(sums)).toBe(3n << 98n);
  });
});
