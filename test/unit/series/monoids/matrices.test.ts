import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Matrix, matrices, matrixPower } from '../../../../src/series/monoids/matrices.ts';

const integer = fc.bigInt({ min: -(1n << 80n), max: 1n << 80n });
const matrix: fc.Arbitrary<Matrix> = fc.tuple(integer, integer, integer, integer);
const { merge, empty, encode, decode, describe: view } = matrices;

describe('products of 2 × 2 integer matrices', () => {
  it('are rows by columns', () => {
    expect(merge([1n, 2n, 3n, 4n], [5n, 6n, 7n, 8n])).toEqual([19n, 22n, 43n, 50n]);
  });

  it('are associative around the identity, and multiply determinants', () => {
    const determinant = ([a, b, c, d]: Matrix): bigint => a * d - b * c;
    fc.assert(
      fc.property(matrix, matrix, matrix, (a, b, c) => {
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)));
        expect([merge(a, empty), merge(empty, a)]).toEqual([a, a]);
        expect(determinant(merge(a, b))).toBe(determinant(a) * determinant(b));
      }),
    );
  });

  it('care which factor comes first, and say so', () => {
    const [a, b]: [Matrix, Matrix] = [
      [1n, 1n, 0n, 1n],
      [1n, 0n, 1n, 1n],
    ];
    expect(merge(a, b)).not.toEqual(merge(b, a));
  });
});

describe('a matrix’s canonical text', () => {
  it('comes back as it went, one text for one matrix', () => {
    fc.assert(
      fc.property(matrix, (a) => {
        expect(decode(encode(a))).toEqual(a);
      }),
    );
    expect(encode([255n, 0n, -1n, 16n])).toBe('ff,0,-1,10');
  });

  it.each(['', '1,0,0', '1,0,0,1,0', '1,0,0,01', '1,0,0,G', '1, 0,0,1'])('refuses %j', (text) => {
    expect(() => decode(text)).toThrow(SyntaxError);
  });

  it('is shown by its four integers in decimal', () => {
    expect(view([255n, 0n, -1n, 16n])).toEqual({
      monoid: 'matrix',
      values: { a: '255', b: '0', c: '-1', d: '16' },
      scale: null,
      decimal: null,
    });
  });
});

describe('matrixPower', () => {
  it('is the product of as many factors', () => {
    const small = fc.bigInt({ min: -9n, max: 9n });
    fc.assert(
      fc.property(fc.tuple(small, small, small, small), fc.integer({ min: 0, max: 40 }), (a, exponent) => {
        let product = empty;
        for (let factor = 0; factor < exponent; factor += 1) product = merge(product, a);
        expect(matrixPower(a, exponent)).toEqual(product);
      }),
    );
  });
});
