import { describe, expect, it, vi } from 'vitest';
import { compiledKernels, type Kernel } from '../../../src/kernels/kernels.ts';
import { doTask, type Workshop, warmUp } from '../../../src/kernels/thread-work.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { FoldWork, RangeWork } from '../../../src/protocols/ports/compute-thread.ts';
import { findSeries } from '../../../src/series/catalogue.ts';
import { leibniz } from '../../../src/series/leibniz.ts';
import { digitByDigit, digitsOf, repeatingDecimal } from '../../support/repeating-decimal.ts';

/** Goes on by 5 ms whenever it is read. */
function steppingClock(): Clock {
  let nowMs = 0;
  return {
    wallMs: () => 0,
    monotonicMs: () => {
      nowMs += 5;
      return nowMs;
    },
    schedule: () => () => undefined,
    afterTurn: () => undefined,
  };
}

const kernels = compiledKernels();
const shop = (series = findSeries): Workshop => ({ findSeries: series, kernels, clock: steppingClock() });

const work: RangeWork = {
  kind: 'range',
  series: leibniz.id,
  from: 8,
  to: 400,
  before: null,
  heavy: false,
  describe: false,
};
const task = { id: 7, work };
const fold: FoldWork = {
  kind: 'fold',
  series: leibniz.id,
  from: 8,
  to: 16,
  state: leibniz.partial(0, 8),
  parts: [leibniz.partial(8, 16)],
};

describe('doTask of a range', () => {
  it('answers a task under its id with the exact partial and the time it took', () => {
    const outcome = { kind: 'range', partial: leibniz.partial(8, 400) };
    expect(doTask(task, shop())).toEqual({ id: 7, outcome, elapsedMs: 5 });
  });

  it('sums by the compiled kernel where the series has one, and by its definition where it has none', () => {
    const partial = vi.fn(leibniz.partial);
    const sum = vi.fn(leibniz.partial);
    const own = { ...leibniz, partial };
    doTask(task, { ...shop(() => own), kernels: [{ series: own, sum }] });
    expect([sum.mock.calls, partial.mock.calls]).toEqual([[[8, 400]], []]);
    doTask(
      task,
      shop(() => ({ ...own, kernel: null })),
    );
    expect(partial.mock.calls).toEqual([[8, 400]]);
  });

  it('describes the partial where that is wanted', () => {
    const partial = leibniz.partial(8, 400);
    const outcome = { kind: 'range', partial, view: leibniz.describe(partial) };
    expect(doTask({ id: 7, work: { ...work, describe: true } }, shop()).outcome).toEqual(outcome);
  });

  it('goes on from the state before it where it is given one', () => {
    const series = digitByDigit();
    const given = { ...work, series: series.id, from: 4, to: 9, before: digitsOf(0, 4) };
    expect(
      doTask(
        { id: 1, work: given },
        shop(() => series),
      ).outcome,
    ).toEqual({
      kind: 'range',
      partial: digitsOf(0, 9),
    });
  });
});

describe('doTask of a fold', () => {
  it('answers with the state that holds its parts too, and the figures there', () => {
    const state = leibniz.partial(0, 16);
    const outcome = { kind: 'fold', state, figures: leibniz.evaluate(state, 16) };
    expect(doTask({ id: 7, work: fold }, shop())).toEqual({ id: 7, outcome, elapsedMs: 5 });
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 13])('keeps the order of %i parts, and loses none', (count) => {
    const series = repeatingDecimal();
    const parts = Array.from({ length: count }, (_, part) => digitsOf(5 + part, 6 + part));
    const to = 5 + count;
    const given: FoldWork = { kind: 'fold', series: series.id, from: 5, to, state: digitsOf(0, 5), parts };
    expect(
      doTask(
        { id: 1, work: given },
        shop(() => series),
      ).outcome,
    ).toEqual({
      kind: 'fold',
      state: digitsOf(0, to),
      figures: series.evaluate(digitsOf(0, to), to),
    });
  });

  it('leaves a state that it adds nothing to alone', () => {
    const merge = vi.fn(leibniz.merge);
    const nothing = { ...fold, to: 8, parts: [] };
    const { outcome } = doTask(
      { id: 1, work: nothing },
      shop(() => ({ ...leibniz, merge })),
    );
    expect(outcome).toMatchObject({ kind: 'fold', state: fold.state });
    expect(merge).not.toHaveBeenCalled();
  });

  it('merges its parts with each other before it touches the state, each text growing as few times as may be', () => {
    const merge = vi.fn((a: string, b: string) => a + b);
    const series = repeatingDecimal({ merge });
    const parts = Array.from({ length: 16 }, (_, part) => digitsOf(100 + part, 101 + part));
    const state = digitsOf(0, 100);
    const given: FoldWork = { kind: 'fold', series: series.id, from: 100, to: 116, state, parts };
    doTask(
      { id: 1, work: given },
      shop(() => series),
    );
    expect(merge.mock.calls.filter(([a]) => a === state)).toEqual([[state, digitsOf(100, 116)]]);
    // Sixteen parts by pairs: four levels of sixteen characters.
    const merged = merge.mock.results.slice(0, -1).map(({ value }) => String(value).length);
    expect(merged.reduce((sum, length) => sum + length, 0)).toBe(4 * 16);
  });
});

