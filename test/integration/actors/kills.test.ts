import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TreeNode } from '../../../src/protocols/wire/supervision.ts';
import { catalogue } from '../../../src/series/catalogue.ts';
import { until } from '../../support/until.ts';
import { TemporaryFolder } from '../store/temporary-folder.ts';
import { agree, ReturningClient } from './returning-client.ts';
import { sqliteIn, WholeNode } from './whole-node.ts';

/** The table "What a kill does" of ARCHITECTURE.md, row by row. */
interface Row {
  readonly killed: string;
  /** What is restarted along with it, as its supervisor reports it. */
  readonly along: readonly string[];
  /** Processes besides it whose pid is another one afterwards. */
  readonly renewed: readonly string[];
  /** Whether clients have to come back; its share: those whose sessions it had. */
  readonly returns: boolean | 'its share';
}

const compute = 'root/compute';
const workers = `${compute}/range-workers`;
const row = (killed: string, more: Partial<Row> = {}): Row => ({
  killed,
  along: [],
  renewed: [],
  returns: false,
  ...more,
});

const rows: readonly Row[] = [
  row(`${workers}/0`),
  row(`${workers}/1`),
  row(`${compute}/dispatcher`, {
    along: [workers, `${compute}/series`, `${compute}/runs`],
    renewed: [`${workers}/0`, `${workers}/1`, `${compute}/series/leibniz`],
  }),
  row(workers, {
    along: [`${compute}/series`, `${compute}/runs`],
    renewed: [`${workers}/0`, `${compute}/series/leibniz`],
  }),
  row(`${compute}/series/leibniz`),
  row(`${compute}/series`, { along: [`${compute}/runs`], renewed: [`${compute}/series/leibniz`] }),
  row(`${compute}/runs`),
  row('root/broadcast/hubs/leibniz'),
  row('root/broadcast/hubs', { renewed: ['root/broadcast/hubs/leibniz'] }),
  row('root/broadcast/lobby'),
  row('root/broadcast/partials'),
  row('root/base/registry'),
  row('root/base/store'),
  row('root/base/auth'),
  row('root/edge/listener'),
  row('root/edge/sessions', { along: ['root/edge/listener'], returns: true }),
  row('root/base', { renewed: ['root/base/registry', 'root/base/store', 'root/base/auth'] }),
  row(compute, { renewed: [`${compute}/dispatcher`, `${workers}/0`, `${compute}/series/leibniz`] }),
  row('root/broadcast', { renewed: ['root/broadcast/hubs/leibniz', 'root/broadcast/lobby'] }),
  row('root/edge/sessions/0', { returns: 'its share' }),
  row('root/edge', { renewed: ['root/edge/sessions', 'root/edge/listener'], returns: true }),
];

