import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { createFront } from '../../../src/gateway/front.ts';
import { limitsWith } from '../../../src/protocols/limits.ts';
import { noMeter } from '../../../src/protocols/ports/meter.ts';
import { countingMeter } from '../../support/counting-meter.ts';
import { ask, type Gateway, gone, open, startGateway } from './start-gateway.ts';

const limits = limitsWith({});
const log = { error: () => {} };

it('a stream survives the listening socket, and the next one listens on the same port', async () => {
  await using gateway = await startGateway();
  const response = await open(gateway, 'GET', '/v1/series/leibniz/events');
  const [connection] = gateway.service.connections;
  gateway.stopListening();
  await expect(ask(gateway, 'GET', '/healthz')).rejects.toThrow('ECONNREFUSED');
  const again = await gateway.front.listen();
  expect(again).toMatchObject({ kind: 'listening', listening: { url: gateway.url } });
  expect((await ask(gateway, 'GET', '/healthz')).status).toBe(200);
  connection?.write(new TextEncoder().encode('data: still here\n\n'));
  const [chunk] = await response.take(1).toArray();
  expect(String(chunk)).toBe('data: still here\n\n');
});

it('a listening socket whose Listener died before it was told of it is taken over', async () => {
  await using gateway = await startGateway();
  const answers = await Promise.all([gateway.front.listen(), gateway.front.listen()]);
  expect(answers.map((answer) => answer.kind)).toEqual(['listening', 'listening']);
  if (answers[0].kind === 'listening') answers[0].listening.close();
  expect((await ask(gateway, 'GET', '/healthz')).status).toBe(200);
});

it('an address that cannot be had is refused with what to do', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const front = createFront(() => {}, {
    host: '127.0.0.1',
    port,
    limits,
    trustProxy: false,
    log,
    meter: noMeter,
  });
  expect(await front.listen()).toEqual({
    kind: 'refused',
    detail: `Port ${port} of 127.0.0.1 is in use. End what listens there, or set ZENO_PORT to another port (0 for any).`,
  });
  other.close();
  expect((await front.listen()).kind).toBe('listening');
  await front.closeAll();
  const elsewhere = createFront(() => {}, {
    host: '192.0.2.1',
    port: 0,
    limits,
    trustProxy: false,
    log,
    meter: noMeter,
  });
  expect(await elsewhere.listen()).toMatchObject({
    kind: 'refused',
    detail: expect.stringMatching(/^192\.0\.2\.1 is no address of this machine. Set ZENO_HOST/),
  });
});

it('at the end of the node nothing stays open: streams, idle sockets, sockets of earlier times', async () => {
  await using gateway = await startGateway();
  const { port } = new URL(gateway.url);
  const idle = connect(Number(port), '127.0.0.1');
  await new Promise((resolve) => idle.once('connect', resolve));
  const idleGone = new Promise((resolve) => idle.on('error', () => {}).once('close', resolve));
  const early = gone(await open(gateway, 'GET', '/v1/series/leibniz/events'));
  gateway.stopListening();
  await gateway.front.listen();
  const late = gone(await open(gateway, 'GET', '/v1/series/leibniz/events'));
  await gateway.front.closeAll();
  await Promise.all([idleGone, early, late]);
  await expect(ask(gateway, 'GET', '/healthz')).rejects.toThrow('ECONNREFUSED');
  expect(await gateway.front.listen()).toMatchObject({ kind: 'refused' });
  await gateway.front.closeAll();
});

it('a wildcard address is shown as one that can be opened', async () => {
  await using gateway = await startGateway({ host: '0.0.0.0' });
  expect(gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+$/);
  expect((await ask(gateway, 'GET', '/healthz', { headers: { host: '10.1.2.3:80' } })).status).toBe(200);
});

/** What a socket that says `text`, and then `drip` again and again, is answered until it is closed. */
async function dripping(gateway: Gateway, text: string, drip = ''): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  let heard = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    heard += chunk;
  });
  socket.on('error', () => {}).write(text);
  const drops = drip === '' ? undefined : setInterval(() => socket.write(drip), 100);
  await once(socket, 'close');
  clearInterval(drops);
  return heard;
}

