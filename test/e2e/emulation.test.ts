/** The streams that stand in for a WebSocket, and what is posted beside them, as a client without manners sees it. */
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { ask } from '../support/http-client.ts';
import { adminToken } from '../support/node-process.ts';
import { sharedNode } from '../support/shared-node.ts';
import { stockCodec } from '../support/stock-codec.ts';
import { StreamClient, type StreamKind } from '../support/stream-client.ts';

const listed = 'https://page.example';
const node = sharedNode({
  env: { ZENO_ORIGINS: listed, ZENO_LOG: 'debug' },
  limits: { pingMs: 1_000, pongMs: 400, frameBytes: 4_096 },
});

const connect = '{"connect":{},"id":1}';
const open = (kind: StreamKind, said = connect, headers: Readonly<Record<string, string>> = {}) =>
  StreamClient.open(node.url, kind, said, headers);
const disconnected = (code: number) =>
  expect.objectContaining({ code, reason: expect.stringMatching(/^[a-z ]+$/) });

describe.each(['http_stream', 'sse'] as const)('%s', (kind) => {
  it('begins at once, is not kept by anything on its way, and tells its session', async () => {
    const client = await open(kind);
    expect(client.status).toBe(200);
    expect(client.headers).toMatchObject({
      'content-type': expect.stringMatching(
        kind === 'sse' ? /^text\/event-stream/ : /^application\/x-ndjson/,
      ),
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    const { connect: told } = await client.reply(1);
    expect(told).toMatchObject({ ping: 1, pong: true, session: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(told?.session).not.toContain(told?.client.slice(0, 8));
  });

  it('carries replies and pushes of what is said beside it, in the order in which it is said', async () => {
    const client = await open(kind);
    expect(await client.say({ subscribe: { channel: 'leibniz' }, id: 2 }, { ping: {}, id: 3 })).toMatchObject(
      {
        status: 204,
        text: '',
      },
    );
    const { subscribe } = await client.reply(2);
    await client.find('pushes', ({ push }) => (push?.pub?.offset ?? 0) > (subscribe?.offset ?? 0) + 2);
    const pushed = client.said.flatMap(({ push }) => push?.pub?.offset ?? []);
    expect(pushed).toEqual(pushed.map((_, at) => (subscribe?.offset ?? 0) + 1 + at));
    expect((await client.say({ unsubscribe: { channel: 'leibniz' }, id: 4 })).status).toBe(204);
    expect(await client.reply(4)).toEqual({ id: 4, unsubscribe: {} });
  });

  it('stays as long as its pings are answered, and ends with a word for who does not', async () => {
    const [answers, silent] = [await open(kind), await open(kind)];
    let pongs = 0;
    const pings = () => answers.said.filter((said) => Object.keys(said).length === 0).length;
    const over = silent.end();
    await eventually('some pings', async () => {
      if (pings() > pongs) {
        pongs += 1;
        expect((await answers.say({})).status).toBe(204);
      }
      return pongs === 4;
    });
    expect(await over).toEqual(disconnected(3012));
    expect(answers.said.some(({ push }) => push?.disconnect !== undefined)).toBe(false);
  });

  it.each([
    ['garbage', 'hello', 3501],
    ['another command', '{"ping":{},"id":1}', 3501],
    ['a forged token', '{"connect":{"token":"forged"},"id":1}', 3500],
  ])('that begins with %s ends with a word', async (_what, said, code) => {
    const client = await open(kind, said);
    expect(client.status).toBe(200);
    expect(await client.end()).toEqual(disconnected(code));
  });

  it('ends for garbage and for floods that are posted beside it', async () => {
    const [vandal, flooder] = [await open(kind), await open(kind)];
    expect((await vandal.post({ session: await vandal.session(), data: '{' })).status).toBe(204);
    expect(await vandal.end()).toEqual(disconnected(3501));
    const pings = Array.from({ length: 99 }, (_, at) => ({ ping: {}, id: at + 2 }));
    for (let turn = 0; turn < 4; turn += 1) await flooder.say(...pings);
    expect(await flooder.end()).toEqual(disconnected(3013));
  });

  it('knows a client by its session only, and only as long as it listens', async () => {
    const client = await open(kind);
    const session = await client.session();
    const { connect: told } = await client.reply(1);
    const data = '{"ping":{},"id":2}';
    for (const wrong of [told?.client, '', '0'.repeat(64), session.slice(1), `${session} `, '__proto__']) {
      const { status, text } = await client.post({ session: wrong, data });
      expect([status, JSON.parse(text).type]).toEqual([404, 'urn:zeno:problem:unknown-process']);
    }
    expect(client.said).toHaveLength(1);
    expect((await client.post({ session, node: 'whatever', data })).status).toBe(204);
    client.leave();
    await eventually(
      'that it is forgotten',
      async () => (await client.post({ session, data })).status === 404,
    );
  });

  it('is opened to pages of listed origins, which are not logged in by their cookies, and to no others', async () => {
    const client = await open(kind, connect, { origin: listed });
    expect(client.headers['access-control-allow-origin']).toBe(listed);
    expect(client.headers['access-control-allow-credentials']).toBeUndefined();
    const foreign = await open(kind, connect, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
  });

  it('is not begun by nothing, nor by too much', async () => {
    expect((await open(kind, '')).status).toBe(400);
    const long = `{"connect":{"name":"${'x'.repeat(4_096)}"},"id":1}`;
    expect((await open(kind, long)).status).toBe(413);
  });
});

describe('a post beside a stream', () => {
  it.each([
    ['no JSON', 'hello'],
    ['no object', '[]'],
    ['no session', { data: '{}' }],
    ['no data', { session: '0'.repeat(64) }],
    ['data that is no text', { session: '0'.repeat(64), data: {} }],
    ['empty data', { session: '0'.repeat(64), data: '' }],
  ])('that is %s is refused', async (_what, body) => {
    const client = await open('http_stream');
    expect((await client.post(body)).status).toBe(400);
    expect((await client.post(body, { 'content-type': 'application/octet-stream' })).status).toBe(400);
    expect((await client.say({ ping: {}, id: 2 })).status).toBe(204);
  });

  it('in the other format than its stream is refused', async () => {
    const client = await open('http_stream');
    const data = stockCodec.encodeCommands([{ id: 2, ping: {} }]);
    const post = stockCodec.encodeEmulationRequest({ session: await client.session(), data });
    const headers = { 'content-type': 'application/octet-stream' };
    const answer = await fetch(`${node.url}/emulation`, {
      method: 'POST',
      headers,
      body: new Uint8Array(post),
    });
    expect(answer.status).toBe(400);
  });

  it('is taken as plain text too, and as nothing else', async () => {
    const client = await open('http_stream');
    const body = JSON.stringify({ session: await client.session(), data: '{"ping":{},"id":2}' });
    expect((await client.post(body, { 'content-type': 'text/plain;charset=UTF-8' })).status).toBe(204);
    expect(await client.reply(2)).toEqual({ id: 2, ping: {} });
    expect((await client.post(body, { 'content-type': 'application/xml' })).status).toBe(400);
  });

  it('that is too large is refused, and the stream lives on', async () => {
    const client = await open('http_stream');
    const session = await client.session();
    for (const length of [4_097, 64 * 1024]) {
      expect((await client.post({ session, data: ' '.repeat(length) })).status).toBe(413);
    }
    expect((await client.say({ ping: {}, id: 2 })).status).toBe(204);
  });

  it('is asked about first by pages of listed origins, and refused to others', async () => {
    const asked = {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    };
    for (const path of ['/emulation', '/connection/http_stream']) {
      const headers = { ...asked.headers, origin: listed };
      const allowed = await ask(node.url + path, { ...asked, headers });
      expect(allowed.status).toBe(204);
      expect(allowed.headers).toMatchObject({
        'access-control-allow-origin': listed,
        'access-control-allow-methods': expect.stringContaining('POST'),
        'access-control-allow-headers': expect.stringContaining('content-type'),
      });
      const foreign = { ...asked.headers, origin: 'https://evil.example' };
      expect((await ask(node.url + path, { ...asked, headers: foreign })).status).toBe(403);
    }
  });
});

it('a token in an address is in no line of the log', async () => {
  const client = await open('sse', JSON.stringify({ connect: { token: adminToken }, id: 1 }));
  await client.session();
  const forged = 'a-token-that-nobody-gave';
  const refused = await open('sse', JSON.stringify({ connect: { token: forged }, id: 1 }));
  expect(await refused.end()).toEqual(disconnected(3500));
  const { stdout, stderr } = node.process;
  expect(stdout + stderr).not.toMatch(new RegExp(`${adminToken}|${forged}|cf_connect`));
});
