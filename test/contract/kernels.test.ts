/** What every compiled kernel promises: the text of its series' definition, whatever was summed before, at any length. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compiledKernels } from '../../src/kernels/kernels.ts';
import { compareDecimals } from '../../src/series/arithmetic/decimal.ts';

const named = compiledKernels().map(({ series, sum }) => ({ id: series.id, series, sum }));

describe.each(named)('kernel of $id', ({ series, sum }) => {
  const { grain, termsMax } = series;
  const whole = (n: number): number => n - (n % grain);

  it('says what its definition says, text for text, near the start and anywhere below termsMax', () => {
    const range = fc
      .tuple(
        fc.integer({ min: 0, max: Math.floor(Math.log2(termsMax)) }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 100 }),
      )
      .map(([bits, place, grains]) => {
        const from = whole(Math.floor(place * Math.min(2 ** bits, termsMax - 100 * grain)));
        return { from, to: from + grains * grain };
      });
    fc.assert(
      fc.property(range, ({ from, to }) => {
        expect(sum(from, to)).toBe(series.partial(from, to));
      }),
      { numRuns: 60 },
    );
  });

  it.each([0, 12_345 * 4, 2 ** 30, 2 ** 44])('sums 10,000 terms from %d on exactly', (start) => {
    const from = whole(Math.min(start, termsMax - 20_000));
    const to = from + whole(10_000);
    expect(sum(from, to)).toBe(series.partial(from, to));
  });

  it('sums the last grains it honours', () => {
    expect(sum(termsMax - 5 * grain, termsMax)).toBe(series.partial(termsMax - 5 * grain, termsMax));
  });

  it('gives for a long range what its parts give, at lengths around every internal block', () => {
    for (const long of [2 ** 13, 2 ** 16, 2 ** 20, 2 ** 22]) {
      for (const terms of [long - 1, long, long + 1].map((length) => whole(length))) {
        const cut = whole(Math.round(terms / 3));
        expect(sum(0, terms)).toBe(series.merge(sum(0, cut), sum(cut, terms)));
      }
    }
  });

  it('remembers nothing: a range between two others is what it was alone', () => {
    const alone = sum(4 * grain, 9 * grain);
    sum(0, 100 * grain);
    expect(sum(4 * grain, 9 * grain)).toBe(alone);
    expect(sum(8 * grain, 8 * grain)).toBe(series.empty);
  });

  // A thousand million take the two-bin kernels a third of a second, the others five.
  const far = series.grain === 4 ? 1e9 : 1e8;
  it.each([far - 1, far, far + 5])('leads to an enclosure of the limit after %d terms', (n) => {
    const { lower, upper } = series.evaluate(sum(0, whole(n)), n);
    if (lower === null || upper === null || series.limit === null || series.bound !== 'rigorous') return;
    expect(compareDecimals(lower, series.limit.decimal)).toBeLessThanOrEqual(0);
    expect(compareDecimals(series.limit.decimal, upper)).toBeLessThanOrEqual(0);
  });
});
