import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inverseRoot } from '../../../../src/series/arithmetic/inverse-root.ts';

describe('the inverse root of a small integer', () => {
  it('is at most two units of the last bit away', () => {
    const radicand = fc.oneof(
      fc.bigInt({ min: 1n, max: 65_535n }),
      fc.constantFrom(1n, 2n, 4n, 10_005n, 65_535n),
    );
    fc.assert(
      fc.property(radicand, fc.integer({ min: 0, max: 9_000 }), (r, bits) => {
        const y = inverseRoot(r, bits);
        // y − 2 ≤ 2^bits/√r ≤ y + 2, squared.
        const square = 1n << BigInt(2 * bits);
        const below = y > 2n ? y - 2n : 0n;
        expect(below * below * r <= square && square <= (y + 2n) * (y + 2n) * r).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('is so at every length around the first steps, and at a long one', () => {
    for (const r of [2n, 10_005n]) {
      for (const bits of [...Array(700).keys(), 300_000]) {
        const y = inverseRoot(r, bits);
        const square = 1n << BigInt(2 * bits);
        const below = y > 2n ? y - 2n : 0n;
        if (below * below * r > square || square > (y + 2n) * (y + 2n) * r)
          expect.fail(`${r} at ${bits} bits`);
      }
    }
  });
});