describe('doTask throws at', () => {
  it.each([
    ['no object', 'task'],
    ['nothing', null],
    ['a task without work', { id: 7 }],
    ['a task without an end', { id: 7, work: { ...work, to: undefined } }],
    ['a task without an id', { ...task, id: undefined }],
    ['work of a kind that is none', { id: 7, work: { ...work, kind: 'sum' } }],
    ['a start that is a text', { id: 7, work: { ...work, from: '8' } }],
    ['a start that is none', { id: 7, work: { ...work, from: Number.NaN } }],
    ['a start below the first term', { id: 7, work: { ...work, from: -4 } }],
    ['a series that is a number', { id: 7, work: { ...work, series: 1 } }],
    ['an unknown series', { id: 7, work: { ...work, series: 'nobody' } }],
    ['a range that does not say what is before it', { id: 7, work: { ...work, before: undefined } }],
    ['a range that does not say whether it is heavy', { id: 7, work: { ...work, heavy: undefined } }],
    ['a range that does not say what is wanted', { id: 7, work: { ...work, describe: undefined } }],
    ['half a grain', { id: 7, work: { ...work, to: 402 } }],
    ['a backward range', { id: 7, work: { ...work, to: 4 } }],
    [
      'more than the kernel honours',
      { id: 7, work: { ...work, from: leibniz.termsMax, to: leibniz.termsMax + 4 } },
    ],
    ['a fold without its state', { id: 7, work: { ...fold, state: undefined } }],
    ['a fold whose parts are no texts', { id: 7, work: { ...fold, parts: [1] } }],
    ['a fold to no term', { id: 7, work: { ...fold, to: 0 } }],
    ['a fold beyond what the series honours', { id: 7, work: { ...fold, to: leibniz.termsMax + 4 } }],
    ['a state that is none', { id: 7, work: { ...fold, state: 'nonsense' } }],
  ])('%s', (_, message) => {
    expect(() => doTask(message, shop())).toThrow();
  });
});

it('throws rather than sum slowly where a series names a kernel that is none', () => {
  expect(() => doTask(task, { ...shop(), kernels: [] })).toThrow(
    'series leibniz names no kernel: leibniz-quad',
  );
});

describe('warmUp', () => {
  /** `kernel`, writing its ranges down, as if its series had `termsMax` and `grain`. */
  function watched(kernel: Kernel, changes: { termsMax?: number; grain?: number } = {}) {
    const series = { ...kernel.series, ...changes };
    const calls: [from: number, to: number][] = [];
    const sum = (from: number, to: number) => {
      calls.push([from, to]);
      return '';
    };
    return { kernel: { series, sum }, calls };
  }

  it('runs every kernel often, within the ranges it honours', () => {
    const all = [
      ...kernels.map((kernel) => watched(kernel)),
      ...kernels.map((kernel) => watched(kernel, { termsMax: 60 * 1_024 })),
      ...kernels.map((kernel) => watched(kernel, { termsMax: 2 ** 20 * 30, grain: 10_000 * 30 })),
    ];
    warmUp(all.map(({ kernel }) => kernel));
    for (const { kernel, calls } of all) {
      const { id, grain, termsMax } = kernel.series;
      expect(calls.length, id).toBeGreaterThanOrEqual(10);
      const honoured = calls.every(
        ([from, to]) => from % grain === 0 && to % grain === 0 && from >= 0 && from < to && to <= termsMax,
      );
      expect(honoured, id).toBe(true);
    }
  });
});
