/**
 * What every client of a run may rely on, over whatever transport it comes: it is told where it begins and why, gets
 * exactly what it missed, hears of every end, and is turned away in words it understands.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { ask, asRun, bearer, getRun } from '../support/http-client.ts';
import { startNode, temporaryFolder } from '../support/node-process.ts';
import { sharedNode } from '../support/shared-node.ts';
import { transports } from '../support/transports/all-transports.ts';
import { nativeSse } from '../support/transports/native-sse.ts';
import { judge, type Placed, placed, sameBytes } from '../support/transports/staying-client.ts';
import {
  type At,
  type TransportClient,
  TurnedAway,
  type Watching,
} from '../support/transports/transport-client.ts';

const shared = sharedNode({
  limits: {
    connectsPerSecond: 2_000,
    connectsPerAddress: 2_000,
    sprintIntervalMs: 20,
    privateRunsPerUser: 1_000,
  },
});

const estimates = ({ heard }: Watching) => heard.filter((one) => one.kind === 'estimate');

async function more(watching: Watching, count: number): Promise<void> {
  const wanted = estimates(watching).length + count;
  await eventually(
    `${count} more estimates after ${JSON.stringify(watching.heard).slice(-300)}`,
    () => estimates(watching).length >= wanted,
  );
}

/** What a client that watches now hears first. */
async function first({ watch }: TransportClient, run: string, position: At): Promise<Placed> {
  const watching = await watch(shared.url, run, { position });
  const [said] = await eventually('a first word', () => watching.heard.length > 0 && placed(watching));
  watching.leave();
  if (said === undefined) throw new Error(JSON.stringify(watching.heard));
  return said;
}

async function begin(series: string): Promise<string> {
  return asRun((await ask(`${shared.url}/v1/series/${series}/runs`, { method: 'POST', body: {} })).text).run;
}

async function lastWords(watching: Watching): Promise<string> {
  const last = await eventually('the end', () => watching.heard.find(({ kind }) => kind === 'end'));
  return last.kind === 'end' ? last.why : '';
}

describe.each(transports)('over $transport a client', (client) => {
  const { watch } = client;

  it('is told first that it begins, and where: from nothing at offset 0, later at what is newest', async () => {
    const run = await begin('leibniz');
    const early = await watch(shared.url, run);
    await more(early, 3);
    expect(early.heard[0]).toEqual({
      kind: 'snapshot',
      why: 'first',
      at: { epoch: expect.stringMatching(/^[0-9a-f]{16}$/), offset: 0 },
      data: '',
    });
    const late = await watch(shared.url, run);
    await more(late, 3);
    const [begins] = placed(late);
    expect(begins).toMatchObject({ kind: 'snapshot', why: 'first' });
    expect(begins?.at.offset).toBeGreaterThan(0);
    for (const one of [early, late]) expect(judge(placed(one)).snapshots).toEqual(['first']);
    expect(sameBytes(placed(early), placed(late).slice(0, 3))).toBe(3);
  });

  it('from a position gets exactly what it missed, to the byte, and how much that is', async () => {
    const witness = await watch(shared.url, 'leibniz');
    await more(witness, 20);
    const before = estimates(witness).map(({ at }) => at);
    for (const back of [0, 1, 7, 19]) {
      const position = before.at(-1 - back);
      if (position === undefined) throw new Error('no such position');
      const watching = await watch(shared.url, 'leibniz', { position });
      await more(watching, back + 3);
      const [begins] = watching.heard;
      if (begins?.kind !== 'recovered') throw new Error(JSON.stringify(begins));
      expect(begins.at).toEqual(position);
      expect(begins.missed).toBeGreaterThanOrEqual(back);
      expect(judge(placed(watching))).toMatchObject({ recoveries: 1, snapshots: [] });
      const last = estimates(watching).at(-1)?.at.offset ?? 0;
      await eventually('the witness', () => (estimates(witness).at(-1)?.at.offset ?? 0) >= last);
      expect(sameBytes(placed(witness), placed(watching))).toBe(estimates(watching).length);
      watching.leave();
    }
  });

  it.each([
    ['of another epoch', { epoch: '0123456789abcdef', offset: 3 }, 'epoch-changed'],
    ['that is none', { epoch: 'nonsense', offset: 3 }, 'bad-position'],
    ['that never was', { offset: 4_000_000 }, 'bad-position'],
  ])('with a position %s begins anew, and is told why', async (_what, wish, why) => {
    const { position } = await getRun(shared.url, 'leibniz');
    const said = await first(client, 'leibniz', { ...position, ...wish });
    expect(said).toMatchObject({ kind: 'snapshot', why, at: { epoch: position.epoch } });
    expect(said.at.offset).toBeGreaterThanOrEqual(position.offset);
  });

  it('that asks for fewer gets fewer, and how many were left out', async () => {
    const all = await watch(shared.url, 'leibniz');
    const few = await watch(shared.url, 'leibniz', { everyMs: 250 });
    await eventually('what was left out', () => judge(placed(few)).skipped >= 12);
    expect(judge(placed(few)).snapshots).toEqual(['first']);
    expect(estimates(all).length).toBeGreaterThan(2 * estimates(few).length);
    expect(judge(placed(all)).snapshots).toEqual(['first']);
  });

  it('hears that its private run has ended, and does not find it again', async () => {
    const run = await begin('basel');
    const watching = await watch(shared.url, run);
    await more(watching, 2);
    expect((await ask(`${shared.url}/v1/series/${run}`, { method: 'DELETE' })).status).toBe(204);
    expect(await lastWords(watching)).toBe('ended');
    const again = await watch(shared.url, run).catch((error: unknown) => error);
    if (again instanceof TurnedAway) expect([again.status, again.code]).toEqual([404, 'unknown-run']);
    else expect(await lastWords(again as Watching)).toBe('error 102');
  });

  it('hears the state of its run beside the estimates', async () => {
    const run = await begin('leibniz');
    const watching = await watch(shared.url, run);
    await more(watching, 2);
    await ask(`${shared.url}/v1/series/${run}`, { method: 'PATCH', body: { paused: true } });
    await eventually('the state', () =>
      watching.heard.some((one) => one.kind === 'state' && one.state === 'paused'),
    );
  });
});

