import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AcceptKind,
  accept,
  type Part,
  type Prefix,
  prefixAt,
  prefixLimits,
} from '../../../../src/series/progress/prefix.ts';

/** Not commutative and not idempotent: order and repetition both show. */
const concat = (a: string, b: string): string => a + b;
const part = (from: number, to: number, partial = `[${from},${to})`): Part => ({ from, to, partial });

function acceptAll(prefix: Prefix, parts: readonly Part[]): { kinds: AcceptKind[]; prefix: Prefix } {
  const kinds: AcceptKind[] = [];
  let current = prefix;
  for (const one of parts) {
    const accepted = accept(current, one, concat);
    kinds.push(accepted.kind);
    current = accepted.prefix;
  }
  return { kinds, prefix: current };
}

/** Consecutive parts from 0 of the given sizes. */
function chain(sizes: readonly number[]): Part[] {
  let from = 0;
  return sizes.map((size) => {
    const one = part(from, from + size);
    from += size;
    return one;
  });
}

describe('accept', () => {
  it('merges every range once and in order, however they come and however often', () => {
    const shuffled = fc
      .array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 })
      .chain((sizes) => {
        const parts = chain(sizes);
        return fc.record({
          parts: fc.constant(parts),
          extra: fc.array(fc.constantFrom(...parts), { maxLength: 20 }),
          seeds: fc.array(fc.nat(), { minLength: parts.length + 20, maxLength: parts.length + 20 }),
        });
      });
    fc.assert(
      fc.property(shuffled, ({ parts, extra, seeds }) => {
        const coming = [...parts, ...extra]
          .map((one, index) => ({ one, key: seeds[index] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const { kinds, prefix } = acceptAll(prefixAt(0, ''), coming);
        expect(prefix.n).toBe(parts.at(-1)?.to);
        expect(prefix.state).toBe(parts.map(({ partial }) => partial).join(''));
        expect(prefix.parked).toEqual([]);
        expect(prefix.recent).toEqual(parts);
        expect(kinds.filter((kind) => kind === 'duplicate')).toHaveLength(extra.length);
        expect(kinds.every((kind) => ['merged', 'parked', 'duplicate'].includes(kind))).toBe(true);
      }),
    );
  });

  it('finds another text for a range it remembers, merged or parked, and keeps its own', () => {
    const { prefix } = acceptAll(prefixAt(0, ''), [part(0, 4), part(8, 12)]);
    for (const other of [part(0, 4, 'x'), part(8, 12, 'x')]) {
      expect(accept(prefix, other, concat)).toEqual({ kind: 'conflict', prefix });
    }
  });

  it.each([
    ['a cut through what is merged', part(0, 8)],
    ['the inside of what is merged', part(1, 2)],
    ['a cut through n', part(2, 6)],
    ['a cut through what is parked', part(4, 10)],
    ['a cut through what is parked, from behind', part(10, 14)],
    ['what is parked and more', part(6, 14)],
    ['no terms', part(4, 4)],
    ['a backward range', part(8, 4)],
    ['negative terms', part(-4, 0)],
    ['broken numbers', part(4, 4.5)],
    ['no numbers', part(Number.NaN, 8)],
  ])('calls %s foreign', (_, stranger) => {
    const { prefix } = acceptAll(prefixAt(0, ''), [part(0, 4), part(8, 12)]);
    expect(accept(prefix, stranger, concat)).toEqual({ kind: 'foreign', prefix });
  });

  it('resumes from a stored state and drops what lies below it', () => {
    const prefix = prefixAt(100, 'stored');
    expect(accept(prefix, part(40, 60), concat)).toEqual({ kind: 'duplicate', prefix });
    expect(accept(prefix, part(96, 104), concat).kind).toBe('foreign');
    expect(accept(prefix, part(100, 104), concat).prefix.state).toBe('stored[100,104)');
  });

  it('refuses one more than may wait, and takes the one that frees the others', () => {
    const limits = { ...prefixLimits, parkedMax: 2 };
    const { prefix } = acceptAll(prefixAt(0, ''), [part(4, 8), part(12, 16)]);
    expect(accept(prefix, part(16, 20), concat, limits)).toEqual({ kind: 'full', prefix });
    const freed = accept(prefix, part(0, 4), concat, limits);
    expect(freed.kind).toBe('merged');
    expect(freed.prefix).toMatchObject({ n: 8, state: '[0,4)[4,8)', parked: [part(12, 16)] });
  });

  it('forgets the oldest by number and by length, and then cannot compare them', () => {
    const few = { ...prefixLimits, recentMax: 2 };
    const short = { ...prefixLimits, recentCharsMax: 12 };
    for (const limits of [few, short]) {
      let prefix = prefixAt(0, '');
      for (const one of [part(0, 4, 'aaaaaa'), part(4, 8, 'bbbbbb'), part(8, 12, 'cccccc')]) {
        prefix = accept(prefix, one, concat, limits).prefix;
      }
      expect(prefix.recent.map(({ from }) => from)).toEqual([4, 8]);
      expect(accept(prefix, part(0, 4, 'other'), concat, limits).kind).toBe('duplicate');
      expect(accept(prefix, part(4, 8, 'other'), concat, limits).kind).toBe('conflict');
      expect(accept(prefix, part(0, 8), concat, limits).kind).toBe('foreign');
    }
  });
});
