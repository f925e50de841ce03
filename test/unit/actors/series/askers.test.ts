import { expect, test } from 'vitest';
import { machin } from '../../../../src/series/machin.ts';
import { settle } from '../../../support/until.ts';
import { Stage } from '../series-stage.ts';

const tooMany = { ok: false, code: 'not-ready', limit: 'askersPerRun' };

test('who asks a run that is being claimed waits for it, so many and no more', async () => {
  const stage = new Stage({}, { askersPerRun: 2 });
  const claimed = Promise.withResolvers<void>();
  stage.store.gate = claimed.promise;
  await stage.open();
  const ask = () => stage.ask((from) => ({ type: 'report', from }));
  const waiting = [ask(), ask()];
  expect(await ask()).toMatchObject(tooMany);
  claimed.resolve();
  expect(await Promise.all(waiting)).toMatchObject([{ ok: true }, { ok: true }]);
  expect(await ask()).toMatchObject({ ok: true });
});

test('who wants a run changed waits for the changes before, so many and no more', async () => {
  const stage = await new Stage({}, { askersPerRun: 2 }).open();
  const stored = Promise.withResolvers<void>();
  stage.store.gate = stored.promise;
  const waiting = [stage.change({ paused: true }), stage.change({ paused: false })];
  await settle();
  expect(await stage.change({ paused: true })).toMatchObject(tooMany);
  stored.resolve();
  expect(await Promise.all(waiting)).toMatchObject([{ ok: true }, { ok: true }]);
  expect(await stage.change({ paused: true })).toMatchObject({ ok: true });
});

test('who asks for digits that a worker has to find waits for them, so many and no more', async () => {
  const stage = await new Stage({}, { askersPerRun: 2 }, machin).open();
  await stage.hub();
  for (let turn = 0; turn < 20 && stage.estimates.length === 0; turn += 1) {
    await stage.serve();
    await stage.pass(100);
  }
  // What is not stored has to be found anew.
  stage.system.exit(stage.series, 'kill');
  await settle();
  const waiting = [stage.digits(), stage.digits()];
  await settle();
  expect(await stage.digits()).toMatchObject(tooMany);
  await stage.finish(await stage.pulled());
  expect(await Promise.all(waiting)).toMatchObject([{ ok: true }, { ok: true }]);
  expect(await stage.digits()).toMatchObject({ ok: true });
});
