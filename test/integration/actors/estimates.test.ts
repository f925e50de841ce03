import { expect, test } from 'vitest';
import { startThread } from '../../../src/kernels/start-thread.ts';
import type { UserId } from '../../../src/protocols/identity.ts';
import { readEstimate } from '../../../src/protocols/wire/estimate.ts';
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
      startThread: shuffled(startThread, random, 4),
    });
    const stopAt = 4_000 + Math.floor(random.fraction() * 2_000);
    const caller = { user: 'u' as UserId, admin: false };
    const made = await node.service.createRun(series, { stopAt, policy: 'manual' }, caller);
    if (!made.ok) throw new Error(made.detail);
    const { run } = made.value;
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