describe('what a kill does', () => {
  const folder = new TemporaryFolder();
  let node: WholeNode;
  let clients: [ReturningClient, ReturningClient];

  beforeAll(async () => {
    node = await WholeNode.start({ seed: 1, workers: 2, openStore: sqliteIn(folder.path) });
    clients = [
      await ReturningClient.watch(node.service, 'leibniz'),
      await ReturningClient.watch(node.service, 'leibniz'),
    ];
    await until('all threads are there', () =>
      [0, 1].every((i) => node.threads(`${workers}/${i}`).length > 0),
    );
  });

  afterAll(async () => {
    for (const client of clients) client.leave();
    await node.stop();
    folder[Symbol.dispose]();
  });

  /** Sessions stand two below `sessions`, one below a partition of it. */
  function sessionsBelow(path: string): TreeNode[] {
    const depth = 'root/edge/sessions/0/id'.split('/').length;
    return node
      .all()
      .filter((one) => one.path.startsWith(`${path}/`) && one.path.split('/').length === depth);
  }

  async function goOn(): Promise<void> {
    await Promise.all(clients.map((client) => client.more(3)));
    expect(agree(...clients)).toBeGreaterThan(0);
  }

  test.each(rows)(
    'to $killed: it is replaced, with what the table says, and sequences go on whole',
    async (expected) => {
      await goOn();
      const { killed, along, renewed, returns } = expected;
      const before = new Map([...renewed, ...along, killed].map((path) => [path, node.pidAt(path)]));
      const connections = clients.map((client) => client.connections.length);
      const threads = node.threads(killed);
      const share = sessionsBelow(killed).length;

      const report = await node.kill(killed);

      expect(report).toMatchObject({ path: killed, oldPid: before.get(killed), outcome: 'restarted' });
      expect(report.newPid).toMatch(/^p[0-9a-z]+$/);
      expect(report.newPid).not.toBe(report.oldPid);
      expect(report.restartLatencyUs).toBeGreaterThanOrEqual(0);
      expect(report.alsoRestarted.map(({ path }) => path)).toEqual(along);
      await goOn();
      for (const [path, pid] of before) {
        expect(node.pidAt(path), `${path} is a new one`).not.toBe(pid);
        expect(node.pidAt(path), `${path} is there`).not.toBeNull();
      }
      const came = clients.map((client, index) => client.connections.length > (connections[index] ?? 0));
      if (returns === 'its share') expect(came.filter(Boolean)).toHaveLength(share);
      else expect(came).toEqual([returns, returns]);
      if (killed.startsWith(`${workers}/`)) {
        await until('its new thread tells its id', () => node.threads(killed).length > threads.length);
        expect(threads).not.toContain(node.threads(killed).at(-1));
      }
    },
  );

  test('to a session: it is not replaced, and its client alone comes back to where it was', async () => {
    await goOn();
    const connections = clients.map((client) => client.connections.length);
    const [victim] = sessionsBelow('root/edge/sessions');
    const report = await node.kill(victim?.path ?? '');
    expect(report).toMatchObject({
      outcome: 'not-restarted',
      newPid: null,
      restartLatencyUs: null,
      alsoRestarted: [],
    });
    await goOn();
    const came = clients.map((client, index) => client.connections.length - (connections[index] ?? 0));
    expect(came.toSorted()).toEqual([0, 1]);
  });

  test('to the lobby: it comes back with another epoch and every run in it', async () => {
    const before = await node.service.catalogue(null);
    await node.kill('root/broadcast/lobby');
    const runs = async () => {
      const list = await node.service.catalogue(null);
      return list.ok && list.value.snapshot ? list.value.series.map(({ run }) => run).toSorted() : [];
    };
    let listed: string[] = [];
    const all = catalogue.map(({ id }) => id as string).toSorted();
    for (const end = performance.now() + 10_000; listed.length < all.length && performance.now() < end; )
      listed = await runs();
    expect(listed).toEqual(all);
    const after = await node.service.catalogue(null);
    expect(before.ok && after.ok && before.value.epoch !== after.value.epoch).toBe(true);
  });

  test('to the root is refused, for the node is not to end', async () => {
    expect(await node.service.kill({ path: 'root' })).toMatchObject({ ok: false, code: 'not-killable' });
    await goOn();
  });

  test('leaves the enclosures true: the limit lies in every one that was shown', () => {
    const pi = '3.14159265358979323846264338327950288419716939937510582097494';
    for (const text of clients[0].texts.values()) {
      const { lower, upper } = JSON.parse(text);
      expect(lower < pi && pi < upper, text).toBe(true);
    }
  });
});

test('a kill of the root under chaos is answered first, then ends everything below it', async () => {
  await using node = await WholeNode.start({ seed: 2, workers: 1, chaos: true });
  const report = await node.kill('root');
  expect(report).toMatchObject({ path: 'root', outcome: 'pending', newPid: null });
  expect(await node.ended).toBe('killed');
  expect([...node.system.processes()]).toEqual([]);
});
