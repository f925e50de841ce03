/** The end in good order: SIGTERM and SIGINT say goodbye to clients, store what is computed, and leave nothing. */
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { ask, getRun } from '../support/http-client.ts';
import { type RunningNode, startNode, temporaryFolder } from '../support/node-process.ts';
import { curlStream, httpStream, type SseStream } from '../support/sse-reader.ts';
import { estimateOf, expectUnbroken } from '../support/unbroken.ts';

const clean = { code: 0, signal: null };
const DRAIN_MS = 5_000;

async function expectBye(stream: SseStream): Promise<void> {
  await stream.ended;
  const last = stream.events.at(-1);
  expect(last?.event, stream.seen()).toBe('bye');
  expect(last?.id).toBeNull();
  const { reconnectMs, ...bye } = JSON.parse(last?.data ?? '');
  expect(bye).toEqual({ reason: 'drain' });
  expect(Number.isInteger(reconnectMs)).toBe(true);
  expect(reconnectMs).toBeGreaterThanOrEqual(1_000);
  expect(reconnectMs).toBeLessThanOrEqual(3_000);
}

function expectGone({ process: { pid } }: RunningNode, data: string): void {
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(readdirSync(data)).not.toContain('zeno.lock.json');
}

/** On the same data it goes on where each of `streams` ended. */
async function expectContinues(data: string, streams: readonly SseStream[]): Promise<void> {
  const { url } = await startNode({ data });
  const { position, estimate } = await getRun(url, 'leibniz');
  for (const stream of streams) {
    const seen = stream.estimates.at(-1);
    if (seen === undefined) throw new Error('it saw nothing');
    expect(estimate?.n).toBeGreaterThanOrEqual(estimateOf(seen).n);
    const back = await httpStream(`${url}/v1/series/leibniz/events`, { lastEventId: stream.lastId ?? '' });
    expect(JSON.parse((await back.first()).data)).toMatchObject({ recovered: true });
    await back.reaches(position.offset + 2);
    expectUnbroken([...stream.events, ...back.events]);
    back.close();
  }
}

it.each(['SIGTERM', 'SIGINT'] as const)('%s says goodbye, exits 0, and loses nothing', async (signal) => {
  const data = temporaryFolder();
  const node = await startNode({ data });
  const streams = [
    curlStream(`${node.url}/v1/series/leibniz/events`),
    await httpStream(`${node.url}/v1/series/leibniz/events`),
  ];
  const feed = curlStream(`${node.url}/v1/supervision/events`);
  await Promise.all(streams.map((stream) => stream.more(4)));
  await feed.first();
  expect(await node.process.stop(signal, DRAIN_MS)).toEqual(clean);
  for (const stream of [...streams, feed]) await expectBye(stream);
  expectGone(node, data);
  await expectContinues(data, streams);
});

it('stores what is computed and was not yet to be shown', async () => {
  const data = temporaryFolder();
  const env = { ZENO_LIMITS: JSON.stringify({ sprintIntervalMs: 600_000 }) };
  const node = await startNode({ data, env });
  const stream = await httpStream(`${node.url}/v1/series/leibniz/events`);
  await stream.more(1);
  const shown = stream.estimates.map(estimateOf);
  const computed = await eventually('some millions of terms', async () => {
    const [oldest] = (await getRun(node.url, 'leibniz')).ranges;
    return oldest !== undefined && oldest.from > 10_000_000 && oldest.from;
  });
  expect(shown.map(({ n }) => n < computed)).toEqual([true]);
  expect(await node.process.stop('SIGTERM', DRAIN_MS)).toEqual(clean);
  expect(stream.estimates).toHaveLength(1);

  const { url } = await startNode({ data, env });
  const { position, estimate } = await getRun(url, 'leibniz');
  expect(position.offset).toBe(2);
  expect(estimate?.n).toBeGreaterThanOrEqual(computed);
});

it('exits 0 without clients, at once', async () => {
  const data = temporaryFolder();
  const node = await startNode({ data });
  const began = performance.now();
  expect(await node.process.stop('SIGTERM', DRAIN_MS)).toEqual(clean);
  expect(performance.now() - began).toBeLessThan(2_500);
  expectGone(node, data);
});

it('a signal that comes again, or another, does not cut the goodbye short', async () => {
  const data = temporaryFolder();
  const node = await startNode({ data });
  const stream = await httpStream(`${node.url}/v1/series/leibniz/events`);
  await stream.more(2);
  // npm passes a terminal's Ctrl-C on to a process that has it already.
  node.process.signal('SIGTERM');
  node.process.signal('SIGTERM');
  node.process.signal('SIGINT');
  expect(await node.process.exit(DRAIN_MS)).toEqual(clean);
  await expectBye(stream);
  await expectContinues(data, [stream]);
});

