import { describe, expect, it } from 'vitest';
import { kernels } from '../../../src/kernels/kernels.ts';
import { doRange, warmUp } from '../../../src/kernels/range-work.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { leibniz } from '../../../src/series/leibniz.ts';

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
  };
}

const task = { id: 7, kernel: leibniz.kernel, from: 8, to: 400 };

describe('doRange', () => {
  it('answers a task under its id with the exact partial and the time it took', () => {
    const result = doRange(task, steppingClock());
    expect(result).toEqual({ id: 7, partial: leibniz.partial(8, 400), elapsedMs: 5 });
  });

  it.each([
    ['no object', 'task'],
    ['nothing', null],
    ['a task without an end', { id: 7, kernel: leibniz.kernel, from: 8 }],
    ['a task without an id', { ...task, id: undefined }],
    ['a start that is a text', { ...task, from: '8' }],
    ['a kernel that is a number', { ...task, kernel: 1 }],
    ['an unknown kernel', { ...task, kernel: 'nobody' }],
    ['half a grain', { ...task, to: 402 }],
    ['a backward range', { ...task, to: 4 }],
    ['more than the kernel honours', { ...task, from: leibniz.termsMax, to: leibniz.termsMax + 4 }],
  ])('throws at %s', (_, message) => {
    expect(() => doRange(message, steppingClock())).toThrow();
  });
});

describe('warmUp', () => {
  it('runs every kernel within the ranges it honours', () => {
    const seen: string[] = [];
    const watched = kernels.map((kernel) => ({
      ...kernel,
      sum: (from: number, to: number) => {
        expect(
          from % kernel.grain === 0 && to % kernel.grain === 0 && from >= 0 && to <= kernel.termsMax,
        ).toBe(true);
        seen.push(kernel.name);
        return '';
      },
    }));
    warmUp([...watched, ...watched.map((kernel) => ({ ...kernel, termsMax: 2 ** 20 }))]);
    expect(new Set(seen)).toEqual(new Set(kernels.map(({ name }) => name)));
  });
});
