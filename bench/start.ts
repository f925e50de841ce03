/** From nothing to something to see: start of the process, and a subscription's first estimate. */
import { WebSocket } from 'ws';
import { sleep, startNodeProcess, watch } from './node-process.ts';
import { type Bench, progress, row } from './report.ts';

const RUNS = 7;
/** Longer than a run takes to rest, so that the next subscription has to wake it. */
const REST_MS = 1_000;

export const start: Bench = async () => {
  const ready: number[] = [];
  const cold: number[] = [];
  const warm: number[] = [];
  const socket: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    progress(`start ${run + 1} of ${RUNS}`);
    const node = await startNodeProcess();
    ready.push(node.readyMs);
    cold.push(await firstEstimate(node.url));
    await sleep(REST_MS);
    warm.push(await firstEstimate(node.url));
    await sleep(REST_MS);
    socket.push(await firstOverWebSocket(node.url));
    await node.stop();
  }
  return {
    bench: 'start',
    how: `${RUNS} starts of the node process on an empty folder; a first and, after a rest, a second subscription to leibniz over SSE, each from the request to its first estimate; then the same over WebSocket.`,
    rows: [
      row('process start → link printed', ready, 'ms'),
      row('subscribe → first estimate, first of the process', cold, 'ms'),
      row('subscribe → first estimate, of a run that rests', warm, 'ms'),
      row('WebSocket: connect → first new estimate, of a run that rests', socket, 'ms'),
    ],
  };
};

/** From the handshake to the first publication that is pushed; the snapshot in the reply does not count. */
async function firstOverWebSocket(url: string): Promise<number> {
  const beganMs = performance.now();
  const socket = new WebSocket(`${url.replace('http', 'ws')}/connection/websocket`);
  const tookMs = await new Promise<number>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => socket.send('{"connect":{},"id":1}\n{"subscribe":{"channel":"leibniz"},"id":2}'));
    socket.on('message', (data: Buffer) => {
      if (data.includes('"pub":')) resolve(performance.now() - beganMs);
    });
  });
  socket.terminate();
  return tookMs;
}

async function firstEstimate(url: string): Promise<number> {
  const beganMs = performance.now();
  const stream = await watch(url, 'leibniz');
  const { atMs } = await stream.next();
  stream.close();
  return atMs - beganMs;
}
