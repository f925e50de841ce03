import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitLength, divideUp, rootDown, rootUp } from '../../../../src/series/arithmetic/integer.ts';

const big = fc.bigInt({ min: 0n, max: 1n << 400n });

describe('integers with a direction', () => {
  it('roots a square to itself and its neighbours to the side that is asked for', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n, max: 1n << 200n }), (root) => {
        const square = root * root;
        expect([rootDown(square), rootUp(square)]).toEqual([root, root]);
        expect([rootDown(square - 1n), rootUp(square - 1n)]).toEqual([root - 1n, root]);
        expect([rootDown(square + 1n), rootUp(square + 1n)]).toEqual([root, root + 1n]);
      }),
    );
  });

  it('roots small numbers, none at all, and nothing negative', () => {
    for (let x = 0; x < 1_000; x += 1) expect(Number(rootDown(BigInt(x)))).toBe(Math.floor(Math.sqrt(x)));
    expect(() => rootDown(-1n)).toThrow(RangeError);
  });

  it('roots numbers of up to 200,000 bits to the floor, by its definition', () => {
    const long = fc.integer({ min: 1, max: 200_000 }).chain((bits) =>
      fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: 1, maxLength: 20 }).map((words) => {
        // A few random words, repeated to the length: runs of zeros and ones come up, too.
        let x = 1n;
        for (let at = 0; at < bits; at += 64) x = (x << 64n) | (words[(at / 64) % words.length] ?? 0n);
        return BigInt.asUintN(bits, x);
      }),
    );
    fc.assert(
      fc.property(long, (x) => {
        const root = rootDown(x);
        expect(root * root <= x && x < (root + 1n) ** 2n).toBe(true);
        expect(rootDown(x * x)).toBe(x);
        if (x > 1n) expect([rootDown(x * x - 1n), rootUp(x * x + 1n)]).toEqual([x - 1n, x + 1n]);
      }),
      { numRuns: 60 },
    );
  });

  it('roots powers of two and their neighbours', () => {
    for (let bits = 1n; bits < 2_500n; bits += 1n) {
      for (const x of [(1n << bits) - 1n, 1n << bits, (1n << bits) + 1n]) {
        const root = rootDown(x);
        if (root * root > x || x >= (root + 1n) ** 2n) expect.fail(`root of 2^${bits} or a neighbour`);
      }
    }
  });

  it('counts binary digits', () => {
    fc.assert(
      fc.property(big, (x) => {
        expect(bitLength(x)).toBe(x === 0n ? 0 : x.toString(2).length);
      }),
    );
  });

  it('divides upwards', () => {
    fc.assert(
      fc.property(big, fc.bigInt({ min: 1n, max: 1n << 90n }), (a, b) => {
        const up = divideUp(a, b);
        expect(up * b >= a && (up - 1n) * b < a).toBe(true);
      }),
    );
  });
});
