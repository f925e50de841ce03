import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/protocols/ports/connection.ts';
import { done, refuse } from '../../../src/protocols/refusal.ts';
import { limitsReached } from './entered-clients.ts';
import { ask, type Gateway, gone, open, problem, startGateway, until } from './start-gateway.ts';

const path = '/v1/series/leibniz/events';
const bytes = (text: string) => new TextEncoder().encode(text);

/** Counts what a connection tells; `drains` and `ends` are as often as it was told. */
function listenTo(connection: Connection | undefined) {
  const heard = { drains: 0, ends: 0 };
  connection?.listen({
    received: () => {},
    drained: () => {
      heard.drains += 1;
    },
    closed: () => {
      heard.ends += 1;
    },
  });
  return heard;
}

/** A stream with its two ends: what the client reads, and what the core holds. */
async function stream(gateway: Gateway, headers: Record<string, string> = {}, at = path) {
  const response = await open(gateway, 'GET', at, { headers });
  const connection = gateway.service.connections.at(-1);
  if (connection === undefined) throw new Error('the core holds no connection');
  return { response, connection, heard: listenTo(connection) };
}

async function readUntil(response: IncomingMessage, ending: string): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for (;;) {
    text += response.read() ?? '';
    if (text.endsWith(ending)) return text;
    await new Promise((resolve) => response.once('readable', resolve));
  }
}

/** A client that asks for the stream and then never reads. */
async function stalledReader(gateway: Gateway) {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  const before = gateway.service.connections.length;
  await until(() => gateway.service.connections.length > before);
  const connection = gateway.service.connections.at(-1);
  if (connection === undefined) throw new Error('the core holds no connection');
  return { socket, connection, heard: listenTo(connection) };
}

/** More than the kernel's buffers on both sides of a loopback connection hold. */
const kernelsFill = new Uint8Array(16 * 1024 * 1024).fill(32);

