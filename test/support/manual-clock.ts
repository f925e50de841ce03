/** A clock that a test holds in its hand: time passes only by `advance`, and timers run in the order of their times. */
import type { Clock } from '../../src/lib/clock.ts';

export interface ManualClock extends Clock {
  /** Ends the turn of the loop: runs what waited for that, and not what it asks for in turn. */
  endTurn(): void;
  /** Lets `ms` pass and runs what is due, each at its own time. */
  advance(ms: number): void;
  /** Timers waiting. */
  readonly timers: number;
}

export function manualClock(startWallMs = 0): ManualClock {
  let nowMs = 0;
  let order = 0;
  let afterTurn: (() => void)[] = [];
  const waiting = new Map<number, { readonly atMs: number; readonly run: () => void }>();

  function next(untilMs: number): number | null {
    let found: number | null = null;
    let earliestMs = Number.POSITIVE_INFINITY;
    for (const [key, timer] of waiting) {
      if (timer.atMs <= untilMs && timer.atMs < earliestMs) {
        found = key;
        earliestMs = timer.atMs;
      }
    }
    return found;
  }

  return {
    wallMs: () => startWallMs + nowMs,
    monotonicMs: () => nowMs,
    schedule(delayMs, run) {
      order += 1;
      const key = order;
      waiting.set(key, { atMs: nowMs + delayMs, run });
      return () => {
        waiting.delete(key);
      };
    },
    afterTurn(run) {
      afterTurn.push(run);
    },
    endTurn() {
      const due = afterTurn;
      afterTurn = [];
      for (const run of due) run();
    },
    advance(ms) {
      const untilMs = nowMs + ms;
      for (let key = next(untilMs); key !== null; key = next(untilMs)) {
        const timer = waiting.get(key);
        waiting.delete(key);
        if (timer === undefined) continue;
        nowMs = timer.atMs;
        timer.run();
      }
      nowMs = untilMs;
    },
    get timers() {
      return waiting.size;
    },
  };
}
