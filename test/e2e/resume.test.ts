/**
 * Resume never lies: one suite for every transport. Whatever dies, a client that comes back with its position gets
 * exactly what it missed, to the byte, or a snapshot that says so.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { ask, bearer, getProcesses, getRun, kill } from '../support/http-client.ts';
import { type RunningNode, startNode, temporaryFolder } from '../support/node-process.ts';
import { judge, type Seen, transports } from '../support/resuming-client.ts';
import { seededRandom } from '../support/seeded-random.ts';

const limits = { connectsPerSecond: 2_000, sprintIntervalMs: 20, intensity: 100 };
let node: RunningNode;

beforeAll(async () => {
  const ends: (() => Promise<void>)[] = [];
  const atEnd = (end: () => Promise<void>) => void ends.unshift(end);
  const env = { ZENO_LIMITS: JSON.stringify(limits) };
  node = await startNode({ data: temporaryFolder(atEnd), env, atEnd });
  return async () => {
    for (const end of ends) await end();
  };
}, 30_000);

/** Where both have seen the same estimate, it is the same to the byte; says how many they share. */
function sameBytes(some: readonly Seen[], others: readonly Seen[]): number {
  const key = ({ epoch, offset }: Seen) => `${epoch}:${offset}`;
  const known = new Map(some.filter(({ data }) => data !== '').map((seen) => [key(seen), seen.data]));
  const shared = others.filter((seen) => seen.data !== '' && known.has(key(seen)));
  for (const seen of shared) expect(seen.data, key(seen)).toBe(known.get(key(seen)));
  return shared.length;
}

async function sessions(): Promise<string[]> {
  const processes = await getProcesses(node.url);
  return processes.map(({ path }) => path).filter((path) => /^root\/edge\/sessions\/./.test(path));
}

const victims = [
  'root/broadcast/hubs/leibniz',
  'root/broadcast/hubs',
  'root/broadcast',
  'root/compute/series/leibniz',
  'root/compute/series',
  'root/compute/dispatcher',
  'root/compute/range-workers/0',
  'root/compute',
  'root/base/store',
  'root/base/registry',
  'root/base/auth',
  'root/base',
  'root/edge/listener',
  'root/edge/sessions',
  'root/edge',
];

describe.each(transports)('over $transport a client', ({ watch }) => {
  it('that loses its connection gets exactly what it missed', async () => {
    const [witness, client] = [watch(node.url, 'leibniz'), watch(node.url, 'leibniz')];
    await client.more(3);
    for (const awayMs of [0, 30, 300, 1_000]) {
      client.drop(awayMs);
      await client.more(10);
    }
    await witness.more(5);
    const { recoveries, snapshots } = judge(client.seen);
    expect([recoveries, snapshots]).toEqual([4, ['first']]);
    expect(judge(witness.seen)).toMatchObject({ recoveries: 0, snapshots: ['first'] });
    expect(sameBytes(witness.seen, client.seen)).toBeGreaterThan(30);
    expect(client.seen.some(({ kind, why }) => kind === 'recovered' && Number(why) > 5)).toBe(true);
  });

  it('whose session is killed gets exactly what it missed', async () => {
    const client = watch(node.url, 'leibniz');
    for (let round = 1; round <= 3; round += 1) {
      await client.more(3);
      for (const path of await sessions()) await kill(node.url, { path });
      await eventually('a recovery', () => judge(client.seen).recoveries === round);
    }
    await client.more(3);
    expect(judge(client.seen).snapshots).toEqual(['first']);
  });

  it.each(victims)('sees no gap and no repeat when %s is killed', async (path) => {
    const [one, two] = [watch(node.url, 'leibniz'), watch(node.url, 'leibniz')];
    await Promise.all([one.more(2), two.more(2)]);
    expect((await kill(node.url, { path })).status).toBe(200);
    await Promise.all([one.more(5), two.more(5)]);
    for (const client of [one, two]) expect(judge(client.seen).snapshots).toEqual(['first']);
    expect(sameBytes(one.seen, two.seen)).toBeGreaterThan(3);
  });

  it('gets exactly what it missed from a node that was killed and started again', async () => {
    const data = temporaryFolder();
    const first = await startNode({ data });
    const client = watch(first.url, 'leibniz');
    await client.more(3);
    await first.process.stop('SIGKILL');
    await startNode({ data, env: { ZENO_PORT: new URL(first.url).port } });
    await client.more(3);
    expect(judge(client.seen)).toMatchObject({ recoveries: 1, snapshots: ['first'] });
  });

  it('that was away for longer than the history is kept is told so by a snapshot', async () => {
    const env = { ZENO_LIMITS: JSON.stringify({ historyEstimates: 5, historyMs: 1, sprintIntervalMs: 20 }) };
    const { url } = await startNode({ data: temporaryFolder(), env });
    const [witness, client] = [watch(url, 'leibniz'), watch(url, 'leibniz')];
    await client.more(2);
    client.drop(1_500);
    await witness.more(20);
    await eventually('a second snapshot', () => judge(client.seen).snapshots.length === 2);
    await client.more(2);
    expect(judge(client.seen).snapshots).toEqual(['first', 'history-gone']);
    expect(sameBytes(witness.seen, client.seen)).toBeGreaterThan(2);
  });

  it('is told by a snapshot that its run was reset, whether it was there or away', async () => {
    const [here, away] = [watch(node.url, 'basel'), watch(node.url, 'basel')];
    await Promise.all([here.more(2), away.more(2)]);
    away.drop(500);
    expect((await ask(`${node.url}/v1/series/basel/reset`, { method: 'POST', headers: bearer })).status).toBe(
      200,
    );
    for (const client of [here, away]) {
      await eventually('the new epoch', () => judge(client.seen).snapshots.length === 2);
      await client.more(2);
      expect(judge(client.seen).snapshots).toEqual(['first', 'epoch-changed']);
    }
  });

  it('loses none of a thousand estimates that race its subscribes', async () => {
    const seed = Date.now() % 1_000_000;
    const random = seededRandom(seed);
    console.log(`seed ${seed}`);
    const quick = { sprintIntervalMs: 1, rangeMinMs: 1, rangeMaxMs: 1, connectsPerSecond: 2_000 };
    const env = { ZENO_LIMITS: JSON.stringify(quick) };
    const { url } = await startNode({ data: temporaryFolder(), env });
    const witness = watch(url, 'leibniz');
    const joiners: ReturnType<typeof watch>[] = [];
    await witness.more(1);
    while (judge(witness.seen).estimates < 1_000) {
      if (joiners.length < 30) joiners.push(watch(url, 'leibniz'));
      joiners[Math.floor(random.fraction() * joiners.length)]?.drop(0);
      await new Promise((resolve) => setTimeout(resolve, random.fraction() * 20));
    }
    const { position } = await getRun(url, 'leibniz');
    for (const client of [witness, ...joiners]) {
      await eventually('the newest', () => (client.seen.at(-1)?.offset ?? 0) >= position.offset);
      expect(judge(client.seen).snapshots).toEqual(['first']);
      expect(sameBytes(witness.seen, client.seen)).toBeGreaterThan(0);
    }
    expect(joiners.reduce((sum, client) => sum + judge(client.seen).recoveries, 0)).toBeGreaterThan(10);
  });
});
