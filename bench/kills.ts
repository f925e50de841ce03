/** Kill → next estimate, as a watcher sees it, for each kind of process. */
import { Value } from 'typebox/value';
import { KillReport } from '../src/protocols/wire/supervision.ts';
import { adminToken, type NodeProcess, sleep, startNodeProcess, watch } from './node-process.ts';
import { type Bench, progress, type Row, row } from './report.ts';

const ROUNDS = 7;
/** So far apart that no supervisor's intensity is used up. */
const PAUSE_MS = 1_500;

const victims = [
  'root/compute/range-workers/0',
  'root/compute/dispatcher',
  'root/compute/range-workers',
  'root/compute/series/leibniz',
  'root/broadcast/hubs/leibniz',
  'root/broadcast/hubs',
  'root/broadcast/lobby',
  'root/base/registry',
  'root/base/store',
  'root/base/auth',
  'root/edge/listener',
  'root/compute',
  'root/broadcast',
  'root/base',
];

export const kills: Bench = async () => {
  const node = await startNodeProcess();
  const stream = await watch(node.url, 'leibniz');
  await stream.next();
  const calm = await gaps(stream.next, ROUNDS);
  const rows: Row[] = [row('(nothing killed: between two estimates)', calm, 'ms')];
  for (const path of victims) {
    progress(path);
    const seen: number[] = [];
    const restart: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await stream.next();
      const beganMs = performance.now();
      const report = await kill(node, path);
      const { atMs } = await stream.next();
      seen.push(atMs - beganMs);
      if (report.restartLatencyUs !== null) restart.push(report.restartLatencyUs);
      await sleep(PAUSE_MS);
    }
    rows.push(row(`${path}: to the next estimate after the answer`, seen, 'ms'));
    rows.push(row(`${path}: restart`, restart, 'µs'));
  }
  stream.close();
  await node.stop();
  return {
    bench: 'kills',
    how: `${ROUNDS} kills of each over HTTP, ${PAUSE_MS} ms apart, while one watcher follows leibniz in sprint. An undisturbed sprint publishes every 100 ms, so up to that much of each time is the ordinary interval. "restart" is the supervisor's own figure: from the exit to the end of the new one's init.`,
    rows,
  };
};

async function gaps(next: () => Promise<{ readonly atMs: number }>, count: number): Promise<number[]> {
  const times: number[] = [];
  let before = (await next()).atMs;
  for (let index = 0; index < count; index += 1) {
    const { atMs } = await next();
    times.push(atMs - before);
    before = atMs;
  }
  return times;
}

async function kill(node: NodeProcess, path: string) {
  const response = await fetch(`${node.url}/v1/supervision/kill`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ path }),
  });
  return Value.Parse(KillReport, await response.json());
}
