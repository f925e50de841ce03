/** The login of a browser: a cookie for the token, good only with our own Origin, until it is ended. */
import { expect, it } from 'vitest';
import { ask, bearer, kill } from '../support/http-client.ts';
import { adminToken, startNode, temporaryFolder } from '../support/node-process.ts';

const victim = { path: 'root/broadcast/lobby' };

async function login(url: string): Promise<string> {
  const origin = url;
  const answer = await ask(`${url}/v1/login`, {
    method: 'POST',
    headers: { origin },
    body: { token: adminToken },
  });
  expect([answer.status, answer.text]).toEqual([204, '']);
  const [cookie = ''] = answer.headers['set-cookie'] ?? [];
  const [pair = '', ...attributes] = cookie.split('; ');
  expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Strict', 'Path=/']));
  expect(attributes.some((attribute) => /^Max-Age=[1-9]\d*$/.test(attribute))).toBe(true);
  expect(pair).not.toContain(adminToken);
  return pair;
}

async function killBy(url: string, headers: Readonly<Record<string, string>>): Promise<unknown> {
  const { status, text } = await ask(`${url}/v1/supervision/kill`, { method: 'POST', headers, body: victim });
  return status === 200 ? 200 : [status, JSON.parse(text).type];
}

it('the cookie kills with our own Origin, and with no other; logout ends it', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  const cookie = await login(url);
  const foreign = [403, 'urn:zeno:problem:origin-refused'];
  expect(await killBy(url, { cookie, origin: url })).toBe(200);
  expect(await killBy(url, { cookie })).toEqual(foreign);
  expect(await killBy(url, { cookie, origin: 'https://evil.example' })).toEqual(foreign);
  expect(await killBy(url, { cookie, origin: 'null' })).toEqual(foreign);
  expect(await killBy(url, { cookie: `${cookie}0`, origin: url })).toEqual([
    403,
    'urn:zeno:problem:forbidden',
  ]);

  const out = `${url}/v1/logout`;
  expect((await ask(out, { method: 'POST', headers: { cookie } })).status).toBe(403);
  expect(await killBy(url, { cookie, origin: url })).toBe(200);
  const ended = await ask(out, { method: 'POST', headers: { cookie, origin: url } });
  expect(ended.status).toBe(204);
  expect(ended.headers['set-cookie']?.[0]).toMatch(/^zeno_login=;/);
  expect(await killBy(url, { cookie, origin: url })).toEqual([403, 'urn:zeno:problem:forbidden']);
  expect(await killBy(url, bearer)).toBe(200);
});

it('a wrong token gets no cookie', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  for (const token of ['wrong-token-of-some-length', `${adminToken} `, adminToken.slice(1)]) {
    const { status, text, headers } = await ask(`${url}/v1/login`, { method: 'POST', body: { token } });
    expect([status, JSON.parse(text).type]).toEqual([403, 'urn:zeno:problem:forbidden']);
    expect(headers['set-cookie']).toBeUndefined();
    expect(text).not.toContain(token);
  }
});

it.each(['root/base/auth', 'root/base'])(
  'a login, and the end of one, outlive the death of %s',
  async (path) => {
    const { url } = await startNode({ data: temporaryFolder() });
    const kept = await login(url);
    const ended = await login(url);
    await ask(`${url}/v1/logout`, { method: 'POST', headers: { cookie: ended, origin: url } });
    expect((await kill(url, { path })).status).toBe(200);
    expect(await killBy(url, { cookie: kept, origin: url })).toBe(200);
    expect(await killBy(url, { cookie: ended, origin: url })).toEqual([403, 'urn:zeno:problem:forbidden']);
  },
);

it('a login outlives the node itself where its token does', async () => {
  const data = temporaryFolder();
  const before = await startNode({ data, env: { ZENO_CHAOS: '1' } });
  const cookie = await login(before.url);
  await kill(before.url, { path: 'root' });
  expect((await before.process.exit()).code).toBe(70);
  const { url } = await startNode({ data });
  expect(await killBy(url, { cookie, origin: url })).toBe(200);
});

it('a token that nobody set is printed once, in the fragment of the link, and is good', async () => {
  const { process, url } = await startNode({
    data: temporaryFolder(),
    env: { ZENO_ADMIN_TOKEN: undefined },
  });
  const token = /^Zeno is at http:\/\/127\.0\.0\.1:\d+\/#token=([0-9a-f]{32})\n$/.exec(process.stdout)?.[1];
  expect(await killBy(url, { authorization: `Bearer ${token}` })).toBe(200);
  expect(process.stderr).not.toContain(token);
});
