/** A node whose readers need tokens, over HTTP and the raw protocol: who may what, and until when. */
import { describe, expect, it } from 'vitest';
import { eventually, within } from '../support/eventually.ts';
import { ask, asRun, bearer as nodeAdmin } from '../support/http-client.ts';
import { RawClient } from '../support/raw-client.ts';
import { sharedNode } from '../support/shared-node.ts';
import { httpStream } from '../support/sse-reader.ts';
import { inSeconds, mayWatch, mayWatchAll, secretToken, tokenSecret } from '../support/tokens.ts';

const graceMs = 1_000;
const node = sharedNode({
  env: { ZENO_AUTH: 'jwt', ZENO_JWT_SECRET: tokenSecret },
  limits: { refreshGraceMs: graceMs, authenticationMs: 2_000, privateRunsPerUser: 1 },
});

type Claims = Parameters<typeof secretToken>[0];
const token = (claims: Claims = {}) => secretToken({ sub: 'ada', exp: inSeconds(300), ...claims });
const ticket = (channel: string, claims: Claims = {}) => token({ channel, ...claims });
const bearing = async (claims: Claims = {}) => ({ authorization: `Bearer ${await token(claims)}` });
const get = async (path: string, headers: Record<string, string> = {}) =>
  (await ask(`${node.url}${path}`, { headers })).status;

async function entered(claims: Claims = {}): Promise<RawClient> {
  const client = await RawClient.open(node.url);
  const reply = await client.enter({ token: await token(claims) });
  expect(reply).toMatchObject({ connect: { expires: true } });
  return client;
}

describe('over HTTP', () => {
  it('a token permits what it says, an admin everything, nobody nothing', async () => {
    const leibniz = await bearing(mayWatch('leibniz'));
    expect(await get('/v1/series/leibniz')).toBe(401);
    expect(await get('/v1/series/leibniz', leibniz)).toBe(200);
    expect(await get('/v1/series/basel', leibniz)).toBe(403);
    expect(await get('/v1/series', leibniz)).toBe(403);
    // An alias means the run, whatever it is called by.
    expect(await get('/v1/series/euler', await bearing(mayWatch('euler')))).toBe(403);
    expect(await get('/v1/series/euler', await bearing(mayWatch('basel')))).toBe(200);
    for (const admin of [nodeAdmin, await bearing({ role: 'admin' })]) {
      for (const path of ['/v1/series', '/v1/series/basel', '/v1/supervision/tree']) {
        expect(await get(path, admin), path).toBe(200);
      }
    }
  });

  it('an admin by token kills, another user does not', async () => {
    const kill = (headers: Record<string, string>) =>
      ask(`${node.url}/v1/supervision/kill`, {
        method: 'POST',
        headers,
        body: { path: 'root/base/auth' },
      });
    expect((await kill(await bearing(mayWatchAll))).status).toBe(403);
    expect((await kill(await bearing({ role: 'admin' }))).status).toBe(200);
    expect(await get('/v1/series', await bearing(mayWatch('lobby')))).toBe(200);
  });

  it('a private run is its user’s, wherever that user comes from, and counts for nobody else', async () => {
    const rights = mayWatch('leibniz');
    const [ada, bob] = [await bearing(rights), await bearing({ ...rights, sub: 'bob' })];
    const create = (headers: Record<string, string>, from: string) =>
      ask(`${node.url}/v1/series/leibniz/runs`, { method: 'POST', headers, from });
    const created = await create(ada, '127.0.0.1');
    expect(created.status).toBe(201);
    expect((await create(ada, '127.0.0.2')).status).toBe(429);
    expect((await create(bob, '127.0.0.1')).status).toBe(201);
    const end = (headers: Record<string, string>) =>
      ask(`${node.url}/v1/series/${asRun(created.text).run}`, {
        method: 'DELETE',
        headers,
        from: '127.0.0.3',
      });
    expect((await end(bob)).status).toBe(403);
    expect((await end(ada)).status).toBe(204);
  });

  it.each(['/v1/series/leibniz/events', '/v1/events?runs=leibniz,basel', '/v1/supervision/events'])(
    'the stream %s ends when its token does, and says so',
    async (path) => {
      const exp = inSeconds(2);
      const stream = await httpStream(`${node.url}${path}`, {
        headers: await bearing({ ...mayWatchAll, exp }),
      });
      const bye = await stream.event('the goodbye', ({ event }) => event === 'bye');
      expect(JSON.parse(bye.data)).toMatchObject({ reason: 'expired' });
      expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000);
      await within(5_000, 'the end', stream.ended);
      expect(stream.events.length).toBeGreaterThan(1);
    },
  );

  it('a login by a token is good for a browser’s streams, until it is ended', async () => {
    const value = await token(mayWatch('leibniz'));
    const headers = { origin: node.url };
    const login = await ask(`${node.url}/v1/login`, { method: 'POST', headers, body: { token: value } });
    expect(login.status).toBe(204);
    const [set = ''] = login.headers['set-cookie'] ?? [];
    expect(set).toMatch(/HttpOnly/);
    expect(Number(/Max-Age=(\d+)/.exec(set)?.[1])).toBeLessThanOrEqual(300);
    const cookie = set.split(';')[0] ?? '';
    const stream = await httpStream(`${node.url}/v1/series/leibniz/events`, { headers: { cookie } });
    await stream.more(1);
    expect(await get('/v1/series/basel', { cookie })).toBe(403);
    const logout = await ask(`${node.url}/v1/logout`, { method: 'POST', headers: { cookie, ...headers } });
    expect(logout.status).toBe(204);
    expect(await get('/v1/series/leibniz', { cookie })).toBe(401);
    expect(await get('/v1/series/leibniz', { authorization: `Bearer ${value}` })).toBe(403);
  });
});

