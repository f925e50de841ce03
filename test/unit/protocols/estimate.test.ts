import { expect, test } from 'vitest';
import { readEstimate } from '../../../src/protocols/wire/estimate.ts';

const estimate = {
  run: 'leibniz',
  n: 8,
  value: 3.0170718170718,
  decimal: '3.017071817071817',
  lower: null,
  upper: '3.2',
  digits: 1,
  bound: 'rigorous',
  rate: 0,
  at: '2026-11-22T16:00:00.000Z',
};

test('a stored estimate is read as it was written', () => {
  expect(readEstimate(JSON.stringify(estimate))).toEqual(estimate);
});

test.each([
  ['no JSON', '{'],
  ['a field too many', JSON.stringify({ ...estimate, surplus: 1 })],
  ['a field too few', JSON.stringify({ ...estimate, rate: undefined })],
  ['a decimal with an exponent', JSON.stringify({ ...estimate, decimal: '3e0' })],
  ['no terms', JSON.stringify({ ...estimate, n: 0 })],
])('a text with %s is no estimate', (_what, text) => {
  expect(() => readEstimate(text)).toThrow();
});
