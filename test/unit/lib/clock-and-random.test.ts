import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { systemRandom } from '../../../src/lib/random.ts';

test('a timer runs once, not before its time, and not at all if it was cancelled', async () => {
  const ran: string[] = [];
  const fromMs = systemClock.monotonicMs();
  const cancel = systemClock.schedule(1, () => ran.push('cancelled'));
  cancel();
  await new Promise<void>((resolve) => systemClock.schedule(5, resolve));
  // Node's timers count in whole milliseconds and may be one early against a fractional clock.
  expect(systemClock.monotonicMs() - fromMs).toBeGreaterThan(3.9);
  expect(ran).toEqual([]);
});

test('a timer of a hundred days waits for a hundred days, and can be cancelled on the way', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const day = 86_400_000;
  const ran: string[] = [];
  systemClock.schedule(100 * day, () => ran.push('at its time'));
  const cancel = systemClock.schedule(100 * day, () => ran.push('cancelled'));
  vi.advanceTimersByTime(60 * day);
  cancel();
  vi.advanceTimersByTime(40 * day - 1);
  expect(ran).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(ran).toEqual(['at its time']);
});

test('the monotonic clock never goes back, and the wall clock says the time of day', () => {
  const times = Array.from({ length: 100 }, () => systemClock.monotonicMs());
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(Math.abs(systemClock.wallMs() - Date.now())).toBeLessThan(1_000);
});

test('hex has two lower-case digits a byte and fractions lie in [0, 1)', () => {
  expect(systemRandom.hex(8)).toMatch(/^[0-9a-f]{16}$/);
  expect(systemRandom.hex(8)).not.toBe(systemRandom.hex(8));
  const fraction = systemRandom.fraction();
  expect(fraction >= 0 && fraction < 1).toBe(true);
});
