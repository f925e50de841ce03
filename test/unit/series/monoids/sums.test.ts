import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeInteger,
  decodeIntegers,
  encodeInteger,
  encodeIntegers,
} from '../../../../src/series/monoids/integer-text.ts';
import { textsOf } from '../../../../src/series/monoids/monoid.ts';
import { sums } from '../../../../src/series/monoids/sums.ts';

const integer = fc.bigInt({ min: -(1n << 300n), max: 1n << 300n });

describe('the text of an integer', () => {
  it('is one text for one integer, and nothing else is read as one', () => {
    fc.assert(
      fc.property(integer, (x) => {
        expect(decodeInteger(encodeInteger(x))).toBe(x);
      }),
    );
    fc.assert(
      fc.property(
        fc.string({ maxLength: 4, unit: fc.constantFrom(...'0123456789abcdefABF-x., ') }),
        (text) => {
          const read = () => decodeInteger(text);
          if (/^(0|-?[1-9a-f][0-9a-f]*)$/.test(text)) expect(encodeInteger(read())).toBe(text);
          else expect(read).toThrow(SyntaxError);
        },
      ),
    );
  });

  it('stands with others behind commas, exactly as many as are asked for', () => {
    fc.assert(
      fc.property(fc.array(integer, { minLength: 1, maxLength: 5 }), (values) => {
        const text = encodeIntegers(values);
        expect(decodeIntegers(text, values.length)).toEqual(values);
        expect(() => decodeIntegers(text, values.length + 1)).toThrow(SyntaxError);
        expect(() => decodeIntegers(`${text},`, values.length + 1)).toThrow(SyntaxError);
      }),
    );
  });

  it('that is refused is quoted in part only, for it may be as long as a book', () => {
    expect(() => decodeInteger('z'.repeat(10_000))).toThrow(/^.{0,200}$/);
  });
});

describe('sums side by side', () => {
  const { empty, merge, describe: show } = textsOf(sums(['primes', 'sum'], null));
  const pair = fc.tuple(integer, integer);

  it('add up each for itself, in any order and grouping, around nothing', () => {
    fc.assert(
      fc.property(pair, pair, pair, (a, b, c) => {
        const [x, y, z] = [encodeIntegers(a), encodeIntegers(b), encodeIntegers(c)];
        expect(merge(x, y)).toBe(encodeIntegers([a[0] + b[0], a[1] + b[1]]));
        expect(merge(x, y)).toBe(merge(y, x));
        expect(merge(merge(x, y), z)).toBe(merge(x, merge(y, z)));
        expect([merge(empty, x), merge(x, empty)]).toEqual([x, x]);
      }),
    );
  });

  it('are described by their names, counters as no decimal', () => {
    expect(empty).toBe('0,0');
    expect(show('ff,-10')).toEqual({
      monoid: 'sum',
      values: { primes: '255', sum: '-16' },
      scale: null,
      decimal: null,
    });
  });

  it('show the first of them as a decimal where it has a scale', () => {
    const scaled = textsOf(sums(['sum', 'pairs'], 2));
    expect(scaled.describe('-7,3')).toEqual({
      monoid: 'sum',
      values: { sum: '-7', pairs: '3' },
      scale: 2,
      decimal: `-1.75${'0'.repeat(38)}`,
    });
  });
});
