import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FixedPoint, fixedPoint } from '../../../../src/series/monoids/fixed-point.ts';
import { textsOf } from '../../../../src/series/monoids/monoid.ts';

const texts = textsOf(fixedPoint);
const integer = fc.bigInt({ min: -(1n << 300n), max: 1n << 300n });
const value = fc.record({ bits: fc.integer({ min: 1, max: 999_999_999 }), sum: integer, anew: fc.boolean() });

/** Partials of neighbouring ranges: one begun anew has more bits than those before it, a plain one as many. */
const neighbours = fc
  .tuple(
    fc.integer({ min: 64, max: 512 }),
    fc.array(fc.tuple(fc.constantFrom('plain', 'plain', 'anew', 'none'), integer), { maxLength: 12 }),
  )
  .map(([first, parts]) => {
    let bits = first;
    return parts.map(([kind, sum]): FixedPoint => {
      if (kind === 'none') return fixedPoint.empty;
      if (kind === 'anew') bits += 64;
      return { bits, sum, anew: kind === 'anew' };
    });
  });

/** What the whole comes to, by looking for the last part that was begun anew. */
function wholeOf(parts: readonly FixedPoint[]): FixedPoint {
  const last = parts.findLastIndex(({ anew }) => anew);
  const counted = parts.slice(Math.max(0, last)).filter(({ bits }) => bits > 0);
  const bits = counted[0]?.bits ?? 0;
  return { bits, sum: counted.reduce((sum, part) => sum + part.sum, 0n), anew: last >= 0 };
}

/** Merged pairwise in some order: `picks` says which neighbours come next. */
function mergedBy(parts: readonly FixedPoint[], picks: readonly number[]): FixedPoint {
  const left = [fixedPoint.empty, ...parts];
  for (let round = 0; left.length > 1; round += 1) {
    const at = (picks[round] ?? 0) % (left.length - 1);
    const [a = fixedPoint.empty, b = fixedPoint.empty] = left.slice(at, at + 2);
    left.splice(at, 2, fixedPoint.merge(a, b));
  }
  return left[0] ?? fixedPoint.empty;
}

describe('fixed point of growing precision', () => {
  it('merges neighbours to one value, in whatever order neighbours meet', () => {
    fc.assert(
      fc.property(neighbours, fc.array(fc.nat(), { maxLength: 12 }), (parts, picks) => {
        expect(mergedBy(parts, picks)).toEqual(wholeOf(parts));
      }),
      { numRuns: 1_000 },
    );
  });

  it('has the sum of no terms for its identity', () => {
    fc.assert(
      fc.property(value, (a) => {
        expect(fixedPoint.merge(fixedPoint.empty, a)).toEqual(a);
        expect(fixedPoint.merge(a, fixedPoint.empty)).toEqual(a);
      }),
    );
  });

  it('throws at plain sums of different precision: they are no neighbours', () => {
    expect(() => texts.merge('128:1', '64:1')).toThrow(RangeError);
    expect(() => texts.merge('64:1!', '128:1')).toThrow(RangeError);
    expect(texts.merge('64:1', '128:1!')).toBe('128:1!');
  });

  it('comes back from its text as it went', () => {
    fc.assert(
      fc.property(value, (a) => {
        expect(fixedPoint.decode(fixedPoint.encode(a))).toEqual(a);
      }),
    );
    expect(fixedPoint.decode(texts.empty)).toEqual(fixedPoint.empty);
  });

  it.each([
    '',
    '64',
    '64:',
    ':1',
    '0:1',
    '0:0!',
    '064:1',
    '6e1:1',
    '64:01',
    '64:-0',
    '64:F',
    '64:1!!',
    '64:1 ',
    '64:1:2',
  ])('refuses %j, which is no canonical text', (text) =>
    expect(() => fixedPoint.decode(text)).toThrow(SyntaxError),
  );

  it('describes a sum as an integer, its scale and its first 40 places', () => {
    expect(texts.describe('64:-18000000000000000')).toEqual({
      monoid: 'fixed-point',
      values: { sum: '-27670116110564327424' },
      scale: 64,
      decimal: `-1.5${'0'.repeat(39)}`,
    });
    expect(texts.describe('128:1!')).toMatchObject({ scale: 128, anew: true });
    expect(texts.describe(texts.empty)).toMatchObject({ values: { sum: '0' }, scale: 0 });
  });
});
