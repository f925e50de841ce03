/** Ends of enclosures: on which side what is missing lies. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alternatingEnds, binaryFigures, extended } from '../../../../src/series/arithmetic/enclosure.ts';

const integer = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n });
const size = fc.bigInt({ min: 0n, max: 2n ** 70n });

describe('extended', () => {
  it('encloses the sum of two numbers, one of which is known but for its size, and by no more than that', () => {
    fc.assert(
      fc.property(integer, size, size, fc.boolean(), (lower, width, most, isAbove) => {
        const ends = extended({ lower, upper: lower + width }, most, isAbove);
        expect(ends.upper - ends.lower).toBe(width + most);
        const far = isAbove ? lower + width + most : lower - most;
        expect(ends.lower <= far && far <= ends.upper).toBe(true);
      }),
    );
  });
});

describe('alternatingEnds', () => {
  it('reach from the sum of n terms to that of n + 1, as 1 − 1/2 + 1/4 − … = 2/3 lies between them', () => {
    const one = 3n << 60n;
    let sum = 0n;
    for (let n = 0; n <= 60; n += 1) {
      const next = one >> BigInt(n);
      const { lower, upper } = alternatingEnds({ lower: sum, upper: sum }, n, next);
      expect(lower < 2n << 60n && 2n << 60n < upper).toBe(true);
      sum += n % 2 === 0 ? next : -next;
      expect([lower, upper]).toContain(sum);
    }
  });
});

describe('binaryFigures', () => {
  it('round the estimate to nearest and the ends outwards', () => {
    const eighth = { estimate: 1n, lower: 1n, upper: 1n };
    expect(binaryFigures(eighth, 3, 2)).toEqual({
      value: 0.125,
      decimal: '0.13',
      lower: '0.12',
      upper: '0.13',
      digits: 1,
      width: 0.01,
    });
  });

  it('throw where the ends have changed places: a bound is wrong', () => {
    expect(() => binaryFigures({ estimate: 5n, lower: 6n, upper: 5n }, 3, 9)).toThrow(/enclosure is empty/);
  });
});
