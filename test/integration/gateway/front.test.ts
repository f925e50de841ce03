import { createServer } from 'node:http';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { createFront } from '../../../src/gateway/front.ts';
import { limitsWith } from '../../../src/protocols/limits.ts';
import { ask, gone, open, startGateway } from './start-gateway.ts';

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
  const front = createFront(() => {}, { host: '127.0.0.1', port, limits, log });
  expect(await front.listen()).toEqual({
    kind: 'refused',
    detail: `Port ${port} of 127.0.0.1 is in use. End what listens there, or set ZENO_PORT to another port (0 for any).`,
  });
  other.close();
  expect((await front.listen()).kind).toBe('listening');
  await front.closeAll();
  const elsewhere = createFront(() => {}, { host: '192.0.2.1', port: 0, limits, log });
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
