/** The compiled loops of quads: their definitions' texts bit for bit, and enclosures further out than those reach. */
import { describe, expect, it } from 'vitest';
import { loadKernels } from '../../../src/kernels/module.ts';
import { quadSum } from '../../../src/kernels/quad-sum.ts';
import { ln2Mercator } from '../../../src/series/ln2-mercator.ts';
import { wallis } from '../../../src/series/wallis.ts';

const module = loadKernels();
const cases = [
  { series: ln2Mercator, sum: quadSum(module, 'mercatorQuads') },
  { series: wallis, sum: quadSum(module, 'wallisQuads') },
];

describe.each(cases)('$series.kernel', ({ series, sum }) => {
  it.each([0, 4 * 4_093, 4 * 4_096, 4 * 12_345, 2 ** 25 - 80, 2 ** 30, 2 ** 44, series.termsMax - 4_000])(
    'says what its definition says of ranges from %d on',
    (from) => {
      for (const quads of [0, 1, 2, 3, 4, 1_000]) {
        expect(sum(from, from + 4 * quads)).toBe(series.partial(from, from + 4 * quads));
      }
    },
  );

  it('says it of a range longer than it may leave its lanes without taking them up', () => {
    const to = 4 * (2 * 8_192 + 4_096 + 5);
    expect(sum(0, to)).toBe(series.partial(0, to));
  });

  it('encloses its limit at n up to 10^8', () => {
    const limit = series.limit?.decimal ?? '';
    for (const n of [1e4, 1e5 + 3, 1e6 + 2, 1e7 + 1, 1e8]) {
      const { lower, upper, width } = series.evaluate(sum(0, n - (n % 4)), n);
      expect([lower, limit, upper].toSorted()).toEqual([lower, limit, upper]);
      expect(width).toBeLessThan(1.1 / n);
    }
  });
});
