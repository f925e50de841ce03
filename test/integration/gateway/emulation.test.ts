/** The door of the streams that stand in for a WebSocket: who is let in, what is heard, and that a place is given back. */
import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import type { Connection, Said } from '../../../src/protocols/ports/connection.ts';
import { refuse } from '../../../src/protocols/refusal.ts';
import { countingMeter } from '../../support/counting-meter.ts';
import { ask, type Gateway, gone, open, startGateway, until } from './start-gateway.ts';

const connect = '{"connect":{},"id":1}';
const json = { 'content-type': 'application/json' };

const begin = (gateway: Gateway): Promise<IncomingMessage> =>
  open(gateway, 'POST', '/connection/http_stream', { headers: json, body: connect });

const emulate = (gateway: Gateway, session: string | null | undefined, data: string) =>
  ask(gateway, 'POST', '/emulation', { body: { session, data } });

/** What a connection of the core hears. */
function hear(connection: Connection | undefined): unknown[] {
  const heard: unknown[] = [];
  connection?.listen({
    received: (said: Said) => heard.push(typeof said === 'string' ? said : [...said]),
    drained: () => {},
    closed: () => heard.push('closed'),
  });
  return heard;
}

it('hands on what was said with the request once somebody listens, then what is posted, then the end', async () => {
  await using gateway = await startGateway();
  const response = await begin(gateway);
  const [connection] = gateway.service.connections;
  expect(connection?.format).toBe('centrifuge-json-stream');
  const heard = hear(connection);
  expect(heard).toEqual([connect]);
  expect((await emulate(gateway, connection?.session, 'second')).status).toBe(204);
  expect((await emulate(gateway, connection?.session, 'third')).status).toBe(204);
  response.destroy();
  await until(() => heard.length === 4);
  expect(heard).toEqual([connect, 'second', 'third', 'closed']);
  expect((await emulate(gateway, connection?.session, 'too late')).status).toBe(404);
});

it('hands on bytes as bytes', async () => {
  await using gateway = await startGateway();
  const headers = { 'content-type': 'application/octet-stream' };
  const response = await open(gateway, 'POST', '/connection/http_stream', { headers, body: '\u0001\u0002' });
  const [connection] = gateway.service.connections;
  expect(connection?.format).toBe('centrifuge-protobuf-stream');
  expect(response.headers['content-type']).toBe('application/octet-stream');
  expect(hear(connection)).toEqual([[1, 2]]);
  response.destroy();
});

it('gives each stream a secret of its own, which is heard on no other', async () => {
  await using gateway = await startGateway();
  const responses = [await begin(gateway), await begin(gateway)];
  const [first, second] = gateway.service.connections;
  const [heardFirst, heardSecond] = [hear(first), hear(second)];
  expect(first?.session).toMatch(/^[0-9a-f]{64}$/);
  expect(second?.session).not.toBe(first?.session);
  await emulate(gateway, second?.session, 'for the second');
  expect([heardFirst, heardSecond]).toEqual([[connect], [connect, 'for the second']]);
  for (const response of responses) response.destroy();
});

it('is counted as a connection, and its place is given back', async () => {
  await using gateway = await startGateway({ limits: { connectionsPerAddress: 1 } });
  const first = await begin(gateway);
  expect((await ask(gateway, 'GET', `/connection/sse?cf_connect=${connect}`)).status).toBe(429);
  const heard = hear(gateway.service.connections[0]);
  first.destroy();
  await until(() => heard.includes('closed'));
  const second = await begin(gateway);
  expect(second.statusCode).toBe(200);
  second.destroy();
});

it.each([
  ['draining', 3001],
  ['not-ready', 3004],
] as const)('says goodbye with a code to come back by when the core is %s', async (why, code) => {
  await using gateway = await startGateway();
  gateway.service.connect = async () => refuse(why, 'not now');
  const answer = await ask(gateway, 'POST', '/connection/http_stream', { headers: json, body: connect });
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toMatchObject({ push: { disconnect: { code } } });
});

it('ends after a farewell, and is forgotten', async () => {
  await using gateway = await startGateway();
  const response = await begin(gateway);
  const [connection] = gateway.service.connections;
  const heard = hear(connection);
  const over = gone(response);
  connection?.close('drain');
  await over;
  await until(() => heard.includes('closed'));
  expect((await emulate(gateway, connection?.session, 'too late')).status).toBe(404);
});

it('hears as much in one message as a WebSocket does, however it is escaped, and not a byte more', async () => {
  const meter = countingMeter();
  await using gateway = await startGateway({ limits: { frameBytes: 4_096, bodyBytes: 1_024 }, meter });
  const long = `{"connect":{},"id":1}${' '.repeat(3_000)}`;
  const response = await open(gateway, 'POST', '/connection/http_stream', { headers: json, body: long });
  const [connection] = gateway.service.connections;
  const heard = hear(connection);
  const most = '\u0001'.repeat(4_096);
  expect((await emulate(gateway, connection?.session, most)).status).toBe(204);
  expect(heard).toEqual([long, most]);
  for (const data of [`${most}\u0001`, most.repeat(9)]) {
    expect((await emulate(gateway, connection?.session, data)).status).toBe(413);
  }
  expect(meter.limits).toEqual(['frameBytes', 'frameBytes']);
  expect((await ask(gateway, 'POST', '/emulation', { headers: json, body: '{' })).status).toBe(400);
  response.destroy();
});
