/** A run that takes up its place where what is stored is no estimate: an earlier version may have written it. */
import { expect, test } from 'vitest';
import type { NodeId } from '../../../src/protocols/identity.ts';
import type { Epoch, Offset } from '../../../src/protocols/position.ts';
import { leibniz } from '../../../src/series/leibniz.ts';
import { Stage, states, told } from './series-stage.ts';

/** A run whose newest stored estimate is `estimate`, at n = 64. */
async function stored(estimate: string): Promise<Stage> {
  const stage = new Stage();
  const { run } = stage.record;
  const { version } = leibniz;
  const claim = {
    run,
    version,
    node: 'n' as NodeId,
    nonce: 'x',
    leaseMs: 1,
    freshEpoch: '00112233aabbccdd' as Epoch,
  };
  const claimed = await stage.store.claim(claim);
  if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
  const { holder, checkpoint } = claimed;
  const { epoch } = checkpoint.position;
  const state = leibniz.partial(0, 64);
  const commit = {
    run,
    holder,
    epoch,
    offset: 1 as Offset,
    from: 0,
    to: 64,
    state,
    curve: [],
    estimate,
    atMs: 0,
  };
  expect(await stage.store.commit(commit)).toEqual({ kind: 'committed' });
  return stage.open();
}

test.each([
  ['no JSON', 'NaN'],
  ['JSON of something else', '{"run":"leibniz","n":64,"value":null}'],
])('%s blocks it in plain words, and after a retry it goes on from its sum', async (_what, text) => {
  const stage = await stored(text);
  const { heard } = await stage.hub();
  expect(stage.exits()).toEqual([]);
  expect(states(heard).at(-1)).toMatch(/^blocked: its stored estimate cannot be read: /);
  expect(await stage.pull()).toBeNull();
  const report = await stage.report();
  expect([report.state, report.position.offset, report.estimate]).toEqual(['blocked', 1, null]);
  expect(await stage.digits()).toMatchObject({ ok: true, value: { known: '' } });

  expect(await stage.ask((from) => ({ type: 'retry', from }))).toMatchObject({ ok: true });
  await stage.serve();
  await stage.pass(100);
  expect(told(heard)).toEqual([{ offset: 2, n: 128 }]);
  expect(stage.store.commits.at(-1)?.state).toBe(leibniz.partial(0, 128));
  expect(stage.exits()).toEqual([]);
});
