import { expect, test } from 'vitest';
import {
  addRestart,
  checkLimits,
  intensityOf,
  isExceeded,
  restartsWithin,
} from '../../../src/supervision/intensity.ts';

test('exactly the intensity within the period is allowed, one more is not', () => {
  let intensity = intensityOf({ max: 2, periodMs: 1000 });
  for (const atMs of [0, 10]) intensity = addRestart(intensity, atMs);
  expect(isExceeded(intensity)).toBe(false);
  expect(isExceeded(addRestart(intensity, 1000))).toBe(true);
});

test('restarts further apart than the period never exceed it, however many', () => {
  let intensity = intensityOf({ max: 1, periodMs: 1000 });
  for (let i = 0; i < 100; i += 1) {
    intensity = addRestart(intensity, i * 1001);
    expect(isExceeded(intensity)).toBe(false);
  }
  expect(restartsWithin(intensity)).toBe(1);
});

test('is a value: what comes of an earlier one knows nothing of what came of it before', () => {
  const first = addRestart(intensityOf({ max: 5, periodMs: 1000 }), 0);
  const second = addRestart(first, 1);
  const other = addRestart(addRestart(first, 2), 3);
  expect([first, second, other].map(restartsWithin)).toEqual([1, 2, 3]);
  expect(restartsWithin(addRestart(second, 1001))).toBe(2);
  expect(restartsWithin(addRestart(other, 1002))).toBe(3);
});

test('thousands that are forgotten leave what is within the period', () => {
  let intensity = intensityOf({ max: 10, periodMs: 10 });
  for (let atMs = 0; atMs < 5_000; atMs += 2) intensity = addRestart(intensity, atMs);
  expect(restartsWithin(intensity)).toBe(6);
  expect(intensity.log.length).toBeLessThan(2_000);
});

test('intensity 0 allows no restart at all', () => {
  expect(isExceeded(addRestart(intensityOf({ max: 0, periodMs: 1000 }), 0))).toBe(true);
});

test.each([
  [-1, 1000],
  [1.5, 1000],
  [1, 0],
  [1, Number.POSITIVE_INFINITY],
])('intensity %d in %d ms is refused', (max, periodMs) => {
  expect(() => checkLimits({ max, periodMs })).toThrow();
});
