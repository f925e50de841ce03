/** Stock clients of a node whose readers need tokens, and nodes whose tokens come from an issuer with public keys. */
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { ask, bearer as nodeAdmin } from '../support/http-client.ts';
import { startNode, temporaryFolder } from '../support/node-process.ts';
import { RawClient } from '../support/raw-client.ts';
import { sharedNode } from '../support/shared-node.ts';
import { assertUnbroken, stockClient, stockClients } from '../support/stock-client.ts';
import {
  inSeconds,
  keyPair,
  keyServer,
  mayWatch,
  mayWatchAll,
  pairToken,
  secretToken,
  tokenSecret,
} from '../support/tokens.ts';

const node = sharedNode({ env: { ZENO_AUTH: 'jwt', ZENO_JWT_SECRET: tokenSecret } });

const token = (claims: Parameters<typeof secretToken>[0] = {}) =>
  secretToken({ sub: 'ada', exp: inSeconds(300), ...claims });

describe.each(await stockClients('JSON', 'websocket'))('the stock client $version', (stock) => {
  it('gets a new token before each ends, and misses nothing', async () => {
    let fetched = 0;
    const getToken = async () => {
      fetched += 1;
      return token({ ...mayWatchAll, exp: inSeconds(2) });
    };
    const client = stockClient(stock, node.url, { getToken });
    client.client.connect();
    const leibniz = client.watch('leibniz');
    await client.until('connected');
    await eventually('three more tokens', () => fetched >= 4, 20_000);
    await leibniz.more(2);
    assertUnbroken(leibniz.publications);
    expect([client.times('connected'), leibniz.subscribed.length]).toEqual([1, 1]);
  });

  it('whose first token is over fetches another, and is let in', async () => {
    let fetched = 0;
    const getToken = async () => {
      fetched += 1;
      return token(mayWatch('leibniz'));
    };
    const over = await token({ exp: inSeconds(-5) });
    const client = stockClient(stock, node.url, { token: over, getToken });
    client.client.connect();
    await client.until('connected');
    await client.watch('leibniz').more(1);
    expect(fetched).toBe(1);
  });

  it('without a token, or with a forged one, is sent away for good', async () => {
    const forged = await secretToken({ sub: 'ada' }, 'another-secret-of-at-least-32-bytes');
    for (const [shown, code] of [
      ['', 101],
      [forged, 3500],
    ] as const) {
      const client = stockClient(stock, node.url, { token: shown });
      client.client.connect();
      await client.until('disconnected');
      expect(client.happened.at(-1)).toMatchObject({ what: 'disconnected', code });
    }
  });

  it('hears what it may not watch, and what it may not watch any more', async () => {
    const rights = [mayWatch('leibniz', 'basel'), mayWatch('basel')];
    const getToken = async () => token({ ...(rights.shift() ?? mayWatch('basel')), exp: inSeconds(2) });
    const client = stockClient(stock, node.url, { getToken });
    client.client.connect();
    const [leibniz, basel, viete] = ['leibniz', 'basel', 'viete'].map((channel) => client.watch(channel));
    await eventually('the refusal', () => viete?.left.some(({ code }) => code === 103));
    await eventually(
      'the withdrawal',
      () => leibniz?.left.some(({ what }) => what === 'unsubscribed'),
      20_000,
    );
    expect(leibniz?.left.at(-1)).toEqual({
      what: 'unsubscribed',
      code: 2001,
      reason: 'permission withdrawn',
    });
    await basel?.more(2);
    expect([client.times('connected'), basel?.left]).toEqual([
      1,
      [expect.objectContaining({ what: 'subscribing' })],
    ]);
  });
});

