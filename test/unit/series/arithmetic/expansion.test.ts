import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalsOf } from '../../../../src/series/arithmetic/expansion.ts';

const plainly = (fraction: bigint, bits: number, places: number): string =>
  ((fraction * 10n ** BigInt(places)) / 2n ** BigInt(bits)).toString().padStart(places, '0');

describe('decimals of a binary fraction', () => {
  it('are those of one long product, at any length', () => {
    const fraction = fc.record({
      bits: fc.integer({ min: 1, max: 12_000 }),
      places: fc.integer({ min: 1, max: 4_000 }),
      words: fc.array(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), { minLength: 1, maxLength: 9 }),
    });
    fc.assert(
      fc.property(fraction, ({ bits, places, words }) => {
        let long = 0n;
        for (let at = 0; at < bits; at += 64) long = (long << 64n) | (words[(at / 64) % words.length] ?? 0n);
        const x = BigInt.asUintN(bits, long);
        expect(decimalsOf(x, bits, places)).toBe(plainly(x, bits, places));
      }),
    );
  });

  it.each([1, 300, 301, 2_400, 5_000])(
    '%d of them are right beside every place where a nine turns',
    (places) => {
      // p/q · 2^bits cut off and rounded up: long runs of zeros and nines, on either side.
      for (const [p, q] of [
        [0n, 1n],
        [1n, 2n],
        [1n, 5n],
        [7n, 10n ** 150n],
        [3n, 10n ** 900n],
        [1n, 3n],
      ] as const) {
        for (const bits of [3_000, 16_700]) {
          const near = (p << BigInt(bits)) / q;
          for (const x of [near - 1n, near, near + 1n]) {
            if (x >= 0n) expect(decimalsOf(x, bits, places)).toBe(plainly(x, bits, places));
          }
        }
      }
      const ones = (1n << 20_000n) - 1n;
      expect(decimalsOf(ones, 20_000, places)).toBe('9'.repeat(places));
    },
  );
});
