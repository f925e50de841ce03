/**
 * What a delivery costs: the CPU time of the server's process for each message that reached a client, over WebSocket
 * and over SSE, beside a plain loop over `ws.send(string)` that sends as much as often, in turns in the same run.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { WebSocket } from 'ws';
import { sleep, startNodeProcess } from './node-process.ts';
import { type Bench, progress, row } from './report.ts';

const CLIENTS = 1_000;
const PER_SECOND = 20;
const ROUNDS = 5;
const ROUND_MS = 5_000;
const SETTLE_MS = 2_000;
/** Of /proc/<pid>/stat. */
const TICK_US = 10_000;

interface Audience {
  delivered: number;
  bytes: number;
  close(): void;
}

export const deliveries: Bench = async () => {
  const rows = { plain: [] as number[], webSocket: [] as number[], sse: [] as number[] };
  let bytes = 500;
  for (let round = 0; round < ROUNDS; round += 1) {
    progress(`round ${round + 1} of ${ROUNDS}: Zeno over WebSocket`);
    const socket = await zeno(webSocketAudience);
    rows.webSocket.push(socket.us);
    bytes = socket.bytes;
    progress(`round ${round + 1} of ${ROUNDS}: Zeno over SSE`);
    rows.sse.push((await zeno(sseAudience)).us);
    progress(`round ${round + 1} of ${ROUNDS}: ws.send(string)`);
    rows.plain.push(await plain(bytes));
  }
  const { median } = row('', rows.plain, '');
  return {
    bench: 'deliveries',
    how: `${CLIENTS} clients of one server process, ${PER_SECOND} messages of ${bytes} bytes a second to each, ${ROUNDS} rounds of ${ROUND_MS / 1_000} s in turns; CPU of the server's process (computing, committing and publishing included) / messages that arrived.`,
    rows: [
      row('ws.send(string)', rows.plain, 'µs CPU', median),
      row('Zeno, WebSocket', rows.webSocket, 'µs CPU', median),
      row('Zeno, SSE', rows.sse, 'µs CPU', median),
    ],
  };
};

type Gather = (url: string, run: string) => Promise<Audience>;

async function zeno(gather: Gather): Promise<{ us: number; bytes: number }> {
  const limits = { connectionsPerAddress: 2_000, connectsPerSecond: 2_000 };
  const node = await startNodeProcess({ ZENO_LIMITS: JSON.stringify(limits) });
  const pace = { mode: 'walk', termsPerSecond: PER_SECOND };
  const created = await fetch(`${node.url}/v1/series/leibniz/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ pace }),
  });
  const { run }: { run: string } = JSON.parse(await created.text());
  const audience = await gather(node.url, run);
  const us = await measure(node.pid, audience);
  audience.close();
  await node.stop();
  return { us, bytes: Math.round(audience.bytes / audience.delivered) };
}

async function plain(bytes: number): Promise<number> {
  const child = spawn(process.execPath, ['bench/plain-server.ts', String(bytes), String(PER_SECOND)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const audience = await webSocketAudience(String(line).trim().replace(/\/$/, ''), '');
  const us = await measure(child.pid ?? 0, audience);
  audience.close();
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  return us;
}

async function measure(pid: number, audience: Audience): Promise<number> {
  await sleep(SETTLE_MS);
  const before = { us: cpuUs(pid), delivered: audience.delivered };
  await sleep(ROUND_MS);
  return (cpuUs(pid) - before.us) / (audience.delivered - before.delivered);
}

/** User and system time of a process with all its threads. */
function cpuUs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

async function webSocketAudience(url: string, run: string): Promise<Audience> {
  const sockets: WebSocket[] = [];
  const close = () => {
    for (const socket of sockets) socket.terminate();
  };
  const audience = { delivered: 0, bytes: 0, close };
  for (let count = 0; count < CLIENTS; count += 1) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/connection/websocket`);
    sockets.push(socket);
    await once(socket, 'open');
    socket.on('message', (data: Buffer) => {
      audience.delivered += 1;
      audience.bytes += data.length;
    });
    if (run === '') continue;
    socket.send(`{"connect":{},"id":1}\n{"subscribe":{"channel":"${run}"},"id":2}`);
  }
  return audience;
}

async function sseAudience(url: string, run: string): Promise<Audience> {
  const ends: (() => void)[] = [];
  const close = () => {
    for (const end of ends) end();
  };
  const audience = { delivered: 0, bytes: 0, close };
  for (let count = 0; count < CLIENTS; count += 1) {
    await new Promise<void>((resolve, reject) => {
      const asked = get(`${url}/v1/series/${run}/events`, { agent: false }, (response) => {
        response.on('data', (chunk: Buffer) => {
          audience.delivered += chunk.toString().split('event: estimate').length - 1;
          audience.bytes += chunk.length;
        });
        response.on('error', () => {});
        ends.push(() => asked.destroy());
        resolve();
      }).on('error', reject);
    });
  }
  return audience;
}