it('a client beyond the connections of its address, or the node’s, is turned away until one is free again', async () => {
  const limits = {
    connections: 3,
    connectionsPerAddress: 2,
    connectsPerSecond: 1_000,
    connectsPerAddress: 1_000,
  };
  const node = await startNode({ data: temporaryFolder(), env: { ZENO_LIMITS: JSON.stringify(limits) } });
  for (const { watch } of transports) {
    const from = (address: string) => watch(node.url, 'leibniz', { from: address });
    const patiently = (address: string) => eventually('a free place', () => from(address).catch(() => null));
    const held = [await patiently('127.0.0.1'), await patiently('127.0.0.1')];
    await expect(from('127.0.0.1')).rejects.toMatchObject({ status: 429, code: 'too-many-requests' });
    held.push(await patiently('127.0.0.2'));
    await expect(from('127.0.0.3')).rejects.toMatchObject({ status: 503, code: 'not-ready' });
    held[0]?.leave();
    held.push(await patiently('127.0.0.3'));
    for (const watching of held.slice(1)) {
      await more(watching, 1);
      watching.leave();
    }
  }
});

it('a client hears the same bytes over every transport', async () => {
  const { position } = await getRun(shared.url, 'leibniz');
  const from = { ...position, offset: Math.max(0, position.offset - 10) };
  const all = await Promise.all(
    transports.map(({ watch }) => watch(shared.url, 'leibniz', { position: from })),
  );
  await Promise.all(all.map((watching) => more(watching, 20)));
  const [one, ...others] = all.map((watching) => placed(watching));
  for (const other of others) expect(sameBytes(one ?? [], other)).toBeGreaterThan(15);
});

it('clients of every transport hear that the node goes down, and it goes', async () => {
  const node = await startNode({ data: temporaryFolder() });
  const all = await Promise.all(transports.map(({ watch }) => watch(node.url, 'leibniz')));
  for (const watching of all) await more(watching, 1);
  node.process.signal('SIGTERM');
  for (const watching of all) {
    expect(await lastWords(watching)).toBe('drain');
    await watching.closed;
  }
  expect(await node.process.exit()).toEqual({ code: 0, signal: null });
});

describe('the history', () => {
  /** A node whose leibniz has published so many estimates, and stands still. */
  async function paused(limits: object, count: number): Promise<{ readonly at: string; readonly top: At }> {
    const env = {
      ZENO_LIMITS: JSON.stringify({
        sprintIntervalMs: 5,
        connectsPerSecond: 1_000,
        connectsPerAddress: 1_000,
        ...limits,
      }),
    };
    const node = await startNode({ data: temporaryFolder(), env });
    const watching = await nativeSse.watch(node.url, 'leibniz');
    await more(watching, count);
    const change = { method: 'PATCH', headers: bearer, body: { paused: true } };
    expect((await ask(`${node.url}/v1/series/leibniz`, change)).status).toBe(200);
    watching.leave();
    // What was on its way is committed after it.
    const { position } = await eventually('a run that stands still', async () => {
      const before = await getRun(node.url, 'leibniz');
      await sleep(150);
      const after = await getRun(node.url, 'leibniz');
      return after.ranges.length === 0 && after.position.offset === before.position.offset && after;
    });
    return { at: node.url, top: position };
  }

  async function resumed(client: TransportClient, at: string, position: At): Promise<Placed | undefined> {
    const watching = await client.watch(at, 'leibniz', { position });
    await eventually('a first word', () => placed(watching).length > 0);
    watching.leave();
    return placed(watching)[0];
  }

  it('goes back as far as its count, and who comes from before it begins anew', async () => {
    const { at, top } = await paused({ historyEstimates: 5, historyMs: 1 }, 12);
    for (const client of transports) {
      const within = { ...top, offset: top.offset - 5 };
      expect(await resumed(client, at, within)).toEqual({ kind: 'recovered', at: within, missed: 5 });
      const before = { ...top, offset: top.offset - 6 };
      const gone = { kind: 'snapshot', why: 'history-gone', at: top };
      expect(await resumed(client, at, before)).toMatchObject(gone);
    }
  });

  it('goes back as far as its age, where that is further', async () => {
    const { at, top } = await paused({ historyEstimates: 5, historyMs: 60_000 }, 12);
    for (const client of transports) {
      const begun = { ...top, offset: 0 };
      expect(await resumed(client, at, begun)).toEqual({ kind: 'recovered', at: begun, missed: top.offset });
    }
  });
});
