/** What every series promises, whatever its monoid: the same suite for the whole catalogue. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findKernel } from '../../src/kernels/kernels.ts';
import { catalogue } from '../../src/series/catalogue.ts';
import { commonDigits } from '../../src/series/decimal.ts';
import type { SeriesDefinition } from '../../src/series/definition.ts';
import { accept, prefixAt } from '../../src/series/prefix.ts';
import { atMost, minus, type Ratio, ratio } from '../support/oracle-ratio.ts';

const PLAIN = /^-?[0-9]+(\.[0-9]+)?$/;

function read(text: string): Ratio {
  const [whole = '', behind = ''] = text.split('.');
  return ratio(BigInt(whole + behind), 10n ** BigInt(behind.length));
}

const atMostText = (a: string, b: string): boolean => atMost(read(a), read(b));

/** The exact value of a non-negative double of at least 2^-900. */
const exactly = (x: number): Ratio => {
  let [value, den] = [x, 1n];
  for (; !Number.isInteger(value); value *= 2) den *= 2n;
  return ratio(BigInt(value), den);
};

/** Figures at n promise these, at any n of any series. */
function expectSound(series: SeriesDefinition, state: string, n: number): void {
  const { value, decimal, lower, upper, digits, width } = series.evaluate(state, n);
  expect(decimal).toMatch(PLAIN);
  // The last printed place is 10^-places, half of which is the most the nearest decimal may be away.
  expect(Math.abs(Number(decimal) - value)).toBeLessThan(10 ** -(decimal.split('.')[1] ?? '').length);
  expect(width).toBeGreaterThanOrEqual(0);
  if (lower === null || upper === null) {
    expect([lower, upper, digits, series.bound === 'rigorous']).toEqual([null, null, null, false]);
    return;
  }
  expect(lower).toMatch(PLAIN);
  expect(upper).toMatch(PLAIN);
  expect(digits).toBe(commonDigits(lower, upper));
  expect(atMost(minus(read(upper), read(lower)), exactly(width))).toBe(true);
  expect(atMostText(lower, upper)).toBe(true);
  if (series.limit === null || series.bound !== 'rigorous') return;
  const holds = atMostText(lower, series.limit.decimal) && atMostText(series.limit.decimal, upper);
  expect({ n, lower, upper, holds }).toEqual({ n, lower, upper, holds: true });
}

describe.each(catalogue)('series $id', (series) => {
  const { grain, termsMax, empty } = series;
  const kernel = findKernel(series.kernel);
  const sum = (from: number, to: number): string => kernel?.sum(from, to) ?? '';
  const whole = (n: number): number => n - (n % grain);

  /** A range of whole grains, up to 200 of them, near the start or anywhere below termsMax. */
  const range = fc
    .tuple(
      fc.integer({ min: 0, max: 50 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 200 }),
    )
    .map(([bits, place, grains]) => {
      const from = whole(Math.floor(place * Math.min(2 ** bits, termsMax - 200 * grain)));
      return { from, to: from + grains * grain };
    });

  it('has a kernel that says what its definition says, text for text', () => {
    expect(kernel).toMatchObject({ grain, termsMax });
    fc.assert(
      fc.property(range, ({ from, to }) => {
        expect(sum(from, to)).toBe(series.partial(from, to));
      }),
    );
  });

  it('is a monoid: the empty partial is its identity, and merging is associative', () => {
    expect(series.partial(0, 0)).toBe(empty);
    fc.assert(
      fc.property(range, range, range, (x, y, z) => {
        const [a, b, c] = [sum(x.from, x.to), sum(y.from, y.to), sum(z.from, z.to)];
        expect([series.merge(empty, a), series.merge(a, empty)]).toEqual([a, a]);
        expect(series.merge(series.merge(a, b), c)).toBe(series.merge(a, series.merge(b, c)));
      }),
    );
  });

  it('gives one text for [0, n) however it is split and in whatever order the parts come', () => {
    const cuts = fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.nat()), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(cuts, (sizes) => {
        let from = 0;
        const parts = sizes.map(([grains, key]) => {
          const to = from + grains * grain;
          const part = { key, from, to, partial: sum(from, to) };
          from = to;
          return part;
        });
        let prefix = prefixAt(0, empty);
        for (const part of parts.toSorted((a, b) => a.key - b.key))
          prefix = accept(prefix, part, series.merge).prefix;
        expect(prefix).toMatchObject({ n: from, state: series.partial(0, from) });
      }),
      { numRuns: 30 },
    );
  });

  it('encloses its limit at every n from 1 to 5,000, on the grain and off it', () => {
    let state = empty;
    for (let n = 1; n <= 5_000; n += 1) {
      if (n % grain === 0) state = series.merge(state, series.partial(n - grain, n));
      expectSound(series, state, n);
    }
  });

  it.each([1e6, 1e7])('encloses its limit around n = %d', (n) => {
    const base = whole(Math.min(n, termsMax)) - 2 * grain;
    let state = sum(0, base);
    for (let step = 0; step < 4; step += 1) {
      const at = base + step * grain;
      for (let rest = 0; rest < grain; rest += 1) expectSound(series, state, at + rest);
      state = series.merge(state, sum(at, at + grain));
    }
  });

  it('comes closer as n grows, and has not said all it can while it does', () => {
    const [near, far] = [
      series.evaluate(sum(0, whole(1_000)), 1_000),
      series.evaluate(sum(0, 100_000), 100_000),
    ];
    if (series.bound === 'rigorous') expect(far.width).toBeLessThan(near.width);
    expect(near.exhausted).toBe(false);
  });
});
