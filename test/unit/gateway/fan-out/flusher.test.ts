import { describe, expect, it } from 'vitest';
import { Flusher } from '../../../../src/gateway/fan-out/flusher.ts';
import { manualClock } from '../../../support/manual-clock.ts';

/** Connections by number; what was flushed since the last look, and how long the rounds took. */
function stage(flushMs: number, flushSlice: number) {
  const clock = manualClock();
  const flushed: (number | 'slice')[] = [];
  const tookMs: number[] = [];
  const flusher = new Flusher({ flushMs, flushSlice }, clock, {
    begins: () => flushed.push('slice'),
    ended: (ms) => tookMs.push(ms),
  });
  const wait = (...numbers: readonly number[]) => {
    for (const number of numbers) flusher.add({ flush: () => flushed.push(number) });
  };
  return { clock, flushed, tookMs, flusher, wait, taken: () => flushed.splice(0) };
}

describe('what waits is written', () => {
  it('at the end of the turn in which it came, by all who have something, once', () => {
    const { clock, wait, taken } = stage(0, 500);
    wait(1, 2);
    wait(3);
    expect(taken()).toEqual([]);
    clock.endTurn();
    expect(taken()).toEqual(['slice', 1, 2, 3]);
    clock.endTurn();
    expect(taken()).toEqual([]);
  });

  it('in slices with a turn of the loop between them', () => {
    const { clock, wait, taken } = stage(0, 2);
    wait(1, 2, 3, 4, 5);
    const turns = [1, 2, 3].map(() => {
      clock.endTurn();
      return taken();
    });
    expect(turns).toEqual([
      ['slice', 1, 2],
      ['slice', 3, 4],
      ['slice', 5],
    ]);
  });

  it('in smaller slices where a write takes long', () => {
    const { clock, flusher, taken } = stage(0, 500);
    for (let number = 0; number < 100; number += 1) flusher.add({ flush: () => clock.advance(0.25) });
    const turns = [1, 2, 3, 4].map(() => {
      const beganMs = clock.monotonicMs();
      clock.endTurn();
      return (clock.monotonicMs() - beganMs) * 4;
    });
    expect(turns).toEqual([32, 32, 32, 4]);
    expect(taken()).toEqual(['slice', 'slice', 'slice', 'slice']);
  });

  it('in the next round where it came while this one was going on', () => {
    const { clock, wait, taken } = stage(0, 2);
    wait(1, 2, 3);
    clock.endTurn();
    wait(1);
    clock.endTurn();
    expect(taken()).toEqual(['slice', 1, 2, 'slice', 3]);
    clock.endTurn();
    expect(taken()).toEqual(['slice', 1]);
  });

  it('also where it came of a flush', () => {
    const { clock, flusher, flushed, wait } = stage(0, 500);
    flusher.add({ flush: () => wait(7) });
    clock.endTurn();
    clock.endTurn();
    expect(flushed).toEqual(['slice', 'slice', 7]);
  });

  it('every so often where an interval is set, and no sooner', () => {
    const { clock, wait, taken } = stage(25, 500);
    wait(1);
    clock.endTurn();
    clock.advance(24);
    wait(2);
    expect(taken()).toEqual([]);
    clock.advance(1);
    expect(taken()).toEqual(['slice', 1, 2]);
    wait(3);
    clock.advance(24);
    expect(taken()).toEqual([]);
    clock.advance(1);
    expect(taken()).toEqual(['slice', 3]);
  });
});

it('a round is timed from the first that waited to the last that was written', () => {
  const { clock, tookMs, wait } = stage(0, 1);
  wait(1, 2);
  clock.advance(3);
  clock.endTurn();
  clock.advance(4);
  clock.endTurn();
  expect(tookMs).toEqual([7]);
});

it('nothing is left standing when nobody waits', () => {
  const { clock, wait } = stage(25, 500);
  wait(1);
  clock.advance(25);
  expect(clock.timers).toBe(0);
});