it.each([
  ['is dripped header by header', 'GET /healthz HTTP/1.1\r\n', 'x-drop: 1\r\n', 408, 'requestMs'],
  [
    'never ends its body',
    'POST /v1/login HTTP/1.1\r\nhost: localhost\r\ncontent-length: 900\r\ncontent-type: application/json\r\n\r\n',
    'x',
    408,
    'requestMs',
  ],
  [
    'has headers without end',
    `GET /healthz HTTP/1.1\r\nx-long: ${'x'.repeat(20_000)}`,
    '',
    431,
    'headerBytes',
  ],
  ['is not HTTP', 'HELO zeno\r\n\r\n', '', 400, null],
])('a request that %s is answered and cut off', async (_what, text, drip, status, limit) => {
  const reached: string[] = [];
  const meter = { ...noMeter, limited: (name: string) => void reached.push(name) };
  await using gateway = await startGateway({ meter, limits: { headersMs: 500, requestMs: 800 } });
  const heard = await dripping(gateway, text, drip);
  const [head = '', body = ''] = heard.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head.toLowerCase()).toContain('content-type: application/problem+json');
  expect(JSON.parse(body)).toMatchObject({ status });
  expect(reached).toEqual(limit === null ? [] : [limit]);
  expect((await ask(gateway, 'GET', '/healthz')).status).toBe(200);
});

it('one address has no more sockets than its share, and gets them back when it closes some', async () => {
  const meter = countingMeter();
  await using gateway = await startGateway({ limits: { socketsPerAddress: 3 }, meter });
  const { hostname, port } = new URL(gateway.url);
  const dial = () => connect(Number(port), hostname).on('error', () => {});
  const held = [dial(), dial(), dial()];
  await Promise.all(held.map((socket) => once(socket, 'connect')));
  await once(dial(), 'close');
  expect(meter.limits).toEqual(['socketsPerAddress']);
  const elsewhere = connect({ port: Number(port), host: hostname, localAddress: '127.0.0.2' });
  await once(elsewhere, 'connect');
  elsewhere.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
  expect(String((await once(elsewhere, 'data'))[0])).toContain('200 OK');
  elsewhere.destroy();
  for (const socket of held) socket.destroy();
  await expect.poll(async () => (await ask(gateway, 'GET', '/healthz').catch(() => null))?.status).toBe(200);
});

it('beyond all the sockets there may be one more is closed, and counted', async () => {
  const meter = countingMeter();
  const most = { ...limits, connections: 2 - 1_000 };
  const options = { host: '127.0.0.1', port: 0, limits: most, trustProxy: false, log, meter };
  const front = createFront((_request, response) => response.end(), options);
  const listened = await front.listen();
  if (listened.kind === 'refused') throw new Error(listened.detail);
  const { port } = new URL(listened.listening.url);
  const dial = () => connect(Number(port), '127.0.0.1').on('error', () => {});
  const held = [dial(), dial()];
  await Promise.all(held.map((socket) => once(socket, 'connect')));
  await once(dial(), 'close');
  expect(meter.limits).toEqual(['connections']);
  for (const socket of held) socket.destroy();
  await front.closeAll();
});

it('an expectation that nobody here meets is refused in words, and 100-continue is met', async () => {
  await using gateway = await startGateway();
  const refused = await ask(gateway, 'GET', '/healthz', { headers: { expect: 'miracles' } });
  expect([refused.status, refused.json]).toEqual([417, expect.objectContaining({ status: 417 })]);
  expect(refused.headers['content-type']).toContain('application/problem+json');
  expect(refused.headers['x-request-id']).toMatch(/^[0-9a-f]{16}$/);
  const met = await ask(gateway, 'GET', '/healthz', { headers: { expect: '100-Continue' } });
  expect(met.status).toBe(200);
});
