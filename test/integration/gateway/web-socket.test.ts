/** The WebSocket's door: who is let in, what is heard, and that a place is given back. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { refuse } from '../../../src/protocols/refusal.ts';
import { textFrame } from '../../../src/protocols/wire/web-socket-frame.ts';
import { limitsReached } from './entered-clients.ts';
import { ask, type Gateway, startGateway, until } from './start-gateway.ts';

const dial = ({ url }: Gateway) => new WebSocket(`${url.replace('http', 'ws')}/connection/websocket`);

/** The status of a handshake that is refused. */
async function refusal(gateway: Gateway): Promise<[number | undefined, string | undefined]> {
  const [request, response] = await once(dial(gateway), 'unexpected-response');
  request.destroy();
  return [response.statusCode, response.headers['retry-after']];
}

it('refuses connections beyond those of an address, and gives a place back', async () => {
  await using gateway = await startGateway({ limits: { connectionsPerAddress: 1 } });
  const first = dial(gateway);
  await once(first, 'open');
  const [status, retryAfter] = await refusal(gateway);
  expect([status, Number(retryAfter) > 0]).toEqual([429, true]);
  first.terminate();
  await once(first, 'close');
  await until(() => gateway.service.connections.length === 1);
  const second = dial(gateway);
  await once(second, 'open');
  second.terminate();
});

it('refuses connections beyond those of the node', async () => {
  await using gateway = await startGateway({ limits: { connections: 1 } });
  const first = dial(gateway);
  await once(first, 'open');
  expect((await refusal(gateway))[0]).toBe(503);
  first.terminate();
});

it('loses nothing that a client says before anybody listens, and writes shared bytes as they are', async () => {
  await using gateway = await startGateway();
  const client = dial(gateway);
  await once(client, 'open');
  client.send('first');
  client.send('second');
  await until(() => gateway.service.connections.length === 1);
  const connection = gateway.service.connections[0];
  const heard: string[] = [];
  connection?.listen({
    received: (said) => heard.push(String(said)),
    drained: () => {},
    closed: () => heard.push('closed'),
  });
  await until(() => heard.length === 2);
  expect(heard).toEqual(['first', 'second']);
  const read = once(client, 'message');
  connection?.write(textFrame('shared'));
  expect(String((await read)[0])).toBe('shared');
  const closed = once(client, 'close');
  connection?.close('drain');
  connection?.write(textFrame('too late'));
  const [code, reason] = await closed;
  expect([code, String(reason)]).toEqual([3001, 'shutdown']);
  await until(() => heard.includes('closed'));
});

it('cuts a client that never answers the close', async () => {
  await using gateway = await startGateway({ limits: { closeMs: 50 } });
  const client = dial(gateway);
  await once(client, 'open');
  await until(() => gateway.service.connections.length === 1);
  const ends: string[] = [];
  const connection = gateway.service.connections[0];
  connection?.listen({ received: () => {}, drained: () => {}, closed: () => ends.push('closed') });
  client.pause();
  connection?.close('drain');
  await until(() => ends.length === 1);
  client.terminate();
});

it('says goodbye with a code to come back by when no session can be started', async () => {
  await using gateway = await startGateway();
  gateway.service.connect = async () => refuse('not-ready', 'being restarted');
  const client = dial(gateway);
  const said = once(client, 'message');
  const [code] = await once(client, 'close');
  expect(code).toBe(3004);
  expect(JSON.parse(String((await said)[0]))).toEqual({
    push: { disconnect: { code: 3004, reason: 'internal server error' } },
  });
});

it('answers a handshake that is none as any other request, and keeps no place for it', async () => {
  await using gateway = await startGateway({ limits: { connectionsPerAddress: 1 } });
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket' };
  for (const wrong of [
    {},
    { 'sec-websocket-version': '7', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' },
  ]) {
    const headers = { ...upgrade, ...wrong };
    const refused = await ask(gateway, 'GET', '/connection/websocket', { headers });
    expect(refused.json).toMatchObject({ type: 'urn:zeno:problem:bad-request' });
    expect([refused.status, refused.headers['sec-websocket-version']]).toEqual([400, '13']);
    expect(refused.headers['x-request-id']).toMatch(/^[0-9a-f]{16}$/);
  }
  const client = dial(gateway);
  await once(client, 'open');
  client.terminate();
});

it('says goodbye and logs the request where a session can’t be started by a bug', async () => {
  await using gateway = await startGateway();
  gateway.service.connect = () => Promise.reject(new Error('a bug'));
  const client = dial(gateway);
  const [{ headers }] = await once(client, 'upgrade');
  const [code] = await once(client, 'close');
  expect([code, headers.upgrade]).toEqual([3004, 'websocket']);
  expect(gateway.logged).toMatchObject([
    { request: expect.stringMatching(/^[0-9a-f]{16}$/), method: 'GET', route: '/connection/websocket' },
  ]);
});

/** A masked frame of a client; a mask of zeros changes nothing. */
const controlFrame = (first: number, payload: string) =>
  Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload)]);

