/** How fast the stores take commits, one after the other, as one run makes them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '../src/lib/random.ts';
import type { NodeId, RunId } from '../src/protocols/identity.ts';
import { limitsWith } from '../src/protocols/limits.ts';
import { noMeter } from '../src/protocols/ports/meter.ts';
import type { HistoryBounds, Store } from '../src/protocols/ports/store.ts';
import { type Epoch, nextOffset } from '../src/protocols/position.ts';
import type { CurvePoint } from '../src/protocols/wire/run-view.ts';
import { memoryStore } from '../src/store/memory-store.ts';
import { openRedis } from '../src/store/open-redis.ts';
import { openStore } from '../src/store/open-store.ts';
import { RedisServer } from '../test/support/redis-server.ts';
import { sleep } from './node-process.ts';
import { type Bench, progress, row } from './report.ts';

const ROUNDS = 7;
const COMMITS = 500;
const bounds: HistoryBounds = { estimates: 4_096, ageMs: 900_000, bytes: 16 * 1024 * 1024 };
const estimate = JSON.stringify({ filler: 'x'.repeat(570) });
const curve = Array.from({ length: 150 }, (_, index): CurvePoint => [index + 1, 1 / (index + 1)]);

export const commits: Bench = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'zeno-bench-'));
  const opened = openStore({ folder, bounds });
  if (opened.kind === 'refused') throw new Error(opened.detail);
  progress('SQLite');
  const sqlite = await measure(opened.store);
  await opened.store.close();
  rmSync(folder, { recursive: true });
  const everysec = await onRedis('everysec');
  const always = await onRedis('always');
  progress('memory');
  const memory = await measure(memoryStore(bounds));
  return {
    bench: 'commits',
    how: `${ROUNDS} rounds of ${COMMITS} commits of one run, each awaited; estimate ${estimate.length} bytes, curve of ${curve.length} points; SQLite in WAL with synchronous=FULL on this machine's disk, Redis over loopback.`,
    rows: [
      row('SQLite', sqlite.rates, 'commits/s'),
      row('SQLite, one commit', sqlite.times, 'ms'),
      row('Redis, appendfsync everysec', everysec.rates, 'commits/s'),
      row('Redis everysec, one commit', everysec.times, 'ms'),
      row('Redis everysec, p99 of one commit', [p99(everysec.times)], 'ms'),
      row('Redis, appendfsync always', always.rates, 'commits/s'),
      row('Redis always, p99 of one commit', [p99(always.times)], 'ms'),
      row('SQLite, p99 of one commit', [p99(sqlite.times)], 'ms'),
      row('memory', memory.rates, 'commits/s'),
    ],
  };
};

/** A real redis-server of its own on this machine. */
async function onRedis(fsync: 'everysec' | 'always') {
  progress(`Redis, appendfsync ${fsync}`);
  await using server = await RedisServer.start(fsync);
  const { url } = server;
  const { store } = openRedis({
    url,
    prefix: 'bench',
    bounds,
    limits: limitsWith({}),
    random: systemRandom,
    meter: noMeter,
  });
  while ((await store.ping()).kind !== 'done') await sleep(10);
  const measured = await measure(store);
  await store.close();
  return measured;
}

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;
}

async function measure(store: Store): Promise<{ rates: number[]; times: number[] }> {
  const run = 'bench' as RunId;
  const freshEpoch = '0123456789abcdef' as Epoch;
  const claimed = await store.claim({
    run,
    version: 1,
    node: 'n' as NodeId,
    nonce: 'p1',
    leaseMs: 1_000,
    freshEpoch,
  });
  if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
  const { holder } = claimed;
  let { position, n } = claimed.checkpoint;
  const rates: number[] = [];
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const roundMs = performance.now();
    for (let count = 0; count < COMMITS; count += 1) {
      const beganMs = performance.now();
      const offset = nextOffset(position.offset);
      const commit = {
        run,
        holder,
        epoch: position.epoch,
        offset,
        from: n,
        to: n + 4,
        state: 'abc',
        curve,
        estimate,
        atMs: count,
      };
      const { kind } = await store.commit(commit);
      if (kind !== 'committed') throw new Error(kind);
      position = { ...position, offset };
      n += 4;
      times.push(performance.now() - beganMs);
    }
    rates.push((COMMITS * 1_000) / (performance.now() - roundMs));
  }
  return { rates, times };
}
