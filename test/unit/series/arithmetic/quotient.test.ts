import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotientOf } from '../../../../src/series/arithmetic/quotient.ts';

/** A number of exactly that many bits: a few words over and over, so that zeros and ones run long, too. */
const ofBits = (bits: number) =>
  fc.array(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), { minLength: 1, maxLength: 7 }).map((words) => {
    let x = 0n;
    for (let at = 0; at < bits; at += 64) x = (x << 64n) | (words[(at / 64) % words.length] ?? 0n);
    return BigInt.asUintN(bits, x) | (1n << BigInt(bits - 1));
  });
const pair = (leastQuotient: number, greatestQuotient: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: 250_000 }), fc.integer({ min: leastQuotient, max: greatestQuotient }))
    .chain(([divisor, quotient]) => fc.tuple(ofBits(divisor + quotient), ofBits(divisor)));

describe('a quotient', () => {
  it('lies between the integers next to it where it is short', () => {
    fc.assert(
      fc.property(pair(1, 3_000), ([a, b]) => {
        const { near, lower, upper } = quotientOf(a, b);
        expect(near * b <= a && a < (near + 1n) * b).toBe(true);
        expect([lower, upper]).toEqual([near, a % b === 0n ? near : near + 1n]);
      }),
      { numRuns: 40 },
    );
    expect(quotientOf(0n, 7n)).toEqual({ near: 0n, lower: 0n, upper: 0n });
    expect(quotientOf(6n * 7n ** 90n, 7n ** 90n)).toEqual({ near: 6n, lower: 6n, upper: 6n });
  });

  it('lies less than two units from what is near where it is long, whatever the length of the divisor', () => {
    fc.assert(
      fc.property(pair(100_002, 400_000), ([a, b]) => {
        const { near, lower, upper } = quotientOf(a, b);
        expect([lower, upper]).toEqual([near - 2n, near + 2n]);
        const rest = a - near * b;
        expect(rest > -2n * b && rest < 2n * b).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('is right for divisors that are all ones or a power of two', () => {
    for (const bits of [1n, 2n, 99_999n, 150_000n]) {
      for (const b of [(1n << bits) - 1n, 1n << bits, (1n << bits) + 1n]) {
        for (const a of [(b << 150_000n) - 1n, b << 150_000n, (b << 150_000n) + b - 1n]) {
          const rest = a - quotientOf(a, b).near * b;
          expect(rest > -2n * b && rest < 2n * b).toBe(true);
        }
      }
    }
  });
});
