/** What every series promises, whatever its monoid: the same suite for the whole catalogue. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonDigits, compareDecimals } from '../../src/series/arithmetic/decimal.ts';
import { catalogue } from '../../src/series/catalogue.ts';
import type { SeriesDefinition } from '../../src/series/definition.ts';
import { accept, prefixAt } from '../../src/series/progress/prefix.ts';
import { faultsOf } from '../../src/series/self-check.ts';
import { atMost, minus, type Ratio, ratio } from '../support/oracle-ratio.ts';
import { constants, references } from './reference.ts';
import { sumsOf } from './series-sums.ts';

const PLAIN = /^-?[0-9]+(\.[0-9]+)?$/;

function read(text: string): Ratio {
  const [whole = '', behind = ''] = text.split('.');
  return ratio(BigInt(whole + behind), 10n ** BigInt(behind.length));
}

/** The exact value of a non-negative double. */
const exactly = (x: number): Ratio => {
  let [value, den] = [x, 1n];
  for (; !Number.isInteger(value); value *= 2) den *= 2n;
  return ratio(BigInt(value), den);
};

const within = (lower: string, limit: string, upper: string): boolean =>
  compareDecimals(lower, limit) <= 0 && compareDecimals(limit, upper) <= 0;

/** Figures at n promise these, at any n of any series. */
function expectSound(series: SeriesDefinition, state: string, n: number): void {
  const { value, decimal, lower, upper, digits, width, known } = series.evaluate(state, n);
  const limit = series.limit?.decimal ?? null;
  expect(decimal).toMatch(PLAIN);
  // The last printed place is 10^-places; a double is within 2^-52 of what it stands for.
  const places = (decimal.split('.')[1] ?? '').length;
  expect(Math.abs(Number(decimal) - value)).toBeLessThanOrEqual(10 ** -places + Math.abs(value) * 2 ** -52);
  expect(width).toBeGreaterThanOrEqual(0);
  if (lower === null || upper === null) {
    expect([lower, upper, digits, series.bound === 'rigorous']).toEqual([null, null, null, false]);
    return;
  }
  expect(lower).toMatch(PLAIN);
  expect(upper).toMatch(PLAIN);
  expect(compareDecimals(lower, upper)).toBeLessThanOrEqual(0);
  if (known === undefined) {
    expect(digits).toBe(commonDigits(lower, upper));
    expect(atMost(minus(read(upper), read(lower)), exactly(width))).toBe(true);
  } else {
    expect(known.replace('.', '').replace(/^0+/, '')).toHaveLength(digits ?? -1);
    if (limit !== null) expect(limit.startsWith(known.slice(0, limit.length - 1))).toBe(true);
    expect(width).toBeGreaterThan(0);
  }
  if (limit === null || series.bound !== 'rigorous') return;
  // The limit is cut off after its last digit, so an end may stand within that last place of it.
  expect({ n, lower, upper, holds: within(lower, limit, upper) }).toEqual({ n, lower, upper, holds: true });
  const accelerated = series.accelerate?.(n);
  if (accelerated === undefined) return;
  expect(accelerated.terms).toBe(Math.min(n, 4_096));
  expect({ n, ...accelerated, holds: within(accelerated.lower, limit, accelerated.upper) }).toMatchObject({
    holds: true,
    digits: commonDigits(accelerated.lower, accelerated.upper),
  });
}

it('has the twenty-five series, each with a reference', () => {
  expect(catalogue.map(({ id }) => id)).toEqual(Object.keys(references));
});

it('has at least twenty series whose enclosures are proven', () => {
  const rigorous = catalogue.filter(({ bound }) => bound === 'rigorous').map(({ id }) => id);
  expect(rigorous).toEqual(Object.keys(references).filter((id) => references[id]?.bound === 'rigorous'));
  expect(rigorous.length).toBeGreaterThanOrEqual(20);
});

