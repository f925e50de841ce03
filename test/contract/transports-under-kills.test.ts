/**
 * Resume never lies: whatever dies, clients of every transport that come back with their position get exactly what they
 * missed, to the byte, or a snapshot that says so. They watch side by side, so that each is held against the others.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { ask, bearer, getRun, kill, sessionsOf } from '../support/http-client.ts';
import { startNode, temporaryFolder } from '../support/node-process.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { sharedNode } from '../support/shared-node.ts';
import { transports } from '../support/transports/all-transports.ts';
import { nativeSse } from '../support/transports/native-sse.ts';
import { judge, type StayingClient, sameBytes, stay } from '../support/transports/staying-client.ts';

const limits = { connectsPerSecond: 2_000, connectsPerAddress: 2_000, sprintIntervalMs: 20, intensity: 100 };
const shared = sharedNode({ limits });

const everybody = (at: string, run: string) => transports.map((transport) => stay(transport, at, run));

const all = (clients: readonly StayingClient[], count: number) =>
  Promise.all(clients.map((client) => client.more(count)));

/** Throws unless nobody has seen a gap, a repeat, another beginning than the first, or other bytes. */
function expectWhole(clients: readonly StayingClient[], snapshots: readonly string[] = ['first']): void {
  const [one] = clients;
  for (const { seen } of clients) {
    expect(judge(seen).snapshots).toEqual(snapshots);
    if (one !== undefined) expect(sameBytes(one.seen, seen)).toBeGreaterThan(0);
  }
}

/** Who come and go while estimates are made as fast as they can be. */
const JOINERS = 3 * transports.length;

const victims = [
  'root/broadcast/hubs/leibniz',
  'root/broadcast/hubs',
  'root/broadcast',
  'root/compute/series/leibniz',
  'root/compute/series',
  'root/compute/dispatcher',
  'root/compute/range-workers/0',
  'root/compute/range-workers',
  'root/compute/runs',
  'root/compute',
  'root/base/store',
  'root/base/registry',
  'root/base/auth',
  'root/base',
  'root/edge/listener',
  'root/edge/sessions/0',
  'root/edge/sessions',
  'root/edge',
];

it.each(victims)('nobody sees a gap or a repeat when %s is killed', async (path) => {
  const clients = everybody(shared.url, 'leibniz');
  await all(clients, 2);
  expect((await kill(shared.url, { path })).status).toBe(200);
  await all(clients, 5);
  expectWhole(clients);
});

it('whose session is killed comes back to exactly what it missed', async () => {
  const clients = everybody(shared.url, 'leibniz');
  for (let round = 1; round <= 3; round += 1) {
    await all(clients, 2);
    for (const path of await sessionsOf(shared.url)) await kill(shared.url, { path });
    for (const { seen } of clients) await eventually('a recovery', () => judge(seen).recoveries === round);
  }
  await all(clients, 3);
  expectWhole(clients);
  for (const { ends } of clients) expect(ends).toEqual(['internal', 'internal', 'internal']);
});

it('who loses a connection, for however long, gets exactly what was missed', async () => {
  const [witness, clients] = [stay(nativeSse, shared.url, 'leibniz'), everybody(shared.url, 'leibniz')];
  await all([witness, ...clients], 3);
  for (const awayMs of [0, 30, 300, 1_000]) {
    for (const client of clients) client.drop(awayMs);
    await all(clients, 10);
  }
  await witness.more(5);
  expectWhole([witness, ...clients]);
  for (const { seen } of clients) {
    expect(judge(seen).recoveries).toBe(4);
    expect(seen.some((now) => now.kind === 'recovered' && now.missed > 5)).toBe(true);
  }
  expect(judge(witness.seen).recoveries).toBe(0);
});

it('a node that was killed and started again has everything that was missed', async () => {
  const data = temporaryFolder();
  const first = await startNode({ data });
  const clients = everybody(first.url, 'leibniz');
  await all(clients, 3);
  await first.process.stop('SIGKILL');
  await startNode({ data, env: { ZENO_PORT: new URL(first.url).port } });
  await all(clients, 3);
  expectWhole(clients);
  for (const { seen } of clients) expect(judge(seen).recoveries).toBe(1);
});

it('who was away for longer than the history is kept is told so by a snapshot', async () => {
  const small = {
    historyEstimates: 5,
    historyMs: 1,
    sprintIntervalMs: 20,
    connectsPerSecond: 1_000,
    connectsPerAddress: 1_000,
  };
  const node = await startNode({ data: temporaryFolder(), env: { ZENO_LIMITS: JSON.stringify(small) } });
  const [witness, clients] = [stay(nativeSse, node.url, 'leibniz'), everybody(node.url, 'leibniz')];
  await all([witness, ...clients], 2);
  for (const client of clients) client.drop(1_000);
  await witness.more(20);
  for (const { seen } of clients)
    await eventually('a second snapshot', () => judge(seen).snapshots.length === 2);
  await all(clients, 2);
  expectWhole(clients, ['first', 'history-gone']);
  expectWhole([witness]);
});

it('a run that was reset begins anew for who was there and for who was away', async () => {
  const away = everybody(shared.url, 'basel');
  const clients = [...everybody(shared.url, 'basel'), ...away];
  await all(clients, 2);
  for (const client of away) client.drop(500);
  const reset = await ask(`${shared.url}/v1/series/basel/reset`, { method: 'POST', headers: bearer });
  expect(reset.status).toBe(200);
  for (const { seen } of clients) await eventually('the new epoch', () => judge(seen).snapshots.length === 2);
  await all(clients, 2);
  expectWhole(clients, ['first', 'epoch-changed']);
});

it('none of a thousand estimates is lost that race a subscribe', async () => {
  const seed = Date.now() % 1_000_000;
  const random = seededRandom(seed);
  console.log(`seed ${seed}`);
  const quick = {
    sprintIntervalMs: 1,
    rangeMinMs: 1,
    rangeMaxMs: 1,
    connectsPerSecond: 2_000,
    connectsPerAddress: 2_000,
  };
  const node = await startNode({ data: temporaryFolder(), env: { ZENO_LIMITS: JSON.stringify(quick) } });
  const witness = stay(nativeSse, node.url, 'leibniz');
  const joiners: StayingClient[] = [];
  await witness.more(1);
  for (let turn = 0; judge(witness.seen).estimates < 1_000; turn += 1) {
    const transport = transports[turn % transports.length] ?? nativeSse;
    if (joiners.length < JOINERS) joiners.push(stay(transport, node.url, 'leibniz'));
    joiners[Math.floor(random.fraction() * joiners.length)]?.drop(0);
    await sleep(random.fraction() * 20);
  }
  const { position } = await getRun(node.url, 'leibniz');
  for (const client of [witness, ...joiners])
    await eventually('the newest', () => (client.seen.at(-1)?.at.offset ?? 0) >= position.offset);
  expectWhole([witness, ...joiners]);
  expect(joiners.reduce((sum, { seen }) => sum + judge(seen).recoveries, 0)).toBeGreaterThan(10);
}, 60_000);
