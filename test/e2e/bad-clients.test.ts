/**
 * Clients without manners, each named by its vice: what becomes of it, and that one with manners notices nothing. In the
 * end nothing is left of any of them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expiredToken } from '../support/clients/expired-token.ts';
import { flooder } from '../support/clients/flooder.ts';
import { halfOpen } from '../support/clients/half-open.ts';
import { headerDripper } from '../support/clients/header-dripper.ts';
import { openings } from '../support/clients/openings.ts';
import { oversizedBody, oversizedHeaders, oversizedMessage } from '../support/clients/oversized.ts';
import { pipeliner } from '../support/clients/pipeliner.ts';
import { reconnectStorm } from '../support/clients/reconnect-storm.ts';
import { silentSocket, silentWebSocket } from '../support/clients/silent.ts';
import { slow } from '../support/clients/slow.ts';
import { stalled } from '../support/clients/stalled.ts';
import { eventually } from '../support/eventually.ts';
import { ask, sessionsOf } from '../support/http-client.ts';
import { adminToken } from '../support/node-process.ts';
import { sharedNode } from '../support/shared-node.ts';
import { SseParser } from '../support/sse-reader.ts';
import { socketsOf } from '../support/tcp-sockets.ts';
import { transports } from '../support/transports/all-transports.ts';
import { judge, type StayingClient, stay } from '../support/transports/staying-client.ts';
import { ByteWebSocket } from '../support/web-socket-bytes.ts';

const limits = {
  authenticationMs: 500,
  pingMs: 1_000,
  pongMs: 1_500,
  headersMs: 500,
  requestMs: 1_000,
  outboxStallMs: 2_000,
  ackLateMs: 100,
  closeMs: 300,
  commandsPerSecond: 50,
  commandsBurst: 50,
  connectsPerSecond: 60,
  loginMs: 1_000,
  sprintIntervalMs: 10,
};
const node = sharedNode({ limits, env: { ZENO_SERIES: './test/support/wide-series.ts' } });
let witnesses: readonly StayingClient[];

const sessions = async () => (await sessionsOf(node.url)).length;

beforeEach(async () => {
  await eventually('the end of everybody before', async () => (await sessions()) === 0);
  witnesses = transports.map((transport) => stay(transport, node.url, 'leibniz'));
  for (const witness of witnesses) await witness.more(1);
});

afterEach(async () => {
  for (const witness of witnesses) {
    await witness.more(2);
    expect(judge(witness.seen)).toMatchObject({ recoveries: 0, snapshots: ['first'] });
  }
  await eventually('nobody but those with manners', async () => (await sessions()) === witnesses.length);
  const { stderr } = node.process;
  expect(stderr.split('\n').filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
});

describe.each(openings)('over $transport', (opening) => {
  it('one who stalls is let go, and what waited for him with him', async () => {
    const socket = await stalled(node.url, opening, 'wide');
    const { localPort } = socket;
    await eventually('his end', async () => (await sessions()) === witnesses.length, 20_000);
    const held = () => socketsOf(node.url).some(({ remotePort }) => remotePort === localPort);
    await eventually('room in the kernel', () => !held());
  });

  it('those who come and go as fast as they can are let in as far as the rate allows', async () => {
    const { letIn, turnedAway } = await reconnectStorm(node.url, opening, { clients: 20, rounds: 20 });
    expect(letIn + turnedAway).toBe(400);
    expect(letIn).toBeGreaterThan(0);
    expect(turnedAway).toBeGreaterThan(0);
  });
});

it('one who reads slowly over WebSocket is given what is newest, however little he takes of it', async () => {
  const client = await ByteWebSocket.open(node.url, { by: slow(10_000) });
  client.say('{"connect":{},"id":1}\n{"subscribe":{"channel":"leibniz"},"id":2}');
  const pushes = () =>
    client.texts.flatMap((text) => text.split('\n')).filter((line) => line.startsWith('{"push"'));
  const offsets = () => pushes().flatMap((line) => Number(/"offset":(\d+)/.exec(line)?.[1]));
  const pongs = setInterval(() => client.say('{}'), 200);
  await eventually('what was skipped', () => pushes().some((line) => line.includes('"skipped":')), 20_000);
  const newest = witnesses[0]?.seen.at(-1)?.at.offset ?? 0;
  await eventually('the newest', () => (offsets().at(-1) ?? 0) >= newest, 20_000);
  clearInterval(pongs);
  expect(offsets()).toEqual([...new Set(offsets())].toSorted((a, b) => a - b));
  client.socket.destroy();
}, 60_000);

it('one who reads slowly over SSE gets all in order, and stays', async () => {
  const socket = slow(20_000)(node.url);
  const parser = new SseParser();
  const ids: string[] = [];
  let head = '';
  socket.write(openings[0]?.bytes(node.url, 'leibniz') ?? '');
  socket.on('data', (bytes: Buffer) => {
    const wasHead = head.includes('\r\n\r\n');
    head += wasHead ? '' : bytes.toString();
    const text = wasHead ? bytes.toString() : (head.split('\r\n\r\n')[1] ?? '');
    for (const { id } of parser.push(text)) if (id !== null) ids.push(id);
  });
  await eventually('thirty estimates', () => ids.length > 30);
  const [epoch, first] = ids[0]?.split(':') ?? [];
  expect(ids).toEqual(ids.map((_, at) => `${epoch}:${Number(first) + at}`));
  expect(socket.destroyed).toBe(false);
  socket.destroy();
});

it('one whose packets vanish is missed when he answers no ping', async () => {
  const client = await halfOpen(node.url);
  expect(await sessions()).toBe(witnesses.length + 1);
  await eventually('his end', async () => (await sessions()) === witnesses.length);
  client.socket.destroy();
});

it('one who shows an expired token is told so each time, and let in with another', async () => {
  const login = async () => {
    const { headers } = await ask(`${node.url}/v1/login`, { method: 'POST', body: { token: adminToken } });
    return /zeno_login=([^;]+)/.exec(String(headers['set-cookie']))?.[1] ?? '';
  };
  const token = await login();
  await sleep(limits.loginMs + 50);
  const { client, codes } = await expiredToken(node.url, token, 5);
  expect(codes).toEqual([109, 109, 109, 109, 109]);
  client.say({ connect: { token: await login() }, id: 6 });
  expect((await client.reply(6)).connect).toBeDefined();
  client.socket.terminate();
});

it('one who drips his headers is cut short', async () => {
  expect(await headerDripper(node.url, 50)).toMatch(/^HTTP\/1\.1 408 /);
});

it('one who floods with commands is shown the door', async () => {
  expect(await flooder(node.url)).toBe(3013);
});

it('one who sends too much is told what is too much', async () => {
  expect(await oversizedMessage(node.url)).toBe(1009);
  expect((await oversizedBody(node.url)).status).toBe(413);
  expect(await oversizedHeaders(node.url)).toMatch(/^HTTP\/1\.1 431 /);
});

it('one who has nothing to say is not waited for', async () => {
  expect(await silentWebSocket(node.url)).toBe(3502);
  await silentSocket(node.url);
});

it('one who does not wait for his answers gets them in order, and no stream among them', async () => {
  const paths = [
    '/healthz',
    '/v1/series/nope',
    '/v1/series/leibniz/events',
    '/v1/series',
    '/nowhere',
    '/readyz',
  ];
  expect(await pipeliner(node.url, paths)).toEqual(['200', '404', '400', '200', '404', '200']);
});
