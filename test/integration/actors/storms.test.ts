import { expect, test } from 'vitest';
import { seededRandom } from '../../support/seeded-random.ts';
import { settle, until } from '../../support/until.ts';
import { TemporaryFolder } from '../store/temporary-folder.ts';
import { agree, ReturningClient } from './returning-client.ts';
import { sqliteIn, WholeNode } from './whole-node.ts';

/** Set ZENO_STORM_SEED to see a storm again. */
const { ZENO_STORM_SEED } = process.env;
const seeds =
  ZENO_STORM_SEED === undefined ? [1, Math.floor(Math.random() * 1e9)] : [Number(ZENO_STORM_SEED)];

test.each(seeds)(
  'a storm of 60 kills leaves everything running and every sequence whole (seed %i)',
  async (seed) => {
    using folder = new TemporaryFolder();
    const random = seededRandom(seed);
    // Within the intensity: it is what supervisors do below it that a storm is to show.
    const limits = { intensity: 1_000, workerIntensity: 1_000, killWaitMs: 500 };
    await using node = await WholeNode.start({ seed, workers: 2, limits, openStore: sqliteIn(folder.path) });
    // Summed here, counted here, and folded by workers; none of them comes to its end so soon.
    const runs = ['leibniz', 'basel', 'monte-carlo-pi', 'viete'];
    const clients = await Promise.all(
      [...runs, ...runs].map((run) => ReturningClient.watch(node.service, run)),
    );

    using guests = new DisposableStack();
    for (const client of clients) guests.use(client);

    const killed: string[] = [];
    const answers: Promise<unknown>[] = [];
    while (killed.length < 60) {
      const victims = node.all().filter(({ path, pid }) => path !== 'root' && pid !== null);
      const victim = victims[Math.floor(random.fraction() * victims.length)];
      if (victim !== undefined) {
        killed.push(victim.path);
        answers.push(node.service.kill({ path: victim.path }));
      }
      // Now in the midst of the restart before, now after it, now when all is quiet again.
      const pause = random.fraction();
      if (pause < 0.3) await settle(Math.floor(random.fraction() * 20));
      else if (pause < 0.9) await answers.at(-1);
      else await Promise.all(clients.map((client) => client.more(1)));
    }
    await Promise.all(answers);

    await until(`everything runs again after ${killed.join(', ')}`, () =>
      node.all().every(({ state, pid }) => state === 'running' && pid !== null),
    );
    await Promise.all(clients.map((client) => client.more(3)));
    for (const [index, client] of clients.slice(0, runs.length).entries()) {
      const twin = clients[index + runs.length];
      if (twin !== undefined) expect(agree(client, twin)).toBeGreaterThan(0);
    }
    guests.dispose();
    await node.stop();
    expect([...node.system.processes()]).toEqual([]);
  },
);