it('SIGTERM under load: many clients, several runs, requests on their way', async () => {
  const data = temporaryFolder();
  const node = await startNode({ data });
  const { url } = node;
  const streams = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      httpStream(`${url}/v1/series/${index % 2 === 0 ? 'leibniz' : 'basel'}/events`),
    ),
  );
  await Promise.all(streams.map((stream) => stream.more(2)));
  let asking = true;
  let answered = 0;
  const requests = Array.from({ length: 4 }, async () => {
    while (asking) {
      // A connection that is cut, or refused, is an answer here.
      const answer = await ask(`${url}/v1/series/leibniz`).catch(() => null);
      if (answer === null) return;
      expect([200, 503]).toContain(answer.status);
      answered += 1;
    }
  });
  await streams[0]?.more(2);
  const exit = await node.process.stop('SIGTERM', DRAIN_MS);
  asking = false;
  await Promise.all(requests);
  expect(exit).toEqual(clean);
  expect(answered).toBeGreaterThan(0);
  for (const stream of streams) {
    await expectBye(stream);
    expectUnbroken(stream.events);
  }
  expectGone(node, data);
  await expectContinues(data, streams.slice(0, 1));
});

it('does not wait longer than it may for a client that reads nothing, nor for one that says nothing', async () => {
  const data = temporaryFolder();
  const node = await startNode({ data });
  const deaf = await openSocket(node.url);
  deaf.pause();
  deaf.write(`GET /v1/series/leibniz/events HTTP/1.1\r\nHost: ${new URL(node.url).host}\r\n\r\n`);
  const silent = await openSocket(node.url);
  silent.write('GET /v1/series HTTP/1.1\r\nHost:');
  const stream = await httpStream(`${node.url}/v1/series/leibniz/events`);
  await stream.more(4);
  expect(await node.process.stop('SIGTERM', DRAIN_MS)).toEqual(clean);
  await expectBye(stream);
  expectGone(node, data);
});

it('while it drains, it lets nobody in', async () => {
  const data = temporaryFolder();
  const node = await startNode({ data });
  const { url } = node;
  const deaf = await openSocket(url);
  deaf.pause();
  deaf.write(`GET /v1/series/leibniz/events HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`);
  const stream = await httpStream(`${url}/v1/series/leibniz/events`);
  await stream.more(2);
  node.process.signal('SIGTERM');
  await expectBye(stream);
  const late = await httpStream(`${url}/v1/series/leibniz/events`).catch((error: unknown) => error);
  expect(late).toBeInstanceOf(Error);
  expect(await node.process.exit(DRAIN_MS)).toEqual(clean);
});

async function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  socket.once('connect', () => resolve(socket)).once('error', reject);
  const connected = await promise;
  connected.off('error', reject).on('error', () => {});
  return connected;
}

it('sends many clients away one after the other, serves each until its turn, and is not ready meanwhile', async () => {
  const data = temporaryFolder();
  const perSecond = 20;
  const env = { ZENO_LIMITS: JSON.stringify({ connectsPerSecond: perSecond }) };
  const node = await startNode({ data, env });
  const url = `${node.url}/v1/series/leibniz/events`;
  const streams: SseStream[] = [];
  while (streams.length < 2 * perSecond) {
    // Beyond its rate the node says 429.
    const stream = await httpStream(url).catch(() => null);
    if (stream !== null) streams.push(stream);
  }
  await Promise.all(streams.map((stream) => stream.more(1)));
  const seen = streams.map((stream) => stream.estimates.length);
  const order: number[] = [];
  streams.forEach((stream, index) => void stream.ended.then(() => order.push(index)));
  node.process.signal('SIGTERM');
  await eventually('some have gone', () => order.length > 4);
  expect(order.length).toBeLessThan(streams.length);
  const ready = await ask(`${node.url}/readyz`);
  expect([ready.status, JSON.parse(ready.text).detail]).toEqual([503, 'draining']);
  const newcomer = await ask(url);
  expect([newcomer.status, JSON.parse(newcomer.text).type]).toEqual([503, 'urn:zeno:problem:draining']);
  expect(await node.process.exit(2 * DRAIN_MS)).toEqual(clean);
  for (const stream of streams) await expectBye(stream);
  // Who had to wait longest saw estimates all the while.
  const last = order.at(-1) ?? 0;
  expect(streams[last]?.estimates.length).toBeGreaterThan((seen[last] ?? 0) + 5);
});
