/** How fast the stores take commits, one after the other, as one run makes them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeId, RunId } from '../src/protocols/identity.ts';
import type { HistoryBounds, Store } from '../src/protocols/ports/store.ts';
import { type Epoch, nextOffset } from '../src/protocols/position.ts';
import type { CurvePoint } from '../src/protocols/wire/run-view.ts';
import { memoryStore } from '../src/store/memory-store.ts';
import { openStore } from '../src/store/open-store.ts';
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
  progress('memory');
  const memory = await measure(memoryStore(bounds));
  return {
    bench: 'commits',
    how: `${ROUNDS} rounds of ${COMMITS} commits of one run, each awaited; estimate ${estimate.length} bytes, curve of ${curve.length} points; SQLite in WAL with synchronous=FULL on this machine's disk.`,
    rows: [
      row('SQLite', sqlite.rates, 'commits/s'),
      row('SQLite, one commit', sqlite.times, 'ms'),
      row('memory', memory.rates, 'commits/s'),
    ],
  };
};

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
