/** The compiled points are the definition's points, wherever a range begins and ends. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadKernels } from '../../../src/kernels/module.ts';
import { pointCount } from '../../../src/kernels/point-count.ts';
import { monteCarloPi as series } from '../../../src/series/monte-carlo-pi.ts';

const count = pointCount(loadKernels());
const counted = (from: number, to: number): number => Number.parseInt(count(from, to), 16);

describe('the compiled count of points', () => {
  it.each([0, 2 ** 30 - 800, 2 ** 32 - 800, 2 ** 40 - 800, 2 ** 40, series.termsMax - 1_600])(
    'is the definition’s around %d, where its counter’s halves and its calls end',
    (near) => {
      const grains = fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }));
      fc.assert(
        fc.property(grains, ([a, b]) => {
          const [from, to] = [near + 8 * Math.min(a, b), near + 8 * Math.max(a, b)];
          expect(count(from, to)).toBe(series.partial(from, to));
        }),
        { numRuns: 20 },
      );
    },
  );

  it('counts no point of no range, and forgets what it counted before', () => {
    const alone = count(2 ** 32 - 8, 2 ** 32 + 8);
    expect(count(0, 0)).toBe(series.empty);
    expect(count(2 ** 32 - 8, 2 ** 32 + 8)).toBe(alone);
  });

  it('is the sum of its parts over ten million points', () => {
    const [from, to] = [2 ** 32 - 4_000_000, 2 ** 32 + 6_000_000];
    for (const cut of [from + 8, 2 ** 32, 2 ** 32 + 8, to - 800])
      expect(counted(from, cut) + counted(cut, to)).toBe(counted(from, to));
  });
});

describe('ten million points', () => {
  const p = Math.PI / 4;

  it('give π within the bound at every hundred thousand of them', () => {
    let state = series.empty;
    for (let n = 100_000; n <= 10_000_000; n += 100_000) {
      state = series.merge(state, count(n - 100_000, n));
      const { lower, upper } = series.evaluate(state, n);
      expect(Number(lower)).toBeLessThan(Math.PI);
      expect(Number(upper)).toBeGreaterThan(Math.PI);
    }
  });

  it('scatter as independent ones do: blocks of 10,000 have the variance of a binomial count', () => {
    const [blocks, size] = [1_000, 10_000];
    let chiSquare = 0;
    for (let block = 0; block < blocks; block += 1) {
      const off = counted(block * size, (block + 1) * size) - size * p;
      chiSquare += (off * off) / (size * p * (1 - p));
    }
    // 1000 degrees of freedom: standard deviation √2000 = 44.7; five of them.
    expect(Math.abs(chiSquare - blocks)).toBeLessThan(224);
  });
});
