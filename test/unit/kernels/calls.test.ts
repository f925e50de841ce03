/** How a range becomes calls of a loop that counts to 2^30. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calls } from '../../../src/kernels/calls.ts';

const CALL = 2 ** 30;

describe('calls', () => {
  it('cover a range without gap or overlap, none too long or across a multiple of 2^30', () => {
    const start = fc.integer({ min: 0, max: 48 }).chain((bits) => fc.integer({ min: 0, max: 2 ** bits }));
    fc.assert(
      fc.property(start, fc.integer({ min: 1, max: 5 * CALL }), (from, length) => {
        let at = from;
        for (const [first, end] of calls(from, from + length)) {
          expect(first).toBe(at);
          expect(end).toBeGreaterThan(first);
          expect(Math.floor((end - 1) / CALL)).toBe(Math.floor(first / CALL));
          at = end;
        }
        expect(at).toBe(from + length);
      }),
    );
  });

  it('are none of no range', () => {
    expect([...calls(12, 12)]).toEqual([]);
  });

  it('are as few as may be: one up to the next multiple', () => {
    expect([...calls(CALL - 8, CALL + 8)]).toEqual([
      [CALL - 8, CALL],
      [CALL, CALL + 8],
    ]);
    expect([...calls(0, 2 * CALL)]).toHaveLength(2);
  });
});
