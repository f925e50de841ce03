import { expect, test } from 'vitest';
import { addRestart, intensityOf, isExceeded } from '../../../src/supervision/intensity.ts';

test('exactly the intensity within the period is allowed, one more is not', () => {
  let intensity = intensityOf(2, 1000);
  for (const atMs of [0, 10]) intensity = addRestart(intensity, atMs);
  expect(isExceeded(intensity)).toBe(false);
  expect(isExceeded(addRestart(intensity, 1000))).toBe(true);
});

test('restarts further apart than the period never exceed it, however many', () => {
  let intensity = intensityOf(1, 1000);
  for (let i = 0; i < 100; i += 1) {
    intensity = addRestart(intensity, i * 1001);
    expect(isExceeded(intensity)).toBe(false);
  }
  expect(intensity.restartsAtMs).toHaveLength(1);
});

test('intensity 0 allows no restart at all', () => {
  expect(isExceeded(addRestart(intensityOf(0, 1000), 0))).toBe(true);
});

test.each([
  [-1, 1000],
  [1.5, 1000],
  [1, 0],
  [1, Number.POSITIVE_INFINITY],
])('intensity %d in %d ms is refused', (max, periodMs) => {
  expect(() => intensityOf(max, periodMs)).toThrow();
});
