import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latest } from '../../../../src/series/monoids/latest.ts';

const monoid = latest(['n', 'x'], ([, x]) => `${x}.0`);
const { merge, empty, encode, decode } = monoid;

const integer = fc.bigInt({ min: -(1n << 80n), max: 1n << 80n });
const state = fc.oneof(fc.constant(empty), fc.tuple(integer, integer));

describe('states that replace each other', () => {
  it('leave the last one that is not empty', () => {
    expect(merge([1n, 5n], [2n, 6n])).toEqual([2n, 6n]);
    expect(merge([1n, 5n], empty)).toEqual([1n, 5n]);
    expect(merge(empty, empty)).toEqual(empty);
  });

  it('merge associatively around the empty one', () => {
    fc.assert(
      fc.property(state, state, state, (a, b, c) => {
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)));
        expect([merge(a, empty), merge(empty, a)]).toEqual([a, a]);
      }),
    );
  });
});

describe('a state’s canonical text', () => {
  it('comes back as it went, and is no text at all before the first term', () => {
    fc.assert(
      fc.property(state, (a) => {
        expect(decode(encode(a))).toEqual(a);
      }),
    );
    expect(encode(empty)).toBe('');
  });

  it.each(['0', '1,2,3', '1,', ',', '1,02', ' '])('refuses %j', (text) => {
    expect(() => decode(text)).toThrow(SyntaxError);
  });

  it('is shown by its names, and as the number it is', () => {
    const shown = { monoid: 'state', scale: null };
    expect(monoid.describe([3n, 255n])).toEqual({ ...shown, values: { n: '3', x: '255' }, decimal: '255.0' });
    expect(monoid.describe(empty)).toEqual({ ...shown, values: {}, decimal: null });
  });
});
