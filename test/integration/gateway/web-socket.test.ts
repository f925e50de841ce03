/** The WebSocket's door: who is let in, what is heard, and that a place is given back. */
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { refuse } from '../../../src/protocols/refusal.ts';
import { textFrame } from '../../../src/protocols/wire/web-socket-frame.ts';
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
