import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromText, mergeTexts, quantize, toText } from '../../../src/series/two-bin.ts';
import { quantized } from '../../support/oracle.ts';
import { ratio } from '../../support/oracle-ratio.ts';

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
  it('comes back as it went, one text for one integer', () => {
    fc.assert(
      fc.property(integer, (sum) => {
        expect(fromText(toText(sum))).toBe(sum);
      }),
    );
    expect(toText(-255n)).toBe('-ff');
  });

  it.each(['', '-', '-0', '00', '0a', 'FF', '0xff', ' 1', '1 ', '1g', '1.5', '--1'])('refuses %j', (text) => {
    expect(() => fromText(text)).toThrow(SyntaxError);
  });

  it('merges as integers add: in any order, around zero', () => {
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        expect(fromText(mergeTexts(toText(a), toText(b)))).toBe(a + b);
        expect(mergeTexts(toText(a), toText(b))).toBe(mergeTexts(toText(b), toText(a)));
      }),
    );
  });
});
