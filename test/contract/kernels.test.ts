/** What every kernel promises beyond its series' suite: the same text whatever was summed before, in ranges of any length. */
import { describe, expect, it } from 'vitest';
import { kernels } from '../../src/kernels/kernels.ts';
import { catalogue } from '../../src/series/catalogue.ts';

describe.each(kernels)('kernel $name', ({ name, grain, termsMax, sum }) => {
  const series = catalogue.find(({ kernel }) => kernel === name);

  it('belongs to a series', () => expect(series).toBeDefined());

  it.each([0, 12_345 * 4, 2 ** 30, 2 ** 44])('sums 10,000 grains from %d on exactly', (start) => {
    const from = start - (start % grain);
    expect(sum(from, from + 10_000 * grain)).toBe(series?.partial(from, from + 10_000 * grain));
  });

  it('sums the last grains it honours', () => {
    expect(sum(termsMax - 5 * grain, termsMax)).toBe(series?.partial(termsMax - 5 * grain, termsMax));
  });

  it('gives for a long range what its parts give, at lengths around every internal block', () => {
    for (const long of [2 ** 13, 2 ** 22]) {
      for (const grains of [long / grain - 1, long / grain, long / grain + 1]) {
        const to = Math.round(grains) * grain;
        const cut = grain * Math.round(to / grain / 3);
        expect(sum(0, to)).toBe(series?.merge(sum(0, cut), sum(cut, to)));
      }
    }
  });

  it('remembers nothing: a range between two others is what it was alone', () => {
    const alone = sum(4 * grain, 9 * grain);
    sum(0, 100 * grain);
    expect(sum(4 * grain, 9 * grain)).toBe(alone);
    expect(sum(8 * grain, 8 * grain)).toBe(series?.empty);
  });
});