describe('a connection', () => {
  it('without a token is told so and may try again; with one that is over it hears that', async () => {
    const client = await RawClient.open(node.url);
    client.say({ connect: {}, id: 1 });
    expect(await client.reply(1)).toMatchObject({ error: { code: 101, temporary: false } });
    client.say({ connect: { token: await token({ exp: inSeconds(-1) }) }, id: 2 });
    expect(await client.reply(2)).toMatchObject({ error: { code: 109 } });
    client.say({ connect: { token: await token() }, id: 3 });
    expect(await client.reply(3)).toMatchObject({ connect: { expires: true, ttl: expect.any(Number) } });
  });

  it('that tries again and again has no more time than one that never does', async () => {
    const client = await RawClient.open(node.url);
    const over = await token({ exp: inSeconds(-1) });
    const since = performance.now();
    let id = 0;
    const trying = setInterval(() => client.say({ connect: { token: over }, id: ++id }), 200);
    const closed = await client.end();
    clearInterval(trying);
    expect(closed.code).toBe(3502);
    expect(id).toBeGreaterThan(1);
    expect(performance.now() - since).toBeLessThan(6_000);
  });

  it.each(['forged', 'ticket'])('with a %s token is ended for good', async (kind) => {
    const client = await RawClient.open(node.url);
    const bad =
      kind === 'ticket' ? await ticket('leibniz') : await secretToken({ sub: 'ada' }, 'x'.repeat(32));
    client.say({ connect: { token: bad }, id: 1 });
    expect(await client.end()).toEqual({ code: 3500, reason: 'invalid token' });
  });

  it('may watch, and look into, what its token permits; of all else it learns nothing', async () => {
    const client = await entered(mayWatch('leibniz', 'lobby'));
    client.say(
      { subscribe: { channel: 'leibniz' }, id: 2 },
      { subscribe: { channel: 'lobby' }, id: 3 },
      { history: { channel: 'leibniz', limit: 1 }, id: 4 },
      { presence_stats: { channel: 'leibniz' }, id: 5 },
    );
    for (const id of [2, 3, 4, 5]) expect((await client.reply(id)).error, `command ${id}`).toBeUndefined();
    const denied = ['basel', 'supervision', 'euler', 'nonsense', 'leibniz~ab12'];
    denied.forEach((channel, at) => {
      client.say(
        { subscribe: { channel }, id: 10 + at },
        { history: { channel, limit: 1 }, id: 20 + at },
        { presence_stats: { channel }, id: 30 + at },
      );
    });
    for (const id of denied.flatMap((_, at) => [10 + at, 20 + at, 30 + at])) {
      expect(await client.reply(id)).toMatchObject({ error: { code: 103, temporary: false } });
    }
  });

  it('may watch one more channel by a token for it, of the same user', async () => {
    const client = await entered();
    client.say({ subscribe: { channel: 'basel', token: await ticket('basel') }, id: 2 });
    await client.subscribed(2);
    client.say({ history: { channel: 'basel', limit: 1 }, id: 3 });
    await client.history(3);
    client.say({
      subscribe: { channel: 'leibniz', token: await ticket('leibniz', { exp: inSeconds(-1) }) },
      id: 4,
    });
    expect(await client.reply(4)).toMatchObject({ error: { code: 109 } });
    client.say({ unsubscribe: { channel: 'basel' }, id: 5 }, { subscribe: { channel: 'basel' }, id: 6 });
    expect(await client.reply(6)).toMatchObject({ error: { code: 103 } });
  });

  it.each<[string, Claims]>([
    ['of another channel', { channel: 'leibniz' }],
    ['of another user', { channel: 'basel', sub: 'bob' }],
    ['of a connection', mayWatchAll],
  ])('is ended for good for a subscription token %s', async (_what, claims) => {
    const client = await entered();
    client.say({ subscribe: { channel: 'basel', token: await token(claims) }, id: 2 });
    expect(await client.end()).toEqual({ code: 3500, reason: 'invalid token' });
  });

  it('lives on by a new token, and is ended without one when its time and the grace are over', async () => {
    const exp = inSeconds(1);
    const client = await entered({ ...mayWatchAll, exp });
    client.say({ refresh: { token: await token({ ...mayWatchAll, exp: exp + 1 }) }, id: 2 });
    expect(await client.reply(2)).toMatchObject({ refresh: { expires: true } });
    expect(await client.end()).toEqual({ code: 3005, reason: 'connection expired' });
    expect(Date.now()).toBeGreaterThanOrEqual((exp + 1) * 1_000 + graceMs);
  });

  it('loses with a new token what that does not permit, and keeps what it has a token of its own for', async () => {
    const client = await entered(mayWatch('leibniz', 'supervision', 'lobby'));
    client.say(
      { subscribe: { channel: 'leibniz' }, id: 2 },
      { subscribe: { channel: 'lobby' }, id: 3 },
      { subscribe: { channel: 'supervision' }, id: 4 },
      { subscribe: { channel: 'basel', token: await ticket('basel') }, id: 5 },
    );
    for (const id of [2, 3, 4, 5]) await client.subscribed(id);
    client.say({ refresh: { token: await token(mayWatch('lobby')) }, id: 6 });
    await client.reply(6);
    const denied = { unsubscribe: { code: 2001, reason: 'permission withdrawn' } };
    for (const channel of ['leibniz', 'supervision']) {
      await eventually(`the end of ${channel}`, () =>
        client.pushed(channel).some(({ unsubscribe }) => unsubscribe),
      );
      expect(client.pushed(channel).at(-1)).toMatchObject(denied);
    }
    client.say({ presence_stats: { channel: 'basel' }, id: 7 }, { subscribe: { channel: 'leibniz' }, id: 8 });
    expect((await client.reply(7)).error).toBeUndefined();
    expect(await client.reply(8)).toMatchObject({ error: { code: 103 } });
    const { length } = client.pushed('leibniz');
    const before = client.offsets('basel').length;
    await eventually('more of basel', () => client.offsets('basel').length > before + 2);
    expect(client.pushed('leibniz')).toHaveLength(length);
    expect(client.pushed('lobby').some(({ unsubscribe }) => unsubscribe)).toBe(false);
  });

  it('is one user’s to its end', async () => {
    const client = await entered(mayWatchAll);
    client.say({ refresh: { token: await token({ ...mayWatchAll, sub: 'bob' }) }, id: 2 });
    expect(await client.end()).toEqual({ code: 3500, reason: 'invalid token' });
  });

  it('of one user counts as one in who watches', async () => {
    const rights = mayWatch('viete');
    const clients = [await entered(rights), await entered(rights), await entered({ ...rights, sub: 'bob' })];
    for (const client of clients) {
      client.say({ subscribe: { channel: 'viete' }, id: 2 });
      await client.subscribed(2);
    }
    clients[0]?.say({ presence_stats: { channel: 'viete' }, id: 3 });
    expect(await clients[0]?.reply(3)).toMatchObject({ presence_stats: { num_clients: 3, num_users: 2 } });
  });
});
