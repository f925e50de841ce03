import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageNsPerTerm, rangeSize, ranges } from '../../../../src/series/progress/ranges.ts';

describe('ranges', () => {
  it('hears the first size asked for', () => {
    expect(ranges(0, 4).next(100).value).toEqual({ from: 0, to: 100 });
  });

  it('gives whole grains without a gap, never more than asked but at least one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 10_000 })),
        fc.integer({ min: 1, max: 16 }),
        (sizes, grain) => {
          const generator = ranges(3 * grain, grain);
          let end = 3 * grain;
          for (const size of sizes) {
            const { from, to } = generator.next(size).value;
            expect(from).toBe(end);
            expect((to - from) % grain).toBe(0);
            expect(to - from).toBeGreaterThanOrEqual(grain);
            expect(to - from).toBeLessThanOrEqual(Math.max(size, grain));
            expect(to - from).toBeGreaterThan(size - grain);
            end = to;
          }
        },
      ),
    );
  });

  it('is endless and lazy: nothing is made that is not pulled', () => {
    const generator = ranges(2 ** 50, 4);
    expect(generator.next(4).value).toEqual({ from: 2 ** 50, to: 2 ** 50 + 4 });
    expect(generator.next(2 ** 40).done).toBe(false);
  });

  it('throws for a start between grains and for an end no double can hold', () => {
    expect(() => ranges(2, 4)).toThrow(RangeError);
    expect(() => ranges(-4, 4)).toThrow(RangeError);
    expect(() => ranges(0, 4).next(2 ** 54)).toThrow(RangeError);
    expect(() => ranges(0, 4).next(Number.NaN)).toThrow(RangeError);
  });
});

describe('rangeSize', () => {
  const limits = { first: 4_096, least: 1, max: 2 ** 30 };

  it('begins with the first size, whatever the target', () => {
    expect(rangeSize({ nsPerTerm: null, previous: null, targetMs: 50, limits })).toBe(4_096);
    expect(rangeSize({ nsPerTerm: null, previous: 4_096, targetMs: 50, limits })).toBe(4_096);
  });

  it('grows at most eightfold until the target time is filled, then stays', () => {
    const sizes = [4_096];
    for (let pull = 0; pull < 6; pull += 1) {
      sizes.push(rangeSize({ nsPerTerm: 1, previous: sizes.at(-1) ?? null, targetMs: 10, limits }));
    }
    expect(sizes).toEqual([4_096, 32_768, 262_144, 2_097_152, 10_000_000, 10_000_000, 10_000_000]);
  });

  it('shrinks at once and stays within its limits', () => {
    expect(rangeSize({ nsPerTerm: 1_000, previous: 10_000_000, targetMs: 10, limits })).toBe(10_000);
    expect(rangeSize({ nsPerTerm: 1e12, previous: 4, targetMs: 10, limits })).toBe(1);
    expect(rangeSize({ nsPerTerm: 0, previous: 2 ** 29, targetMs: 10, limits })).toBe(2 ** 30);
  });

  it('is no shorter than the least, whatever was measured, but never beyond the most', () => {
    const costly = { first: 4_096, least: 50_000, max: 100_000 };
    expect(rangeSize({ nsPerTerm: null, previous: null, targetMs: 2, limits: costly })).toBe(50_000);
    expect(rangeSize({ nsPerTerm: 1e6, previous: 4, targetMs: 2, limits: costly })).toBe(50_000);
    expect(rangeSize({ nsPerTerm: 1, previous: 90_000, targetMs: 2, limits: costly })).toBe(100_000);
    const beyond = { ...costly, least: 2 ** 40 };
    expect(rangeSize({ nsPerTerm: 1e6, previous: 4, targetMs: 2, limits: beyond })).toBe(100_000);
    expect(rangeSize({ nsPerTerm: null, previous: null, targetMs: 2, limits: { ...limits, least: 0 } })).toBe(
      4_096,
    );
  });
});

describe('averageNsPerTerm', () => {
  it('starts at the first measurement and follows a change within a few ranges', () => {
    let average = averageNsPerTerm(null, 2, 1_000_000);
    expect(average).toBe(2);
    for (let range = 0; range < 10; range += 1) average = averageNsPerTerm(average, 1, 1_000_000);
    expect(average).toBeGreaterThan(1);
    expect(average).toBeLessThan(1.05);
  });
});
