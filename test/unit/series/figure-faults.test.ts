import { expect, test } from 'vitest';
import { accelerationFaults, figureFaults } from '../../../src/series/figure-faults.ts';

const figures = { value: 3, decimal: '3', lower: '3', upper: '3.1', digits: 1, width: 0.1 };

test.each([
  ['3', '3.1', 1, 0.1],
  ['31', '32', 0, 1],
  ['-0.125', '-0.12', 2, 0.005],
  ['-0.01', '0.01', 0, 0.02],
  ['2', '2', 1, 0],
])('digits of [%s, %s] are counted at equally many places: %i', (lower, upper, digits, width) => {
  const told = { ...figures, lower, upper, digits, width };
  expect([...figureFaults(told, 8)]).toEqual([]);
  expect([...figureFaults({ ...told, digits: digits + 1 }, 8)]).toEqual([
    `digits at n = 8 is ${digits + 1}, but lower and upper have ${digits}`,
  ]);
  const tail = { terms: 8, decimal: lower, lower, upper, digits };
  expect([...accelerationFaults(tail, 8)]).toEqual([]);
});

test('a width may be a double’s rounding off, and no more', () => {
  expect([...figureFaults({ ...figures, width: 0.1 + 2 ** -56 }, 8)]).toEqual([]);
  expect([...figureFaults({ ...figures, width: 0.1 - 2 ** -56 }, 8)]).toEqual([]);
  expect([...figureFaults({ ...figures, width: 0.100_001 }, 8)]).toHaveLength(1);
});

test('a width beside ends that show less than is known may be less, but not more', () => {
  const known = { ...figures, known: '3.0', digits: 2 };
  expect([...figureFaults({ ...known, width: 1e-9 }, 8)]).toEqual([]);
  expect([...figureFaults({ ...known, width: 0.2 }, 8)]).toEqual([
    'width at n = 8 is 0.2, but upper − lower is 0.1',
  ]);
});

test('figures without an enclosure are held to nothing that stands in one', () => {
  expect([...figureFaults({ ...figures, lower: null, upper: null, digits: null, width: 0 }, 8)]).toEqual([]);
});
