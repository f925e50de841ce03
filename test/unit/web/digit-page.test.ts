/** Digits in lines and groups, with their numbers. */
import { expect, it } from 'vitest';
import { linesOf, pageOf } from '../../../web/model/digit-page.js';

const digits = (count: number) => Array.from({ length: count }, (_, index) => (index + 1) % 10).join('');

it('digits stand fifty a line and ten a group, each with the number of its first', () => {
  const lines = linesOf({ from: 1_000, digits: digits(73), point: 1, zeros: 0 });
  expect(lines.map(({ first, groups }) => [first, groups.length])).toEqual([
    [1_001, 5],
    [1_051, 3],
  ]);
  expect(lines.flatMap(({ groups }) => groups).map(({ text }) => text)).toEqual([
    ...Array.from({ length: 7 }, () => '1234567890'),
    '123',
  ]);
  expect(lines[1]?.groups.at(-1)?.first).toBe(1_071);
  expect(linesOf({ from: 0, digits: '', point: 0, zeros: 0 })).toEqual([]);
});

it('the point stands where it falls', () => {
  const texts = (from: number, point: number, zeros: number, count = 20) =>
    linesOf({ from, digits: digits(count), point, zeros }).flatMap(({ groups }) =>
      groups.map(({ text }) => text),
    );
  expect(texts(0, 1, 0)).toEqual(['1.234567890', '1234567890']);
  expect(texts(0, 12, 0)).toEqual(['1234567890', '12.34567890']);
  expect(texts(10, 12, 0)).toEqual(['12.34567890', '1234567890']);
  expect(texts(0, 0, 0)).toEqual(['0.1234567890', '1234567890']);
  expect(texts(0, 0, 3)).toEqual(['0.0001234567890', '1234567890']);
  expect(texts(1_000, 0, 3)).toEqual(['1234567890', '1234567890']);
  expect(texts(0, 3, 0, 3)).toEqual(['123.']);
});

it('a digit is on the page that begins at or before it', () => {
  expect([1, 1_000, 1_001, 200_684].map(pageOf)).toEqual([0, 0, 1_000, 200_000]);
});
