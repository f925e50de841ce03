/** The exact numbers behind the estimates, asked of a whole node: partials of every kind of series, and digits of runs. */
import { describe, expect, test } from 'vitest';
import { threadStarter } from '../../../src/kernels/start-thread.ts';
import type { UserId } from '../../../src/protocols/identity.ts';
import type { StartThread } from '../../../src/protocols/ports/compute-thread.ts';
import { findSeries } from '../../../src/series/catalogue.ts';
import type { SeriesDefinition } from '../../../src/series/definition.ts';
import { eventually } from '../../support/eventually.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { until } from '../../support/until.ts';
import { ReturningClient } from './returning-client.ts';
import { shuffled } from './shuffled-threads.ts';
import { WholeNode } from './whole-node.ts';

const caller = { user: 'u' as UserId, admin: false };
const asker = { user: caller.user, gone: new AbortController().signal };

function seriesOf(id: string): SeriesDefinition {
  const series = findSeries(id);
  if (series === null) throw new Error(`there is no ${id}`);
  return series;
}

function complete(node: WholeNode, run: string) {
  return eventually(`${run} is complete`, async () => {
    const view = await node.service.run(run);
    return view.ok && view.value.state === 'complete';
  });
}

/** Threads that take every task and bring nothing back. */
const silent: StartThread = (events) => {
  const start = threadStarter(null);
  return start({ ...events, result: () => undefined });
};

describe('a partial', () => {
  test.each([
    ['leibniz', 4_000, 40_000],
    ['zeta3', 123, 20_000],
    ['monte-carlo-pi', 800, 80_000],
    ['primes', 0, 30_000],
    ['golden-cf', 17, 3_000],
    ['machin', 5, 90],
    ['viete', 0, 300],
  ])('of %s from %i to %i is what its definition says, while a run of it goes on', async (id, from, to) => {
    const definition = seriesOf(id);
    const limits = { rangeTermsFirst: 1_024, rangeTermsMax: 1_024 };
    const startThread = shuffled(threadStarter(null), seededRandom(1), 2);
    await using node = await WholeNode.start({ seed: 1, workers: 2, limits, startThread });
    using client = await ReturningClient.watch(node.service, id);
    await client.more(1);
    const asked = await Promise.all([
      node.service.partial(id, { from, to }, asker),
      node.service.partial(id, { from, to }, asker),
    ]);
    const partial = definition.partial(from, to, definition.empty);
    const { version, grain } = definition;
    const value = { series: id, version, from, to, grain, partial };
    const answer = { ok: true, value: { ...value, ...definition.describe(partial) } };
    expect(asked).toEqual([answer, answer]);
    await until('their processes are gone', () => childrenOf(node) === 0);
  });

  test('is found by another name of its series, and names the one it goes by', async () => {
    await using node = await WholeNode.start({ seed: 1, workers: 1 });
    const answer = await node.service.partial('euler', { from: 0, to: 4 }, asker);
    expect(answer).toMatchObject({ ok: true, value: { series: 'basel' } });
  });

  test('of a series that is not there is refused', async () => {
    await using node = await WholeNode.start({ seed: 1, workers: 1 });
    const answer = await node.service.partial('nobody', { from: 0, to: 4 }, asker);
    expect(answer).toMatchObject({ ok: false, code: 'unknown-run' });
  });

  test('that takes too long is refused, and leaves its worker’s turn to others', async () => {
    const limits = { partialMs: 100 };
    await using node = await WholeNode.start({ seed: 1, workers: 1, limits, startThread: silent });
    const answer = await node.service.partial('leibniz', { from: 0, to: 4 }, asker);
    expect(answer).toMatchObject({ ok: false, code: 'not-ready', detail: /longer than 100 ms/ });
    await until('its process is gone', () => childrenOf(node) === 0);
  });

  test.each(['compute/dispatcher', 'broadcast/partials', 'compute'])(
    'under way when root/%s is killed is refused at once, and can be asked for again',
    async (killed) => {
      let startThread = silent;
      await using node = await WholeNode.start({
        seed: 1,
        workers: 1,
        startThread: (events) => startThread(events),
      });
      const asked = node.service.partial('leibniz', { from: 0, to: 4 }, asker);
      await until('it is under way', () => childrenOf(node) === 1);
      startThread = threadStarter(null);
      // The thread that says nothing goes with the branch, or is killed.
      await node.kill(`root/${killed}`);
      expect(await asked).toMatchObject({ ok: false, code: 'not-ready', detail: /Try again/ });
      if (killed === 'broadcast/partials') await node.kill('root/compute/range-workers/0');
      await until('all is there again', () =>
        node.all().every(({ state, pid }) => state === 'running' && pid !== null),
      );
      expect(await node.service.partial('leibniz', { from: 0, to: 4 }, asker)).toMatchObject({ ok: true });
    },
  );

  test('that nobody waits for any more is given up', async () => {
    await using node = await WholeNode.start({ seed: 1, workers: 1, startThread: silent });
    const gone = new AbortController();
    const asked = node.service.partial('leibniz', { from: 0, to: 4 }, { ...asker, gone: gone.signal });
    await until('it is under way', () => childrenOf(node) === 1);
    gone.abort();
    expect(await asked).toMatchObject({ ok: false });
    await until('its process is gone', () => childrenOf(node) === 0);
  });

  test('is refused to who has their share of them under way, and summed for somebody else', async () => {
    const limits = { partialsPerUser: 2 };
    await using node = await WholeNode.start({ seed: 1, workers: 1, limits, startThread: silent });
    const gone = new AbortController();
    const ask = (user: string, to: number) =>
      node.service.partial('leibniz', { from: 0, to }, { user: user as UserId, gone: gone.signal });
    const under = [ask('ann', 4), ask('ann', 8)];
    await until('they are under way', () => childrenOf(node) === 2);
    expect(await ask('ann', 0)).toMatchObject({ ok: false, code: 'too-many-requests' });
    expect(await ask('bob', 0)).toMatchObject({ ok: true });
    gone.abort();
    await Promise.all(under);
    expect(await node.service.partial('leibniz', { from: 0, to: 0 }, asker)).toMatchObject({ ok: true });
  });

  test('outlives the workers that sum it', async () => {
    let startThread = silent;
    await using node = await WholeNode.start({
      seed: 1,
      workers: 1,
      startThread: (events) => startThread(events),
    });
    const asked = node.service.partial('leibniz', { from: 0, to: 64 }, asker);
    await until('it is under way', () => childrenOf(node) === 1);
    startThread = threadStarter(null);
    await node.kill('root/compute/range-workers/0');
    expect(await asked).toMatchObject({ ok: true, value: { partial: seriesOf('leibniz').partial(0, 64) } });
  });
});

