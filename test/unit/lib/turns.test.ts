import { expect, test } from 'vitest';
import { Turns } from '../../../src/lib/turns.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { settle } from '../../support/until.ts';

/** Works that are asked for in order and end when told to. */
function stage(atOnce: number) {
  const clock = manualClock();
  const turns = new Turns(atOnce);
  const begun: number[] = [];
  const works = Array.from({ length: 5 }, () => Promise.withResolvers<string>());
  const answers = works.map(({ promise }, at) =>
    turns.take(clock, () => {
      begun.push(at);
      return promise;
    }),
  );
  return { clock, turns, begun, works, answers };
}

async function pass({ clock }: { readonly clock: ReturnType<typeof manualClock> }): Promise<void> {
  clock.endTurn();
  await settle(2);
}

test('one piece of work is begun in a turn of the loop, so many at once, first come first served', async () => {
  const all = stage(2);
  await settle(2);
  expect(all.begun).toEqual([]);
  await pass(all);
  expect(all.begun).toEqual([0]);
  for (let turn = 0; turn < 3; turn += 1) await pass(all);
  expect(all.begun).toEqual([0, 1]);
  all.works[1]?.resolve('done');
  await settle(2);
  expect(all.begun).toEqual([0, 1]);
  await pass(all);
  expect(all.begun).toEqual([0, 1, 2]);
  expect(await all.answers[1]).toBe('done');
});

test('work that fails says so and gives its turn to the next', async () => {
  const all = stage(1);
  await pass(all);
  all.works[0]?.reject(new Error('broken'));
  await expect(all.answers[0]).rejects.toThrow('broken');
  await pass(all);
  expect(all.begun).toEqual([0, 1]);
});

test('turns are busy as long as who comes would wait for others', async () => {
  const all = stage(2);
  expect([new Turns(1).busy, all.turns.busy]).toEqual([false, true]);
  for (const work of all.works) work.resolve('done');
  for (let turn = 0; turn < 5; turn += 1) await pass(all);
  expect(await Promise.all(all.answers)).toHaveLength(5);
  expect(all.turns.busy).toBe(false);
});
