import { expect, test } from 'vitest';
import { Stillness } from '../../../src/supervision/stillness.ts';

test('time in which anybody waits does not pass, however many wait at once', () => {
  const still = new Stillness();
  const [a, b] = [{}, {}];
  expect(still.runningMs(100)).toBe(100);
  still.begin(a, 100);
  still.begin(b, 150);
  expect(still.runningMs(170)).toBe(100);
  still.end(a, 200);
  expect(still.runningMs(210)).toBe(100);
  still.end(b, 300);
  still.end(b, 400);
  expect(still.runningMs(400)).toBe(200);
  still.begin(b, 500);
  expect(still.runningMs(600)).toBe(300);
});
