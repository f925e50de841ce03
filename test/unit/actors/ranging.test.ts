/** How long the ranges are that a run hands out. */
import { expect, test } from 'vitest';
import { leibniz } from '../../../src/series/leibniz.ts';
import { Stage } from './series-stage.ts';

test('a run makes no range shorter than its series says is worth one, however slow it seems', async () => {
  const costly = { ...leibniz, leastRange: (from: number) => 1_000 + from };
  const stage = await new Stage({}, { rangeTermsFirst: 64, rangeTermsMax: 3_000 }, costly).open();
  await stage.hub();
  const sizes: number[] = [];
  for (let range = 0; range < 4; range += 1) {
    const given = await stage.pulled();
    sizes.push(given.work.to - given.work.from);
    await stage.finish(given, stage.outcome(given.work), 60_000);
  }
  expect(sizes).toEqual([1_000, 2_000, 3_000, 3_000]);
});

test('a run whose leastRange throws is blocked with the reason, and answers the pull', async () => {
  const leastRange = () => {
    throw new RangeError('off by one');
  };
  const stage = await new Stage({}, {}, { ...leibniz, leastRange }).open();
  await stage.hub();
  expect(await stage.pull()).toBeNull();
  expect(stage.dispatched.at(-1)?.type).toBe('pass');
  const report = await stage.report();
  expect([report.state, report.reason]).toEqual(['blocked', "its definition's leastRange threw: off by one"]);
  expect(stage.exits()).toEqual([]);
});
