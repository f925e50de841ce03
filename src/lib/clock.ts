/**
 * Time as a parameter. Everything that needs the time of day, a duration or a timer takes a `Clock`, so that tests
 * can hold it in their hand; only this file asks the machine.
 */
import { performance } from 'node:perf_hooks';

export interface Clock {
  /** Milliseconds since the Unix epoch; may jump. For people's eyes, never for durations. */
  wallMs(): number;
  /** Milliseconds, fractional, never going back. */
  monotonicMs(): number;
  /** Calls `run` once after `delayMs` (≥ 0) unless the returned function is called first. */
  schedule(delayMs: number, run: () => void): () => void;
  /** Calls `run` once when this turn of the loop has ended: after what is due now, and after what sockets have to say. */
  afterTurn(run: () => void): void;
}

/** setTimeout takes a longer delay for none at all. */
const DELAY_MAX_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule(delayMs, run) {
    if (delayMs > DELAY_MAX_MS) return scheduleLong(delayMs, run);
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  afterTurn(run) {
    setImmediate(run);
  },
};

function scheduleLong(delayMs: number, run: () => void): () => void {
  let cancel = systemClock.schedule(DELAY_MAX_MS, () => {
    cancel = systemClock.schedule(delayMs - DELAY_MAX_MS, run);
  });
  return () => cancel();
}