function childrenOf(node: WholeNode): number {
  return node.all().filter(({ path }) => path.startsWith('root/broadcast/partials/')).length;
}

describe('digits', () => {
  test('of a run of big integers are those that its newest estimate proves, page by page, also after a kill', async () => {
    const { evaluate, partial, empty } = seriesOf('machin');
    await using node = await WholeNode.start({ seed: 1, workers: 2 });
    const { run } = await node.begin('machin', { stopAt: 900, policy: 'continuous' }, caller);
    await complete(node, run);
    const { known = '' } = evaluate(partial(0, 900, empty), 900);
    const all = known.replace('.', '');
    expect(all.length).toBeGreaterThan(1_000);
    const read = async () => {
      let text = '';
      for (let total = 1; text.length < total; ) {
        const page = await node.service.digits(run, { from: text.length, count: 250 });
        if (!page.ok) throw new Error(page.detail);
        expect(page.value).toMatchObject({ run, n: 900, point: 1, zeros: 0, from: text.length });
        expect(page.value.digits.length).toBeLessThanOrEqual(250);
        text += page.value.digits;
        total = page.value.total;
      }
      return text;
    };
    expect(await read()).toBe(all);
    await node.kill(`root/compute/series/${run}`);
    expect(await read()).toBe(all);
    const behind = await node.service.digits(run, { from: 1_000_000, count: 5 });
    expect(behind).toMatchObject({ ok: true, value: { digits: '', total: all.length } });
  });

  test('of a run of doubles are those that both ends of its estimate have in common', async () => {
    await using node = await WholeNode.start({ seed: 1, workers: 1 });
    const { run } = await node.begin('leibniz', { stopAt: 1_000, policy: 'continuous' }, caller);
    await complete(node, run);
    const page = await node.service.digits(run, { from: 0, count: 10 });
    expect(page).toMatchObject({ ok: true, value: { n: 1_000, digits: '314', total: 3, point: 1 } });
  });

  test('that no worker finds are refused in time, and those of no run as well', async () => {
    const limits = { digitsMs: 100 };
    let startThread = threadStarter(null);
    await using node = await WholeNode.start({
      seed: 1,
      workers: 1,
      limits,
      startThread: (events) => startThread(events),
    });
    const { run } = await node.begin('machin', { stopAt: 50, policy: 'continuous' }, caller);
    await complete(node, run);
    startThread = silent;
    await node.kill('root/compute/range-workers/0');
    await node.kill(`root/compute/series/${run}`);
    expect(await node.service.digits(run, { from: 0, count: 5 })).toMatchObject({
      ok: false,
      code: 'not-ready',
    });
    expect(await node.service.digits('nobody', { from: 0, count: 5 })).toMatchObject({
      ok: false,
      code: 'unknown-run',
    });
  });
});
