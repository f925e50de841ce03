import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Triple, triples } from '../../../../src/series/monoids/triples.ts';

const integer = fc.bigInt({ min: -(1n << 90n), max: 1n << 90n });
const triple: fc.Arbitrary<Triple> = fc.record({ p: integer, q: integer, t: integer });

describe('triples', () => {
  it('merge around their empty one, associatively', () => {
    const { merge, empty } = triples;
    fc.assert(
      fc.property(triple, triple, triple, (a, b, c) => {
        expect([merge(empty, a), merge(a, empty)]).toEqual([a, a]);
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)));
      }),
    );
  });

  it('are sums of fractions: T/Q of both is that of the first and P/Q times that of the second', () => {
    fc.assert(
      fc.property(triple, triple, (a, b) => {
        const { p, q, t } = triples.merge(a, b);
        expect([p, q]).toEqual([a.p * b.p, a.q * b.q]);
        // t/q = a.t/a.q + a.p/a.q · b.t/b.q, times a.q² · b.q.
        expect(t * a.q).toBe(a.t * b.q * a.q + a.p * b.t * a.q);
      }),
    );
    expect(triples.merge({ p: 1n, q: 2n, t: 3n }, { p: 5n, q: 7n, t: 11n })).toEqual({
      p: 5n,
      q: 14n,
      t: 32n,
    });
  });

  it('come back from their texts, one text for one triple', () => {
    fc.assert(
      fc.property(triple, (value) => {
        expect(triples.decode(triples.encode(value))).toEqual(value);
      }),
    );
    expect(triples.encode({ p: -255n, q: 16n, t: 0n })).toBe('-ff,10,0');
    expect(triples.encode(triples.empty)).toBe('1,1,0');
  });

  it.each(['', '1,1', '1,1,0,0', '1,1,-0', '01,1,0', '1,1,F', '1, 1,0'])('refuse %j', (text) => {
    expect(() => triples.decode(text)).toThrow(SyntaxError);
  });

  it('say their integers by name, in decimal digits', () => {
    expect(triples.describe({ p: -255n, q: 16n, t: 10n ** 30n })).toEqual({
      monoid: 'triple',
      values: { p: '-255', q: '16', t: `1${'0'.repeat(30)}` },
      scale: null,
      decimal: null,
    });
  });
});
