/**
 * 10,000 frames into a whole node over real sockets, right, wrong and broken: each command gets its one answer, each
 * frame that ends a connection ends it by its code, nothing crashes, and nothing is left of it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { FuzzedConnection } from '../../support/fuzz/fuzzed-connection.ts';
import { fatalFrame, livingFrame } from '../../support/fuzz/wire-frames.ts';
import { heapInUse } from '../../support/heap.ts';
import { type HostedNode, hostNode } from '../../support/hosted-node.ts';
import { RawClient } from '../../support/raw-client.ts';

const FRAMES = 10_000;
const FRAMES_EACH = 25;
const AT_ONCE = 8;
/** What a half of the frames may leave on the heap: histories and curves of the runs that were watched. */
const GROWTH_BYTES = 3 * 2 ** 20;

/** Set ZENO_FUZZ_SEED to see a run again. */
const { ZENO_FUZZ_SEED } = process.env;
const seed = ZENO_FUZZ_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(ZENO_FUZZ_SEED);

const limits = {
  connectionsPerAddress: AT_ONCE + 1,
  connectsPerSecond: 100_000,
  connectsPerAddress: 100_000,
  commandsPerSecond: 100_000,
  commandsBurst: 10_000,
  hubLingerMs: 100,
  restMs: 100,
  closeMs: 500,
};

/** So many connections one after the other, `AT_ONCE` beside each other. Throws at the first that is treated wrongly. */
async function fuzz(url: string, connections: number, from: number): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < connections) {
      next += 1;
      const own = from + next;
      const frames = fc.sample(livingFrame, { numRuns: FRAMES_EACH - 1, seed: own });
      const [last] = fc.sample(fatalFrame, { numRuns: 1, seed: own });
      if (last === undefined) throw new Error('no frame to end with');
      const connection = await FuzzedConnection.open(url);
      for (const frame of frames) connection.send(frame);
      await connection.judge().catch((error: unknown) => {
        throw new Error(`connection of seed ${own}: ${error}`, { cause: error });
      });
      const code = await connection.finish(last);
      expect(code, `${last.what}, seed ${own}`).toBe(last.code);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

/** Throws unless nothing is left of the clients: no session, no watcher, no place that is still held. */
async function expectNobodyThere({ url, sessions }: HostedNode): Promise<void> {
  await eventually('the end of all sessions', () => sessions().length === 0);
  const clients = await Promise.all(Array.from({ length: AT_ONCE + 1 }, () => RawClient.open(url)));
  for (const [at, client] of clients.entries()) {
    await client.enter();
    const channel = at % 2 === 0 ? 'leibniz' : 'basel';
    client.say({ presence_stats: { channel }, id: 2 });
    expect(await client.reply(2)).toEqual({ id: 2, presence_stats: { num_clients: 0, num_users: 0 } });
  }
  const [well] = clients;
  well?.say({ subscribe: { channel: 'leibniz' }, id: 3 });
  await well?.subscribed(3);
  await well?.find('estimates as ever', () => well.pushed('leibniz').length > 2);
  for (const client of clients) client.socket.terminate();
  await eventually('the end of their sessions', () => sessions().length === 0);
}

/** The heap when hubs have gone and runs rest. */
async function restingHeap({ system }: HostedNode): Promise<number> {
  await eventually('the end of the hubs', () =>
    [...system.processes()].every(({ path }) => !path.startsWith('root/broadcast/hubs/')),
  );
  await sleep(2 * limits.restMs);
  return heapInUse();
}

it(`answers ${FRAMES} frames by the rules, and keeps nothing of them`, { timeout: 120_000 }, async () => {
  console.log(`seed ${seed}`);
  const node = await hostNode({ limits });
  const connections = FRAMES / FRAMES_EACH;
  await fuzz(node.url, connections / 4, seed);
  await expectNobodyThere(node);
  const processes = [...node.system.processes()].length;
  await fuzz(node.url, connections / 4, seed + connections);
  await expectNobodyThere(node);
  const before = await restingHeap(node);
  await fuzz(node.url, connections / 2, seed + 2 * connections);
  await expectNobodyThere(node);
  const after = await restingHeap(node);
  console.log(`heap ${before} -> ${after} bytes`);
  expect(after - before).toBeLessThan(GROWTH_BYTES);
  expect([...node.system.processes()].length).toBeLessThanOrEqual(processes);
  expect(node.crashes).toEqual([]);
  expect(node.logged).toEqual([]);
});
