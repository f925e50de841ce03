import { expect, test } from 'vitest';
import { threadStarter } from '../../../src/kernels/start-thread.ts';
import type { UserId } from '../../../src/protocols/identity.ts';
import { readEstimate } from '../../../src/protocols/wire/estimate.ts';
import { findSeries } from '../../../src/series/catalogue.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { until } from '../../support/until.ts';
import { agree, ReturningClient } from './returning-client.ts';
import { RunningOracle } from './running-oracle.ts';
import { shuffled } from './shuffled-threads.ts';
import { WholeNode } from './whole-node.ts';

const PI = '3.14159265358979323846264338327950288419716939937510582097494';

/** Small ranges, so that there are many to shuffle and the oracle can follow. */
const limits = { rangeTermsFirst: 32, rangeTermsMax: 64, sprintIntervalMs: 1, workerIntensity: 1_000 };

const cases = ['leibniz', 'basel'].flatMap((series) =>
  [1, 2, 3].map((workers) => ({ series, workers, seed: 10 * workers + series.length })),
);

test.each(cases)(
  'estimates of $series are byte for byte the oracle’s with $workers workers, shuffled and killed (seed $seed)',
  async ({ series, workers, seed }) => {
    const random = seededRandom(seed);
    await using node = await WholeNode.start({
      seed,
      workers,
      limits,
      startThread: shuffled(threadStarter(null), random, 4),
    });
    const stopAt = 4_000 + Math.floor(random.fraction() * 2_000);
    const caller = { user: 'u' as UserId, admin: false };
    const { run } = await node.begin(series, { stopAt, policy: 'manual' }, caller);
    using one = await ReturningClient.watch(node.service, run);
    using two = await ReturningClient.watch(node.service, run);
    await node.service.changeRun(run, { paused: false }, caller);

    // Kills a worker at random whenever the run has got further, until it is complete.
    let kills = 0;
    const latest = () => readEstimate(one.texts.get(one.offset) ?? '').n;
    while (kills < 6) {
      const before = one.offset;
      await until(`${run} gets on`, () => one.offset > before || (before > 0 && latest() === stopAt));
      if (latest() === stopAt) break;
      await node.service.kill({
        path: `root/compute/range-workers/${Math.floor(random.fraction() * workers)}`,
      });
      kills += 1;
    }
    await until(`${run} is complete`, () => one.offset > 0 && latest() === stopAt);
    await until('both have it', () => two.offset === one.offset);
    expect(kills).toBeGreaterThan(0);

    const oracle = new RunningOracle(run);
    const texts = [...one.texts];
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.map(([offset]) => offset)).toEqual(texts.map((_, index) => index + 1));
    for (const [, text] of texts) {
      const { n, value, decimal, lower, upper, digits } = readEstimate(text);
      expect({ value, decimal, lower, upper, digits }, `n = ${n}`).toEqual(oracle.at(n));
      expect(lower !== null && upper !== null && lower < PI && PI < upper, text).toBe(true);
    }
    expect(agree(one, two)).toBe(texts.length);
  },
);

const heavyCases = ['golden-cf', 'machin', 'viete'].map((series) => ({ series, seed: 3 + series.length }));

test.each(heavyCases)(
  'estimates of $series, folded by workers that are killed, are what its definition says (seed $seed)',
  async ({ series, seed }) => {
    const random = seededRandom(seed);
    const definition = findSeries(series);
    if (definition === null) throw new Error(`there is no ${series}`);
    await using node = await WholeNode.start({
      seed,
      workers: 2,
      limits: { ...limits, rangeTermsFirst: 4, rangeTermsMax: 4 },
      startThread: shuffled(threadStarter(null), random, 4),
    });
    const stopAt = 300;
    const caller = { user: 'u' as UserId, admin: false };
    const { run } = await node.begin(series, { stopAt, policy: 'manual' }, caller);
    using client = await ReturningClient.watch(node.service, run);
    await node.service.changeRun(run, { paused: false }, caller);

    const latest = () => readEstimate(client.texts.get(client.offset) ?? '').n;
    const victims = ['range-workers/0', 'range-workers/1', `series/${run}`];
    let kills = 0;
    while (kills < 6) {
      const before = client.offset;
      await until(`${run} gets on`, () => client.offset > before || (before > 0 && latest() === stopAt));
      if (latest() === stopAt) break;
      await node.service.kill({ path: `root/compute/${victims[kills % victims.length]}` });
      kills += 1;
    }
    await until(`${run} is complete`, () => client.offset > 0 && latest() === stopAt);
    expect(kills).toBeGreaterThan(0);

    const texts = [...client.texts];
    expect(texts.map(([offset]) => offset)).toEqual(texts.map((_, index) => index + 1));
    for (const [, text] of texts) {
      const { n } = readEstimate(text);
      const sum = definition.partial(0, n, definition.empty);
      const { value, decimal, lower, upper, digits, known } = definition.evaluate(sum, n);
      expect(JSON.parse(text), `n = ${n}`).toMatchObject({ value, decimal, lower, upper, digits });
      if (n !== stopAt) continue;
      const page = await node.service.digits(run, { from: 0, count: 10_000 });
      const all = known?.replace('.', '').replace(/^0+/, '') ?? 'none';
      expect(page).toMatchObject({ ok: true, value: { n, total: all.length, digits: all } });
    }
  },
);
