import { expect, test } from 'vitest';
import { digitsView } from '../../../src/actors/digits-view.ts';
import type { RunId } from '../../../src/protocols/identity.ts';
import type { Epoch, Offset } from '../../../src/protocols/position.ts';

const run = 'chudnovsky' as RunId;
const position = { epoch: '00112233aabbccdd' as Epoch, offset: 7 as Offset };
const of = (known: string, from = 0, count = 100) =>
  digitsView(run, { position, n: 12, known }, 'rigorous', { from, count });

test('a page says which run, where it stands and what proves it, besides its digits', () => {
  expect(of('3.14159')).toEqual({
    run: 'chudnovsky',
    position: { epoch: '00112233aabbccdd', offset: 7 },
    n: 12,
    bound: 'rigorous',
    total: 6,
    point: 1,
    zeros: 0,
    from: 0,
    digits: '314159',
  });
});

test.each([
  ['3.14159', { digits: '314159', total: 6, point: 1, zeros: 0 }],
  ['1000000000.0', { digits: '10000000000', total: 11, point: 10, zeros: 0 }],
  ['27.', { digits: '27', total: 2, point: 2, zeros: 0 }],
  ['0.693', { digits: '693', total: 3, point: 0, zeros: 0 }],
  ['0.00120', { digits: '120', total: 3, point: 0, zeros: 2 }],
  ['-1.4603', { digits: '14603', total: 5, point: 1, zeros: 0 }],
  ['-0.07', { digits: '7', total: 1, point: 0, zeros: 1 }],
  ['0.', { digits: '', total: 0, point: 0, zeros: 0 }],
  ['0.000', { digits: '', total: 0, point: 0, zeros: 3 }],
  ['', { digits: '', total: 0, point: 0, zeros: 0 }],
])('of %j shows the significant digits, and where the point stands among them', (known, expected) => {
  expect(of(known)).toMatchObject(expected);
});

test.each([
  [0, 3, '314'],
  [1, 3, '141'],
  [4, 3, '59'],
  [6, 3, ''],
  [1_000_000, 3, ''],
])('from %i on, %i of them at most, and none behind the last', (from, count, digits) => {
  expect(of('3.14159', from, count)).toMatchObject({ from, digits, total: 6 });
});
