import { expect, test } from 'vitest';
import { PageTurn } from '../../../src/actors/page-turn.ts';

const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }] as const;

function turnOfThree() {
  const woken: string[] = [];
  const turn = new PageTurn<{ readonly name: string }>();
  return {
    woken,
    turn,
    take: (who: { readonly name: string }) => turn.take(who, () => woken.push(who.name)),
  };
}

test('a turn is one’s at a time, and goes round among those who want it', () => {
  const { woken, turn, take } = turnOfThree();
  expect([take(a), take(b), take(c), take(b), take(a)]).toEqual([true, false, false, false, true]);
  turn.pass(a);
  // Kept for who was woken, however soon another asks.
  expect([woken, take(a), take(c), take(b)]).toEqual([['b'], false, false, true]);
  turn.pass(b);
  turn.pass(c);
  expect([woken, take(b)]).toEqual([['b', 'c', 'a'], false]);
});

test('who does not want it any more is passed over, and one who never had it takes it from nobody', () => {
  const { woken, turn, take } = turnOfThree();
  take(a);
  take(b);
  take(c);
  turn.pass(b);
  expect([woken, take(a)]).toEqual([[], true]);
  turn.pass(a);
  expect([woken, take(c)]).toEqual([['c'], true]);
  turn.pass(c);
  expect([woken, take(b)]).toEqual([['c'], true]);
});
