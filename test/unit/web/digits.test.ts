/** Which digits of an estimate the page may call proven. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonPrefix, significantDigits } from '../../../src/series/arithmetic/decimal.ts';
import { preciseFigures } from '../../../src/series/arithmetic/precise.ts';
import { significant, splitDigits, widthOf } from '../../../web/model/digits.js';

describe('digits', () => {
  it('are proven as far as both bounds share them, and the estimate goes on only where it agrees', () => {
    const bounds = { lower: '3.14159', upper: '3.14162', digits: 4 };
    expect(splitDigits({ ...bounds, decimal: '3.14160' })).toEqual({ proven: '3.141', rest: '60', more: 0 });
    expect(splitDigits({ ...bounds, decimal: '3.1408' })).toEqual({ proven: '3.141', rest: '59', more: 0 });
    const none = { lower: '2.9', upper: '3.2', digits: 0 };
    expect(splitDigits({ ...none, decimal: '3' })).toEqual({ proven: '', rest: '3', more: 0 });
    const exact = { lower: null, upper: null, digits: null };
    expect(splitDigits({ ...exact, decimal: '12' })).toEqual({ proven: '', rest: '12', more: 0 });
  });

  it('begin behind the zeros of a small number, and a negative one keeps its sign', () => {
    const small = { lower: '0.00123', upper: '0.00127', digits: 2, decimal: '0.00125' };
    expect(splitDigits(small)).toEqual({ proven: '0.0012', rest: '5', more: 0 });
    const negative = { lower: '-1.65', upper: '-1.64', digits: 2, decimal: '-1.644' };
    expect(splitDigits(negative)).toEqual({ proven: '-1.6', rest: '44', more: 0 });
    expect([significant('0.00123'), significant('-1.650'), significant('100')]).toEqual([3, 4, 3]);
  });

  it('of which more are proven than are sent are the lower bound’s, whose text is cut off and not rounded', () => {
    const sent = { decimal: '1.4142136', lower: '1.4142135', upper: '1.4142136', digits: 200 };
    expect(splitDigits(sent)).toEqual({ proven: '1.4142135', rest: '', more: 192 });
  });

  it('are digits of everything between the bounds, whatever was rounded to send them', () => {
    const places = 80;
    const anyNumber = fc.bigInt({ min: 1n, max: 10n ** 81n });
    const anyWidth = fc.tuple(fc.integer({ min: 0, max: 80 }), fc.bigInt({ min: 0n, max: 1_000n }));
    fc.assert(
      fc.property(anyNumber, anyWidth, (lower, [power, factor]) => {
        const upper = lower + factor * 10n ** BigInt(power);
        const figures = preciseFigures({ places, estimate: (lower + upper) / 2n, lower, upper });
        const { proven, more } = splitDigits(figures);
        const text = (value: bigint) => {
          const digits = String(value).padStart(places + 1, '0');
          return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
        };
        const shared = commonPrefix(text(lower), text(upper));
        expect(shared.startsWith(proven)).toBe(true);
        expect(significant(proven) + more).toBe(significantDigits(shared));
      }),
    );
  });

  it('are subtracted exactly, however many the bounds share', () => {
    expect(widthOf('3.14159265358979323', '3.14159265358979324')).toBe(1e-17);
    expect(widthOf('-0.5', '1')).toBe(1.5);
  });
});
