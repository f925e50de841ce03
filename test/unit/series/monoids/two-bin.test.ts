import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeInteger, encodeInteger } from '../../../../src/series/monoids/integer-text.ts';
import { textsOf } from '../../../../src/series/monoids/monoid.ts';
import { ONE, quantize, twoBin } from '../../../../src/series/monoids/two-bin.ts';
import { quantized } from '../../../support/oracle.ts';
import { ratio } from '../../../support/oracle-ratio.ts';

const value = fc.double({ min: -8, max: 8, minExcluded: true, maxExcluded: true, noNaN: true });
const tiny = value.map((q) => q * 2 ** -40);
const integer = fc.bigInt({ min: -(1n << 120n), max: 1n << 120n });

describe('quantize', () => {
  it('is the integer that exact arithmetic gives, for every double below 8', () => {
    fc.assert(
      fc.property(fc.oneof(value, tiny), (q) => {
        // Doubles below 2^-1000 are no integer count of 2^-1000; they quantise to 0 either way.
        const exact = ratio(BigInt(q * 2 ** 1_000 - ((q * 2 ** 1_000) % 1)), 1n << 1_000n);
        expect(quantize(q)).toBe(quantized(exact));
      }),
    );
  });

  it('breaks ties to even in both bins', () => {
    for (const bits of [-49, -99]) {
      for (const odd of [1, 3, 5, -1, -3]) {
        const q = odd * 2 ** bits;
        expect(quantize(q)).toBe(quantized(ratio(BigInt(odd), 1n << BigInt(-bits))));
      }
    }
  });
});

describe('canonical text', () => {
  const { empty, merge, describe: show } = textsOf(twoBin);

  it('comes back as it went, one text for one integer', () => {
    fc.assert(
      fc.property(integer, (sum) => {
        expect(twoBin.decode(twoBin.encode([sum]))).toEqual([sum]);
      }),
    );
    expect(twoBin.encode([-255n])).toBe('-ff');
    expect(empty).toBe('0');
  });

  it.each(['', '-', '-0', '00', '0a', 'FF', '0xff', ' 1', '1 ', '1g', '1.5', '--1', '1,2'])(
    'refuses %j',
    (text) => {
      expect(() => twoBin.decode(text)).toThrow(SyntaxError);
      expect(() => merge(text, '1')).toThrow(SyntaxError);
      expect(() => merge('1', text)).toThrow(SyntaxError);
      expect(() => show(text)).toThrow(SyntaxError);
    },
  );

  it('merges as integers add: in any order, around zero', () => {
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        const [left, right] = [encodeInteger(a), encodeInteger(b)];
        expect(decodeInteger(merge(left, right))).toBe(a + b);
        expect(merge(left, right)).toBe(merge(right, left));
        expect(merge(left, empty)).toBe(left);
      }),
    );
  });

  it('is described as the integer it is, worth 2^-98 each, and as that in decimals, cut off', () => {
    expect(show(encodeInteger(-ONE / 3n))).toEqual({
      monoid: 'sum',
      values: { sum: String(-ONE / 3n) },
      scale: 98,
      decimal: '-0.3333333333333333333333333333322815187930',
    });
    expect(show(encodeInteger(5n * ONE)).decimal).toBe(`5.${'0'.repeat(40)}`);
  });
});