describe('the head of a stream', () => {
  it('tells caches and proxies to pass every byte on at once, and the body is the bytes of the core', async () => {
    await using gateway = await startGateway({ origins: ['https://app.example'] });
    const { response, connection } = await stream(gateway, { origin: 'https://app.example' });
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'access-control-allow-origin': 'https://app.example',
      'x-content-type-options': 'nosniff',
    });
    expect(response.headers['transfer-encoding']).toBeUndefined();
    expect(connection.format).toBe('sse');
    const shared = bytes('event: estimate\ndata: π\n\n');
    connection.write(shared);
    connection.write(shared);
    connection.close('drain');
    connection.write(bytes('too late'));
    expect(await readUntil(response, 'data: π\n\n')).toBe('event: estimate\ndata: π\n\n'.repeat(2));
    await new Promise((resolve) => response.once('end', resolve).resume());
  });

  it('comes only when the core accepts; until then a refusal is an ordinary problem', async () => {
    await using gateway = await startGateway();
    const missing = await ask(gateway, 'GET', '/v1/series/nope/events');
    expect([missing.status, missing.json]).toEqual([
      404,
      problem('unknown-run', 404, 'There is no run nope.'),
    ]);
    gateway.service.watchRun = async () => refuse('draining', 'This node is ending.');
    const draining = await ask(gateway, 'GET', path);
    expect([draining.status, draining.headers['retry-after']]).toEqual([503, '3']);
  });

  it('passes on who asks, where the client stands and how often it wants to hear', async () => {
    await using gateway = await startGateway();
    const ask3 = [
      [`${path}?everyMs=250`, { 'last-event-id': 'a:1', cookie: 'zeno_login=x' }],
      [`${path}?lastEventID=b:2`, {}],
      [`${path}?lastEventID=b:2&last-event-id=c:3&everyMs=0`, { 'last-event-id': 'a:1' }],
      [path, { 'last-event-id': '' }],
    ] as const;
    for (const [at, headers] of ask3) (await stream(gateway, headers, at)).response.destroy();
    const guest = (cookie: string | null) => ({
      user: 'anonymous@127.0.0.1',
      credentials: { bearer: null, cookie },
      request: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(gateway.service.watched).toEqual([
      { run: 'leibniz', lastEventId: 'a:1', everyMs: 250, guest: guest('x') },
      { run: 'leibniz', lastEventId: 'b:2', everyMs: null, guest: guest(null) },
      { run: 'leibniz', lastEventId: 'a:1', everyMs: 0, guest: guest(null) },
      { run: 'leibniz', lastEventId: null, everyMs: null, guest: guest(null) },
    ]);
  });

  it('is refused for an everyMs that is no whole number within the limit', async () => {
    await using gateway = await startGateway({ limits: { everyMsMax: 500 } });
    const message = 'must be a whole number from 0 to 500';
    for (const everyMs of ['501', '-1', '1.5', 'x', '', 'true']) {
      expect((await ask(gateway, 'GET', `${path}?everyMs=${everyMs}`)).json).toEqual(
        problem('bad-request', 400, `The query parameter everyMs ${message}.`, [
          { path: 'everyMs', message },
        ]),
      );
    }
    expect((await ask(gateway, 'GET', `${path}?everyMs=1&everyMs=2`)).status).toBe(400);
    expect(gateway.service.watched).toEqual([]);
  });

  it('is refused to a request that was pipelined behind another', async () => {
    await using gateway = await startGateway();
    const asked: (() => void)[] = [];
    gateway.service.readiness = () =>
      new Promise((resolve) => {
        asked.push(() => resolve({ ready: true, reasons: [] }));
      });
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1').setEncoding('utf8');
    const head = (at: string) => `GET ${at} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    socket.write(head('/readyz') + head(path));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    await until(() => asked.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    asked[0]?.();
    await until(() => text.includes('do not pipeline it'));
    expect(gateway.service.connections).toEqual([]);
    socket.destroy();
  });

  it('also begins the feed of the supervision', async () => {
    await using gateway = await startGateway();
    const { response, connection } = await stream(gateway, {}, '/v1/supervision/events');
    connection.write(bytes('event: restart\ndata: {}\n\n'));
    expect(await readUntil(response, '\n\n')).toBe('event: restart\ndata: {}\n\n');
  });
});

describe('the end of a stream', () => {
  it('is told once, whoever ends it', async () => {
    await using gateway = await startGateway();
    const left = await stream(gateway);
    left.response.destroy();
    const closed = await stream(gateway);
    closed.connection.close('drain');
    closed.response.resume();
    const destroyed = await stream(gateway);
    destroyed.response.on('error', () => {});
    destroyed.connection.close('drain');
    destroyed.connection.close('drain');
    for (const { heard } of [left, closed, destroyed]) await until(() => heard.ends > 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const { heard, connection } of [left, closed, destroyed]) {
      connection.write(bytes('nobody reads this'));
      connection.close('drain');
      expect([heard.ends, connection.congested()]).toEqual([1, false]);
    }
  });

  it('is told at once to who listens only afterwards', async () => {
    await using gateway = await startGateway();
    const { response, connection, heard } = await stream(gateway);
    response.destroy();
    await until(() => heard.ends === 1);
    expect(listenTo(connection).ends).toBe(1);
    expect(heard.ends).toBe(1);
  });

  it('may have come before the core has accepted', async () => {
    await using gateway = await startGateway();
    let accept = () => {};
    const ends: number[] = [];
    gateway.service.watchRun = async (_request, openStream) => {
      await new Promise<void>((resolve) => {
        accept = resolve;
      });
      ends.push(listenTo(openStream()).ends);
      return done(null);
    };
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    accept();
    await until(() => ends.length > 0);
    expect(ends).toEqual([1]);
  });

  it('comes when the core breaks its word, and the bug is logged', async () => {
    await using gateway = await startGateway();
    gateway.service.watchRun = async (_request, openStream) => {
      openStream();
      throw new Error('after opening');
    };
    await open(gateway, 'GET', path).then(gone, () => {});
    await until(() => gateway.logged.length > 0);
    expect(gateway.logged).toMatchObject([
      { request: expect.stringMatching(/^[0-9a-f]{16}$/), method: 'GET', route: '/v1/series/:run/events' },
    ]);
    await until(() => gateway.lines.length > 0);
    expect(gateway.lines).toMatchObject([{ msg: 'client gone', farewell: 'internal' }]);
    gateway.service.watchRun = async () => done(null);
    expect((await ask(gateway, 'GET', path)).status).toBe(500);
  });
});

describe('a slow reader', () => {
  it('is told of its drain when all bytes have left, once, however few they were', async () => {
    await using gateway = await startGateway({ limits: { outboxSoftBytes: 1, outboxHardBytes: 2 ** 30 } });
    const { socket, connection, heard } = await stalledReader(gateway);
    connection.write(bytes('x'));
    expect(connection.congested()).toBe(false);
    while (!connection.congested()) connection.write(kernelsFill.subarray(0, 65_536));
    expect(heard.drains).toBe(0);
    socket.resume();
    await until(() => !connection.congested());
    await until(() => heard.drains === 1);
    connection.write(bytes('y'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([heard.drains, heard.ends]).toEqual([1, 0]);
    socket.destroy();
  });

  it('is cut at the hard cap, and another reader does not notice', async () => {
    await using gateway = await startGateway({ limits: { outboxHardBytes: 1024 * 1024 } });
    const slow = await stalledReader(gateway);
    const other = await stream(gateway);
    slow.connection.write(kernelsFill.subarray(0, 1024));
    other.connection.write(bytes('one\n\n'));
    slow.connection.write(kernelsFill);
    await until(() => slow.heard.ends === 1);
    other.connection.write(bytes('two\n\n'));
    expect(await readUntil(other.response, 'two\n\n')).toBe('one\n\ntwo\n\n');
    expect(other.heard).toEqual({ drains: 0, ends: 0 });
  });

  it('is cut when nothing has left for the stall limit, also while it is being closed', async () => {
    await using gateway = await startGateway({
      limits: { outboxHardBytes: 2 ** 30, outboxTotalBytes: 2 ** 31, outboxStallMs: 150 },
    });
    const slow = await stalledReader(gateway);
    const closing = await stalledReader(gateway);
    const idle = await stream(gateway);
    const begun = performance.now();
    for (const { connection } of [slow, closing]) connection.write(kernelsFill);
    closing.connection.close('drain');
    await until(() => slow.heard.ends === 1 && closing.heard.ends === 1);
    expect(performance.now() - begun).toBeGreaterThan(140);
    expect(idle.heard.ends).toBe(0);
  });

  it('with the most waiting is the one to go when all buffers together are full, whoever was written to', async () => {
    const { reached, meter } = limitsReached();
    await using gateway = await startGateway({
      limits: { outboxHardBytes: 2 ** 30, outboxTotalBytes: 16 * 1024 * 1024, closeMs: 50 },
      meter,
    });
    const most = await stalledReader(gateway);
    const less = await stalledReader(gateway);
    const quick = await stream(gateway);
    most.connection.write(kernelsFill);
    await new Promise((resolve) => setTimeout(resolve, 20));
    less.connection.write(kernelsFill.subarray(0, 9 * 1024 * 1024));
    await until(() => most.heard.ends === 1);
    quick.connection.write(bytes('here\n\n'));
    expect(await readUntil(quick.response, '\n\n')).toBe('here\n\n');
    expect([less.heard.ends, quick.heard.ends]).toEqual([0, 0]);
    expect(reached.filter((limit) => limit === 'outboxTotalBytes')).toHaveLength(1);
    // What it held is free again: another may wait in its place.
    less.socket.destroy();
    await until(() => less.heard.ends === 1);
    const third = await stalledReader(gateway);
    third.connection.write(kernelsFill);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(third.heard.ends).toBe(0);
  });

  it('hears why it has to go, if it reads again', async () => {
    await using gateway = await startGateway({ limits: { closeMs: 10_000 } });
    const { socket, connection } = await stalledReader(gateway);
    connection.write(kernelsFill.subarray(0, 8 * 1024 * 1024));
    let tail = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      tail = `${tail}${chunk}`.slice(-200);
    });
    socket.resume();
    await new Promise((resolve) => socket.once('end', resolve));
    expect(tail.trim()).toMatch(/event: bye\ndata: {"reason":"slow","reconnectMs":1000}$/);
  });

  it('leaves nothing of http behind a stream: what its client says more is no request', async () => {
    await using gateway = await startGateway();
    const { socket, connection, heard } = await stalledReader(gateway);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    socket.resume();
    socket.write('GET /v1/series HTTP/1.1\r\nHost: localhost\r\n\r\n');
    socket.write('no request at all\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 50));
    connection.write(bytes('event: estimate\n\n'));
    await until(() => text.endsWith('\n\n') && text.includes('estimate'));
    expect(text.split('\r\n\r\n')[1]).toBe('event: estimate\n\n');
    socket.end();
    await until(() => heard.ends === 1);
  });
});

describe('the number of streams', () => {
  it('is bounded on the node, and a place is free again when its stream has ended', async () => {
    await using gateway = await startGateway({ limits: { connections: 2 } });
    const held = await stream(gateway);
    await stream(gateway);
    const full = await ask(gateway, 'GET', path);
    expect([full.status, full.headers['retry-after']]).toEqual([503, '3']);
    expect(full.json).toEqual(
      problem('not-ready', 503, 'This node holds all 2 connections it may; try again later.'),
    );
    expect((await ask(gateway, 'GET', '/v1/series')).status).toBe(200);
    held.response.destroy();
    await until(() => held.heard.ends === 1);
    expect((await stream(gateway)).response.statusCode).toBe(200);
  });

  it('is bounded for each address, and refusals hold no place', async () => {
    await using gateway = await startGateway({ limits: { connectionsPerAddress: 1 }, trustProxy: true });
    const from = (address: string) => ({ 'x-forwarded-for': address });
    for (let i = 0; i < 3; i++) {
      expect(
        (await ask(gateway, 'GET', '/v1/series/nope/events', { headers: from('10.0.0.1') })).status,
      ).toBe(404);
    }
    await stream(gateway, from('10.0.0.1'));
    const second = await ask(gateway, 'GET', path, { headers: from('10.0.0.1') });
    expect([second.status, second.headers['retry-after']]).toEqual([429, '3']);
    expect(second.json).toEqual(
      problem('too-many-requests', 429, 'Your address holds all 1 connections it may; close one.'),
    );
    expect((await stream(gateway, from('10.0.0.2'))).response.statusCode).toBe(200);
  });
});