describe.each(catalogue)('series $id', (series) => {
  const { grain, termsMax, empty, heavy, order } = series;
  const reference = references[series.id];
  const { defined, summed } = sumsOf(series);
  const whole = (n: number): number => n - (n % grain);
  const evaluated = (n: number) => series.evaluate(summed(0, whole(n)), n);

  it('goes where the literature says it goes, and claims of its bound what it may', () => {
    expect(series.bound).toBe(reference?.bound);
    const limit = reference?.limit ?? null;
    expect(series.limit?.decimal ?? null).toBe(limit === null ? null : constants[limit]);
    expect(termsMax % grain).toBe(0);
  });

  it('has nothing that the self-check of foreign series finds fault with', () => {
    expect(faultsOf(series)).toEqual([]);
  });

  it('is a monoid: the empty partial is its identity, merging adjacent parts is associative', () => {
    expect(defined(0, 0)).toBe(empty);
    const cuts = fc.tuple(
      fc.integer({ min: 0, max: heavy ? 50 : 300 }),
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 40 }),
    );
    fc.assert(
      fc.property(cuts, ([start, one, two, three]) => {
        const at = [start, start + one, start + one + two, start + one + two + three].map((cut) =>
          Math.min(cut * grain, termsMax),
        );
        const [a, b, c] = [0, 1, 2].map((part) => summed(at[part] ?? 0, at[part + 1] ?? 0));
        if (a === undefined || b === undefined || c === undefined) return;
        expect([series.merge(empty, a), series.merge(a, empty)]).toEqual([a, a]);
        expect(series.merge(series.merge(a, b), c)).toBe(series.merge(a, series.merge(b, c)));
        if (order === 'any') expect(series.merge(a, b)).toBe(series.merge(b, a));
      }),
      { numRuns: 30 },
    );
  });

  it('gives one text for [0, n) however it is split and in whatever order the parts come', () => {
    const longest = Math.max(1, Math.min(heavy ? 60 : 400, Math.floor(termsMax / grain / 30)));
    const cuts = fc.array(fc.tuple(fc.integer({ min: 1, max: longest }), fc.nat()), {
      minLength: 1,
      maxLength: Math.min(30, Math.floor(termsMax / grain)),
    });
    fc.assert(
      fc.property(cuts, (sizes) => {
        let from = 0;
        const parts = sizes.map(([grains, key]) => {
          const to = from + grains * grain;
          const part = { key, from, to, partial: summed(from, to) };
          from = to;
          return part;
        });
        let prefix = prefixAt(0, empty);
        for (const part of parts.toSorted((a, b) => a.key - b.key))
          prefix = accept(prefix, part, series.merge).prefix;
        expect(prefix).toMatchObject({ n: from, state: defined(0, from) });
        if (order !== 'any') return;
        const shuffled = parts.toSorted((a, b) => a.key - b.key).map(({ partial }) => partial);
        expect(shuffled.reduce(series.merge, empty)).toBe(prefix.state);
      }),
      { numRuns: heavy ? 10 : 20 },
    );
  });

  it('writes its states in text that JSON and Redis keep to the letter', () => {
    const text = summed(0, whole(Math.min(1_000, termsMax)));
    expect(text).toMatch(/^[ !#-[\]-~]*$/);
    expect(series.merge(text, empty)).toBe(text);
    expect(() => series.merge(`${text}?`, text)).toThrow();
  });

  it('encloses its limit at every n of its first terms, on the grain and off it', () => {
    const last = Math.min(heavy ? 300 : 2_000, termsMax);
    let state = empty;
    for (let n = 1; n <= last; n += 1) {
      if (n % grain === 0) {
        const part = order === 'sequential' ? series.partial(n - grain, n, state) : summed(n - grain, n);
        state = series.merge(state, part);
      }
      expectSound(series, state, n);
    }
  });

  const far = heavy ? [1_023, 1_024, 1_025, 3_000] : [1e5, 2 ** 20, 1e7];
  it.each(far.filter((n) => n + 2 * grain < termsMax))('encloses its limit around n = %d', (n) => {
    const base = whole(n) - grain;
    let state = summed(0, base);
    for (let step = 0; step < 2; step += 1) {
      const at = base + step * grain;
      for (const rest of [0, 1, grain - 1]) if (rest < grain) expectSound(series, state, at + rest);
      state = series.merge(
        state,
        order === 'sequential' ? series.partial(at, at + grain, state) : summed(at, at + grain),
      );
    }
  });

  it('has the digits that its rate promises', () => {
    const { at = 0, digits = 0 } = reference ?? {};
    expect(evaluated(at).digits ?? 0).toBeGreaterThanOrEqual(digits);
  });

  it('comes closer as n grows, has more to say while it does, and an end that says why', () => {
    const [near, further] = heavy ? [4, 12] : [1_000, 100_000];
    if (series.bound === 'rigorous') expect(evaluated(further).width).toBeLessThan(evaluated(near).width);
    expect(series.exhausted(further)).toBeNull();
    expect(series.exhausted(termsMax)).toMatch(
      /more terms would say no more|as far as its kernel counts exactly|as far as this series goes/,
    );
  });

  it('shows a partial as named integers that whoever merges himself can add up', () => {
    const [cut, end] = [whole(Math.min(40 * grain, termsMax)), whole(Math.min(100 * grain, termsMax))];
    const [a, b, all] = [summed(0, cut), summed(cut, end), summed(0, end)].map(series.describe);
    expect(Object.keys(all?.values ?? {}).length).toBeGreaterThan(0);
    if (order !== 'any' || a === undefined || b === undefined || all === undefined) return;
    for (const [name, value] of Object.entries(all.values))
      expect(BigInt(a.values[name] ?? 0) + BigInt(b.values[name] ?? 0)).toBe(BigInt(value));
  });
});
