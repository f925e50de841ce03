import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitLength, divideUp, rootDown, rootUp } from '../../../src/series/integer.ts';

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
