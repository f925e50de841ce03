/** The Centrifugal protocol, line by line, as a client without manners sees it. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { ask, asRun, bearer, getRun, kill } from '../support/http-client.ts';
import { adminToken } from '../support/node-process.ts';
import { RawClient } from '../support/raw-client.ts';
import { sharedNode } from '../support/shared-node.ts';
import { stockCodec } from '../support/stock-codec.ts';

const node = sharedNode({
  limits: { authenticationMs: 1_000, replayPage: 8, everyMsMax: 1_000, closeMs: 500 },
});

const open = (options?: Parameters<typeof RawClient.open>[1]) => RawClient.open(node.url, options);
const error = (code: number) => ({ error: expect.objectContaining({ code }) });

describe('a connection', () => {
  it('begins with a connect command, is answered under its id, and knows who it is', async () => {
    const client = await open();
    const reply = await client.enter();
    expect(reply).toEqual({
      id: 1,
      connect: {
        client: expect.stringMatching(
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        ),
        version: expect.stringMatching(/^zeno \d/),
        ping: 25,
        pong: true,
      },
    });
  });

  it('answers connect and what was said with it in order, connect first', async () => {
    const client = await open();
    const channels = ['leibniz', 'basel', 'lobby'];
    client.say(
      { connect: {}, id: 1 },
      ...channels.map((channel, at) => ({ subscribe: { channel }, id: at + 2 })),
    );
    for (const id of [2, 3, 4]) await client.reply(id);
    expect(client.said[0]?.id).toBe(1);
  });

  it.each([
    ['a command before connect', '{"subscribe":{"channel":"leibniz"},"id":1}', 3501],
    ['a pong before connect', '{}', 3501],
    ['garbage', 'hello', 3501],
    ['an array', '[]', 3501],
    ['a string id', '{"connect":{},"id":"1"}', 3501],
    ['a connect without id', '{"connect":{}}', 3501],
    ['an empty message', '', 3501],
    ['bytes', Buffer.from([1, 2, 3]), 3501],
    ['a message over the limit', `{"connect":{"data":"${'x'.repeat(16 * 1024)}"},"id":1}`, 1009],
  ])('is ended for %s', async (_what, message, code) => {
    const client = await open();
    client.socket.send(message);
    const closed = await client.end();
    expect(closed.code).toBe(code);
    if (code >= 3_000) {
      expect(closed.reason).toBe('bad request');
      expect(client.said.at(-1)).toEqual({ push: { disconnect: { code, reason: 'bad request' } } });
    }
  });

  it('is ended for a second connect, and for garbage after the first', async () => {
    for (const message of ['{"connect":{},"id":2}', '{"id":2']) {
      const client = await open();
      await client.enter();
      client.socket.send(message);
      expect((await client.end()).code).toBe(3501);
    }
  });

  it('is ended as stale when no connect comes in time', async () => {
    const client = await open();
    expect(await client.end()).toEqual({ code: 3502, reason: 'stale' });
  });

  it('is ended for a forged token for good, and lets in the right one', async () => {
    const forged = await open();
    forged.say({ connect: { token: 'forged' }, id: 1 }, { subscribe: { channel: 'leibniz' }, id: 2 });
    expect(await forged.end()).toEqual({ code: 3500, reason: 'invalid token' });
    expect(forged.said.filter(({ id }) => id !== undefined)).toEqual([]);
    const right = await open();
    expect(await right.enter({ token: adminToken })).toMatchObject({ id: 1, connect: { pong: true } });
  });

  it('harms nobody by whatever it says', async () => {
    const witness = await open();
    await witness.enter();
    witness.say({ subscribe: { channel: 'leibniz' }, id: 2 });
    await witness.reply(2);
    const before = witness.pushed('leibniz').length;
    for (const message of ['{', '{"id":1}', '\u0000', '{"connect":[],"id":1}', '{"connect":null,"id":1}']) {
      const vandal = await open();
      vandal.socket.send(message);
      await vandal.end();
    }
    await witness.find('more estimates', () => witness.pushed('leibniz').length > before + 3);
  });
});

describe('the handshake', () => {
  const upgrade = (headers: string, path = '/connection/websocket') =>
    new Promise<string>((resolve) => {
      const { port } = new URL(node.url);
      const socket = connect(Number(port), '127.0.0.1');
      let text = '';
      socket.setEncoding('utf8').on('data', (data: string) => {
        text += data;
        if (text.includes('\r\n\r\n')) socket.destroy();
      });
      socket.once('close', () => resolve(text));
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${headers}\r\n`,
      );
    });

  it('is made with an empty subprotocol header, as one SDK sends it', async () => {
    expect(await upgrade('Sec-WebSocket-Protocol: \r\n')).toMatch(
      /^HTTP\/1.1 101 (?![\s\S]*sec-websocket-protocol)/i,
    );
  });

  it('chooses JSON where it is offered, and nothing where nothing it knows is', async () => {
    const both = await upgrade('Sec-WebSocket-Protocol: centrifuge-protobuf, centrifuge-json\r\n');
    expect(both).toMatch(/^HTTP\/1.1 101 [\s\S]*sec-websocket-protocol: centrifuge-json/i);
    expect(await upgrade('Sec-WebSocket-Protocol: chat\r\n')).not.toMatch(/sec-websocket-protocol/i);
  });

  it('chooses protobuf where it alone is offered, or the address asks for it', async () => {
    const path = '/connection/websocket';
    const offered = await upgrade('Sec-WebSocket-Protocol: centrifuge-protobuf\r\n');
    expect(offered).toMatch(/^HTTP\/1.1 101 [\s\S]*sec-websocket-protocol: centrifuge-protobuf/i);
    for (const query of ['?format=protobuf', '?cf_protocol=protobuf']) {
      expect(await upgrade('', path + query)).toMatch(/^HTTP\/1.1 101 (?![\s\S]*sec-websocket-protocol)/i);
      const socket = new WebSocket(`${node.url.replace('http', 'ws')}${path}${query}`);
      onTestFinished(() => socket.terminate());
      const said = once(socket, 'message');
      await once(socket, 'open');
      socket.send(stockCodec.encodeCommands([{ id: 1, connect: {} }]));
      const [bytes, isBinary] = await said;
      expect([isBinary, stockCodec.decodeReplies(bytes)]).toMatchObject([
        true,
        [{ id: 1, connect: { ping: 25 } }],
      ]);
    }
  });

  it('is the end for who speaks in text after it chose protobuf', async () => {
    const socket = new WebSocket(
      `${node.url.replace('http', 'ws')}/connection/websocket`,
      'centrifuge-protobuf',
    );
    onTestFinished(() => socket.terminate());
    const said = once(socket, 'message');
    await once(socket, 'open');
    socket.send('{"connect":{},"id":1}');
    const [code, reason] = await once(socket, 'close');
    expect([code, String(reason)]).toEqual([3501, 'bad request']);
    const [bytes] = await said;
    expect(stockCodec.decodeReplies(bytes)).toMatchObject([{ push: { disconnect: { code: 3501 } } }]);
  });

  it('is refused to a page from elsewhere, to a foreign host, and where there is no WebSocket', async () => {
    expect(await upgrade('Origin: https://evil.example\r\n')).toMatch(/^HTTP\/1.1 403 /);
    expect(await upgrade(`Origin: ${node.url}\r\n`)).toMatch(/^HTTP\/1.1 101 /);
    expect(await upgrade('', '/v1/series')).toMatch(/^HTTP\/1.1 200 /);
    expect(await upgrade('', '/nowhere')).toMatch(/^HTTP\/1.1 404 /);
    expect((await ask(`${node.url}/connection/websocket`)).status).toBe(400);
  });
});

describe('a subscribe', () => {
  it('is answered with the position and the snapshot before anything is pushed', async () => {
    const client = await open();
    await client.enter();
    client.say({ subscribe: { channel: 'leibniz', recoverable: true, positioned: true, flag: 1 }, id: 2 });
    const subscribe = await client.subscribed(2);
    expect(subscribe).toMatchObject({
      recoverable: true,
      positioned: true,
      epoch: expect.stringMatching(/^[0-9a-f]{16}$/),
      was_recovering: false,
      recovered: false,
      data: { recovered: false, reason: 'first' },
    });
    await client.find('pushes', () => client.pushed('leibniz').length > 2);
    const at = client.said.findIndex(({ id }) => id === 2);
    expect(client.said.slice(0, at).some(({ push }) => push !== undefined)).toBe(false);
    const { offset, publications } = subscribe;
    expect(publications.map((publication) => publication.offset)).toEqual(offset === 0 ? [] : [offset]);
    const pushed = client.offsets('leibniz');
    expect(pushed).toEqual(pushed.map((_, index) => offset + 1 + index));
  });

  it('from a position gives exactly what was missed, however much that is', async () => {
    const { position } = await getRun(node.url, 'leibniz');
    for (const back of [1, 12]) {
      const client = await open();
      await client.enter();
      const offset = Math.max(0, position.offset - back);
      const { epoch } = position;
      client.say({ subscribe: { channel: 'leibniz', recover: true, epoch, offset }, id: 2 });
      const subscribe = await client.subscribed(2);
      expect(subscribe).toMatchObject({ was_recovering: true, recovered: true, offset, epoch });
      await client.find('pushes', () => client.pushed('leibniz').length > 10);
      const replied = subscribe.publications;
      expect(replied.length).toBeLessThanOrEqual(8);
      const pushed = client.offsets('leibniz');
      const got = [...replied.map((row) => row.offset), ...pushed];
      expect(got).toEqual(got.map((_, index) => offset + 1 + index));
    }
  });

  it.each([
    ['another epoch', { epoch: '0123456789abcdef', offset: 3 }, 'epoch-changed'],
    ['the epoch that never recovers', { epoch: '_', offset: 0 }, 'bad-position'],
    ['an offset that never was', { offset: 4_000_000 }, 'bad-position'],
    ['an offset and no epoch', { epoch: '', offset: 3 }, 'bad-position'],
  ])('from %s is not recovered, and says why', async (_what, wish, reason) => {
    const { position } = await getRun(node.url, 'leibniz');
    const client = await open();
    await client.enter();
    const from = { epoch: position.epoch, ...wish };
    client.say({ subscribe: { channel: 'leibniz', recover: true, ...from }, id: 2 });
    expect(await client.subscribed(2)).toMatchObject({
      was_recovering: true,
      recovered: false,
      epoch: position.epoch,
      data: { recovered: false, reason },
      publications: [{ offset: expect.any(Number), data: { run: 'leibniz' } }],
    });
    client.say({ subscribe: { channel: 'basel', recover: true, flag: 3, ...from, epoch: '_' }, id: 3 });
    expect(await client.reply(3)).toMatchObject(error(112));
  });

  it('from nothing, with the whole history kept, is recovered', async () => {
    const created = await ask(`${node.url}/v1/series/basel/runs`, {
      method: 'POST',
      body: { pace: { mode: 'walk', termsPerSecond: 50 } },
    });
    const { run } = asRun(created.text);
    const client = await open();
    await client.enter();
    client.say({ subscribe: { channel: run }, id: 2 });
    await client.find('a push', () => client.pushed(run).length > 3);
    const again = await open();
    await again.enter();
    again.say({ subscribe: { channel: run, recover: true }, id: 2 });
    const subscribe = await again.subscribed(2);
    expect(subscribe).toMatchObject({ recovered: true, offset: 0 });
    expect(subscribe.publications[0]?.offset).toBe(1);
    await ask(`${node.url}/v1/series/${run}`, { method: 'DELETE', headers: bearer });
    expect(
      await again.find('the end', () => again.pushed(run).some((push) => 'unsubscribe' in push)),
    ).toBeDefined();
    expect(again.pushed(run).at(-1)?.unsubscribe).toMatchObject({
      code: 2000,
      reason: expect.stringMatching(/./),
    });
  });

  it('by an alias is pushed by that name, and the same run twice is one too many', async () => {
    const client = await open();
    await client.enter();
    client.say({ subscribe: { channel: 'euler' }, id: 2 });
    await client.reply(2);
    await client.find('pushes', () => client.pushed('euler').length > 1);
    client.say({ subscribe: { channel: 'basel' }, id: 3 }, { subscribe: { channel: 'euler' }, id: 4 });
    expect(await client.reply(3)).toMatchObject(error(105));
    expect(await client.reply(4)).toMatchObject(error(105));
  });

  it.each([
    ['an unknown channel', { channel: 'nothing' }, 102],
    ['a tag filter', { channel: 'leibniz', tf: { key: 'a' } }, 107],
    ['an everyMs that is none', { channel: 'leibniz', data: { everyMs: -1 } }, 107],
    ['an everyMs above the limit', { channel: 'leibniz', data: { everyMs: 1_001 } }, 107],
    ['no channel', {}, 107],
  ])('is refused for %s', async (_what, subscribe, code) => {
    const client = await open();
    await client.enter();
    client.say({ subscribe, id: 2 });
    const reply = await client.reply(2);
    expect(reply).toMatchObject(error(code));
    expect(reply).toMatchObject({ error: { message: expect.stringMatching(/./), temporary: false } });
  });

  it('is answered plainly where a delta is asked for, which is not offered', async () => {
    const client = await open();
    await client.enter();
    client.say({ subscribe: { channel: 'leibniz', delta: 'fossil' }, id: 2 });
    expect(await client.subscribed(2)).not.toHaveProperty('delta');
    await client.find('a push', () => client.pushed('leibniz').length > 0);
    expect(client.pushed('leibniz')[0]).toMatchObject({ pub: { data: { run: 'leibniz' } } });
  });

  it('thins what comes to the interval it asks for, and tells what was skipped', async () => {
    const client = await open();
    await client.enter();
    client.say({ subscribe: { channel: 'leibniz', data: { everyMs: 400 } }, id: 2 });
    await client.find('a thinned push', () =>
      client.pushed('leibniz').some(({ pub }) => pub?.data.skipped !== undefined),
    );
  });
});

describe('commands', () => {
  it.each([
    ['rpc', { rpc: { method: 'x', data: {} } }, 104],
    ['publish', { publish: { channel: 'leibniz', data: {} } }, 108],
    ['presence', { presence: { channel: 'leibniz' } }, 108],
    ['one nobody knows', { dance: {} }, 104],
    ['none', {}, 104],
    ['history of the lobby', { history: { channel: 'lobby' } }, 108],
    [
      'history from another epoch',
      { history: { channel: 'leibniz', limit: 1, since: { offset: 1, epoch: 'x' } } },
      112,
    ],
    ['history of nothing', { history: { channel: 'nothing', limit: 1 } }, 102],
    ['sub_refresh of what is not watched', { sub_refresh: { channel: 'leibniz', token: 'x' } }, 107],
  ])('%s is answered with its error and the connection stays', async (_what, command, code) => {
    const client = await open();
    await client.enter();
    client.say({ ...command, id: 2 });
    expect(await client.reply(2)).toMatchObject(error(code));
    client.say({ ping: {}, id: 3 });
    expect(await client.reply(3)).toEqual({ id: 3, ping: {} });
  });

  it('unsubscribe is always granted, and what comes next is no more of that channel', async () => {
    const client = await open();
    await client.enter();
    client.say({ unsubscribe: { channel: 'never' }, id: 2 }, { subscribe: { channel: 'leibniz' }, id: 3 });
    expect(await client.reply(2)).toEqual({ id: 2, unsubscribe: {} });
    await client.find('a push', () => client.pushed('leibniz').length > 0);
    client.say({ unsubscribe: { channel: 'leibniz' }, id: 4 });
    await client.reply(4);
    const count = client.pushed('leibniz').length;
    client.say({ subscribe: { channel: 'leibniz' }, id: 5 });
    await client.reply(5);
    const unsubscribed = client.said.findIndex(({ id }) => id === 4);
    const again = client.said.findIndex(({ id }) => id === 5);
    expect(client.said.slice(unsubscribed, again).filter(({ push }) => push !== undefined)).toEqual([]);
    await client.find('pushes again', () => client.pushed('leibniz').length > count);
  });

  it('presence_stats counts, and writes its zeros', async () => {
    const client = await open();
    await client.enter();
    const created = await ask(`${node.url}/v1/series/leibniz/runs`, {
      method: 'POST',
      body: {},
    });
    const { run } = asRun(created.text);
    client.say({ presence_stats: { channel: run }, id: 2 });
    expect(await client.reply(2)).toEqual({ id: 2, presence_stats: { num_clients: 0, num_users: 0 } });
    client.say({ subscribe: { channel: run }, id: 3 });
    await client.reply(3);
    client.say({ presence_stats: { channel: run }, id: 4 });
    expect(await client.reply(4)).toEqual({ id: 4, presence_stats: { num_clients: 1, num_users: 1 } });
  });

  it('history reads forwards, backwards and around a position, and no more than its page', async () => {
    const client = await open();
    await client.enter();
    const { position } = await getRun(node.url, 'leibniz');
    const top = position.offset;
    const { epoch } = position;
    expect(top).toBeGreaterThan(8);
    const wishes = [
      [{ limit: 3 }, [1, 2, 3]],
      [{ limit: -1 }, [1, 2, 3, 4, 5, 6, 7, 8]],
      [{ limit: 3, since: { offset: 2, epoch } }, [3, 4, 5]],
      [{ limit: 3, since: { offset: 6, epoch }, reverse: true }, [5, 4, 3]],
      [{ limit: 9, since: { offset: 3, epoch }, reverse: true }, [2, 1]],
    ] as const;
    for (const [at, [wish, offsets]] of wishes.entries()) {
      client.say({ history: { channel: 'leibniz', ...wish }, id: at + 2 });
      const history = await client.history(at + 2);
      expect(history.publications.map(({ offset }) => offset)).toEqual(offsets);
      expect([history.epoch, history.offset >= top]).toEqual([epoch, true]);
    }
    client.say(
      { history: { channel: 'leibniz' }, id: 50 },
      { history: { channel: 'leibniz', limit: 2, reverse: true }, id: 51 },
    );
    expect((await client.reply(50)).history).toMatchObject({ publications: [] });
    const history = await client.history(51);
    expect(history.publications.map(({ offset }) => offset)).toEqual([history.offset, history.offset - 1]);
  });

  it('too many get errors that are temporary, twice as many the end', async () => {
    const client = await open();
    await client.enter();
    client.say(...Array.from({ length: 120 }, (_, at) => ({ ping: {}, id: at + 2 })));
    await client.find('a refusal', ({ error: refused }) => refused !== undefined);
    const refused = client.said.filter(({ error: refusal }) => refusal !== undefined);
    expect(refused[0]).toMatchObject({ error: { code: 111, temporary: true } });
    expect(refused.length).toBeLessThan(40);
    for (let turn = 0; turn < 3; turn += 1) {
      client.say(...Array.from({ length: 120 }, (_, at) => ({ ping: {}, id: at + 500 })));
    }
    expect(await client.end()).toEqual({ code: 3013, reason: 'too many requests' });
  });

  it('fifty in one message are all obeyed', async () => {
    const client = await open();
    client.say({ connect: {}, id: 1 }, ...Array.from({ length: 49 }, (_, at) => ({ ping: {}, id: at + 2 })));
    for (let id = 2; id <= 50; id += 1) expect(await client.reply(id)).toEqual({ id, ping: {} });
  });
});

describe('the channels that are no runs', () => {
  it('the lobby gives the list and then what changes, by version, also after a while away', async () => {
    const client = await open();
    await client.enter();
    client.say({ subscribe: { channel: 'lobby' }, id: 2 }, { subscribe: { channel: 'leibniz' }, id: 3 });
    const subscribe = await client.subscribed(2);
    const { epoch, offset } = subscribe;
    expect(subscribe.publications).toEqual([
      { offset, data: { epoch, version: offset, snapshot: true, series: expect.any(Array) } },
    ]);
    await client.find('changes', () => client.pushed('lobby').length > 1);
    expect(client.pushed('lobby')[0]).toMatchObject({
      pub: { data: { epoch, snapshot: false, changes: expect.any(Array) } },
    });
    const again = await open();
    await again.enter();
    again.say({ subscribe: { channel: 'lobby', recover: true, epoch, offset }, id: 2 });
    const back = await again.subscribed(2);
    expect(back).toMatchObject({ recovered: true, epoch, offset });
    expect(back.publications).toEqual([
      { offset: expect.any(Number), data: expect.objectContaining({ snapshot: false }) },
    ]);
  });

  it('supervision gives what is kept and what comes', async () => {
    const client = await open();
    await client.enter();
    client.say({ subscribe: { channel: 'supervision' }, id: 2 });
    const subscribe = await client.subscribed(2);
    expect(subscribe).toMatchObject({ recoverable: false, recovered: false });
    expect(subscribe.publications[0]).toMatchObject({ data: { seq: 1 } });
    await kill(node.url, { path: 'root/broadcast/lobby' });
    await client.find('the restart', () =>
      client.pushed('supervision').some(({ pub }) => JSON.stringify(pub).includes('"type":"restart"')),
    );
  });
});