const PING = 0x89;
const PONG = 0x8a;

/** Sends `flood` again and again for as long as it is taken, and says what the server said and how much it took. */
async function floodWith(gateway: Gateway, flood: Buffer): Promise<{ said: Buffer; takenBytes: number }> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  const said: Buffer[] = [];
  socket.on('data', (bytes) => said.push(bytes)).on('error', () => {});
  const key = 'dGhlIHNhbXBsZSBub25jZQ==';
  const headers = ['connection: upgrade', 'upgrade: websocket', 'sec-websocket-version: 13'];
  const head = ['GET /connection/websocket HTTP/1.1', `host: ${hostname}`, ...headers];
  socket.write(`${head.join('\r\n')}\r\nsec-websocket-key: ${key}\r\n\r\n`);
  await until(() => gateway.service.connections.length === 1);
  gateway.service.connections[0]?.listen({ received: () => {}, drained: () => {}, closed: () => {} });
  const pour = () => {
    while (!socket.destroyed && socket.write(flood));
  };
  socket.on('drain', pour);
  pour();
  await new Promise((resolve) => socket.once('close', resolve));
  return { said: Buffer.concat(said), takenBytes: socket.bytesWritten - socket.writableLength };
}

it.each([
  ['pongs that nobody asked for', PONG],
  ['pings', PING],
])('a flood of %s ends its connection, and is not read on', async (_, first) => {
  const { reached, meter } = limitsReached();
  await using gateway = await startGateway({ limits: { closeMs: 1_500 }, meter });
  const flood = Buffer.concat(Array.from({ length: 1_000 }, () => controlFrame(first, 'p'.repeat(120))));
  const { said, takenBytes } = await floodWith(gateway, flood);
  expect(said.includes(Buffer.from([0x0b, 0xc5]))).toBe(true);
  expect(said.toString('latin1')).toContain('too many requests');
  expect(reached).toEqual(['controlFramesPerSecond', 'closeMs']);
  // Kernels take some megabytes of their own accord.
  expect(takenBytes).toBeLessThan(16 * 1024 * 1024);
});

it('as many pings as the limit allows are answered, and answers to our own count for nothing', async () => {
  const { reached, meter } = limitsReached();
  const limits = { controlFramesPerSecond: 5, outboxSoftBytes: 1 };
  await using gateway = await startGateway({ limits, meter });
  const client = dial(gateway);
  await once(client, 'open');
  await until(() => gateway.service.connections.length === 1);
  const [connection] = gateway.service.connections;
  connection?.listen({ received: () => {}, drained: () => {}, closed: () => {} });
  let probes = 0;
  let pongs = 0;
  client.on('ping', () => {
    probes += 1;
  });
  client.on('pong', () => {
    pongs += 1;
  });
  // So much at once that each is asked for.
  for (let number = 1; number <= 30; number += 1) {
    connection?.write(textFrame('x'.repeat(100)));
    await until(() => probes === number);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  for (let ping = 0; ping < 10; ping += 1) client.ping();
  await until(() => pongs === 10);
  expect(reached).toEqual([]);
  client.terminate();
});

it('a message in more pieces than any client makes ends its connection', async () => {
  await using gateway = await startGateway();
  const client = dial(gateway);
  await once(client, 'open');
  await until(() => gateway.service.connections.length === 1);
  gateway.service.connections[0]?.listen({ received: () => {}, drained: () => {}, closed: () => {} });
  for (let piece = 0; piece < 70; piece += 1) client.send('', { fin: false });
  const [code, reason] = await once(client, 'close');
  expect([code, String(reason)]).toEqual([1008, 'too many pieces']);
});