describe('a login cookie', () => {
  it('lets a page’s connection in without a token, and ends it with its own time', async () => {
    const exp = inSeconds(2);
    const cookie = `zeno_login=${await token({ ...mayWatch('leibniz'), exp })}`;
    const client = await RawClient.open(node.url, { headers: { cookie, origin: node.url } });
    const reply = await client.enter();
    expect(reply.connect).not.toHaveProperty('ttl');
    client.say({ subscribe: { channel: 'leibniz' }, id: 2 }, { subscribe: { channel: 'basel' }, id: 3 });
    await client.subscribed(2);
    expect(await client.reply(3)).toMatchObject({ error: { code: 103 } });
    expect(await client.end()).toEqual({ code: 3005, reason: 'connection expired' });
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000);
  });

  it('that is over leaves the connection to another token', async () => {
    const cookie = `zeno_login=${await token({ exp: inSeconds(-1) })}`;
    const client = await RawClient.open(node.url, { headers: { cookie, origin: node.url } });
    client.say({ connect: {}, id: 1 });
    expect(await client.reply(1)).toMatchObject({ error: { code: 109 } });
    client.say({ connect: { token: await token() }, id: 2 });
    expect(await client.reply(2)).toMatchObject({ connect: {} });
  });
});

describe('an issuer with public keys', () => {
  const claims = { sub: 'ada', exp: inSeconds(300), ...mayWatchAll };
  const start = (url: string, limits: object = {}) =>
    startNode({
      data: temporaryFolder(),
      env: { ZENO_AUTH: 'jwt', ZENO_JWKS_URL: url, ZENO_LIMITS: JSON.stringify(limits) },
    });

  it('is trusted for what it signs, by a new key too, and for nothing else', async () => {
    const [first, second, stranger] = await Promise.all([
      keyPair('ES256', 'first'),
      keyPair('RS256', 'second'),
      keyPair('ES256', 'first'),
    ]);
    const server = await keyServer([first.publicJwk]);
    const { url } = await start(server.url, { jwksCooldownMs: 100 });
    const status = async (bearer: string) =>
      (await ask(`${url}/v1/series`, { headers: { authorization: `Bearer ${bearer}` } })).status;
    expect(await status(await pairToken(first, claims))).toBe(200);
    expect(await status(await pairToken(stranger, claims))).toBe(403);
    expect(await status(await secretToken(claims))).toBe(403);
    server.keys = [first.publicJwk, second.publicJwk];
    const rotated = await pairToken(second, claims);
    await eventually('the new key', async () => (await status(rotated)) === 200);
  });

  it('that hangs keeps nobody from the admin, and tells users to come back; then they are let in', async () => {
    const pair = await keyPair('ES256', 'k1');
    const server = await keyServer(() => {});
    const { url, process } = await start(server.url, {
      jwksMs: 500,
      authenticationMs: 3_000,
      jwksRetryMs: 200,
    });
    const headers = { authorization: `Bearer ${await pairToken(pair, claims)}` };
    const client = await RawClient.open(url);
    client.say({ connect: { token: await pairToken(pair, claims) }, id: 1 });
    const waiting = ask(`${url}/v1/series`, { headers });
    expect((await ask(`${url}/v1/series`, { headers: nodeAdmin })).status).toBe(200);
    const answer = await waiting;
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '3']);
    expect(await client.reply(1)).toMatchObject({ error: { code: 100, temporary: true } });
    server.keys = [pair.publicJwk];
    await eventually('the keys', async () => (await ask(`${url}/v1/series`, { headers })).status === 200);
    client.say({ connect: { token: await pairToken(pair, claims) }, id: 2 });
    expect(await client.reply(2)).toMatchObject({ connect: {} });
    expect(process.stderr).toBe('');
  });

  it('that hangs for longer than a client may take to be let in costs it the connection, not the right', async () => {
    const server = await keyServer(() => {});
    const { url, process } = await start(server.url, { jwksMs: 60_000, authenticationMs: 500 });
    const client = await RawClient.open(url);
    client.say({ connect: { token: await pairToken(await keyPair('ES256', 'k1'), claims) }, id: 1 });
    expect((await client.end()).code).toBe(3004);
    // Nor does it hold up the end of the node.
    expect((await process.stop('SIGTERM', 8_000)).code).toBe(0);
  });
});
