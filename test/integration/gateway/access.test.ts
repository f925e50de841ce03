import { describe, expect, it } from 'vitest';
import { refuse } from '../../../src/protocols/refusal.ts';
import { token } from './one-run-service.ts';
import { type Answered, ask, type Gateway, problem, type Sent, startGateway } from './start-gateway.ts';

const invalid = problem(
  'forbidden',
  403,
  'The token or login is not valid (any more); log in again, or send a token that is. Why stands in the node’s log at ZENO_LOG=debug.',
);
const reset = (gateway: Gateway, headers: Record<string, string>) =>
  ask(gateway, 'POST', '/v1/series/leibniz/reset', { headers });

function login(gateway: Gateway, sent: Sent = {}): Promise<Answered> {
  return ask(gateway, 'POST', '/v1/login', { body: { token }, ...sent });
}

function cookieOf(answer: Answered): string {
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

describe('admin routes', () => {
  it('ask for a token, refuse a wrong one, take the right one', async () => {
    await using gateway = await startGateway();
    for (const headers of [{}, { authorization: 'Basic abc' }, { authorization: 'Bearer' }]) {
      const answer = await reset(gateway, headers);
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="zeno"']);
      expect(answer.json).toEqual(
        problem('unauthorized', 401, 'This takes the admin token: Authorization: Bearer <token>, or log in.'),
      );
    }
    const wrong = await reset(gateway, { authorization: 'Bearer wrong' });
    expect([wrong.status, wrong.json, wrong.headers['www-authenticate']]).toEqual([403, invalid, undefined]);
    expect((await reset(gateway, { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it('turn away before a body is read', async () => {
    await using gateway = await startGateway();
    const headers = { 'content-type': 'application/json' };
    expect((await ask(gateway, 'POST', '/v1/supervision/kill', { headers, body: '{' })).status).toBe(401);
    expect((await ask(gateway, 'POST', '/v1/node/kill', { headers, body: '{' })).status).toBe(401);
    expect(gateway.service.nodeKills).toBe(0);
  });

  it('say so while nobody can be identified', async () => {
    await using gateway = await startGateway();
    gateway.service.identify = async () => refuse('not-ready', 'Logins are being restarted.');
    const answer = await reset(gateway, { authorization: `Bearer ${token}` });
    expect(answer.json).toEqual(problem('not-ready', 503, 'Logins are being restarted.'));
  });
});

describe('the login cookie', () => {
  it('is out of reach of scripts and other sites, and lives as long as the login', async () => {
    await using gateway = await startGateway();
    const answer = await login(gateway);
    expect([answer.status, answer.text]).toEqual([204, '']);
    const [cookie] = answer.headers['set-cookie'] ?? [];
    expect(cookie?.split('; ').slice(1)).toEqual(['Max-Age=60', 'Path=/', 'HttpOnly', 'SameSite=Strict']);
    const wrong = await login(gateway, { body: { token: 'wrong' } });
    expect(wrong.json).toEqual(problem('forbidden', 403, 'That is not the token of this start.'));
    expect(wrong.headers['set-cookie']).toBeUndefined();
    expect((await login(gateway, { body: {} })).status).toBe(400);
  });

  it('is Secure when a trusted proxy was asked over https, and only then', async () => {
    const headers = { 'x-forwarded-proto': 'https' };
    for (const trustProxy of [true, false]) {
      await using gateway = await startGateway({ trustProxy });
      const [cookie = ''] = (await login(gateway, { headers })).headers['set-cookie'] ?? [];
      expect(cookie.includes('Secure')).toBe(trustProxy);
    }
  });

  it('counts with our own Origin only, until the logout', async () => {
    const listed = 'https://listed.example';
    await using gateway = await startGateway({ origins: [listed] });
    const cookie = cookieOf(await login(gateway));
    const bare = await reset(gateway, { cookie });
    expect(bare.json).toEqual(
      problem(
        'origin-refused',
        403,
        'A login cookie counts only with an Origin; without a browser use a bearer token.',
      ),
    );
    const ours = { cookie, origin: gateway.url };
    expect((await reset(gateway, ours)).status).toBe(200);
    expect((await reset(gateway, { cookie, origin: 'http://evil.example' })).status).toBe(403);
    expect((await reset(gateway, { cookie, origin: listed })).status).toBe(401);
    expect((await ask(gateway, 'POST', '/v1/logout', { headers: { cookie } })).status).toBe(403);
    const out = await ask(gateway, 'POST', '/v1/logout', { headers: ours });
    expect(out.status).toBe(204);
    expect(out.headers['set-cookie']?.[0]).toMatch(/^zeno_login=;.*Path=\/; Expires=Thu, 01 Jan 1970/);
    const after = await reset(gateway, ours);
    expect([after.status, after.json]).toEqual([403, invalid]);
    expect((await ask(gateway, 'POST', '/v1/logout')).status).toBe(204);
  });

  it('of an ended login makes its browser anonymous, a wrong bearer token does not', async () => {
    await using gateway = await startGateway();
    const create = (headers: Record<string, string>) =>
      ask(gateway, 'POST', '/v1/series/leibniz/runs', { headers });
    expect((await create({ cookie: 'zeno_login=old', origin: gateway.url })).status).toBe(201);
    expect(gateway.service.created[0]?.caller.admin).toBe(false);
    expect((await create({ authorization: 'Bearer old' })).json).toEqual(invalid);
  });
});

describe('origins', () => {
  const foreign = problem(
    'origin-refused',
    403,
    'Pages of that Origin may not use this server; see ZENO_ORIGINS.',
  );
  const paths = [
    '/',
    '/healthz',
    '/v1/series',
    '/v1/series/leibniz/events',
    '/v1/supervision/tree',
    '/nowhere',
  ];

  it.each(paths)('a foreign page is refused at %s, and so is a foreign Host', async (path) => {
    await using gateway = await startGateway();
    const page = await ask(gateway, 'GET', path, { headers: { origin: 'http://evil.example' } });
    expect([page.status, page.json]).toEqual([403, foreign]);
    const rebound = await ask(gateway, 'GET', path, { headers: { host: 'evil.example' } });
    expect([rebound.status, rebound.json]).toEqual([
      403,
      problem('origin-refused', 403, expect.stringMatching(/^This server is not reached by that Host/)),
    ]);
    expect(gateway.service.connections).toEqual([]);
  });

  it('a listed page gets CORS headers, its preflight an answer; others get neither', async () => {
    const origin = 'https://app.example';
    await using gateway = await startGateway({ origins: [origin] });
    const read = await ask(gateway, 'GET', '/v1/series', { headers: { origin } });
    expect(read.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' });
    expect(read.headers['access-control-allow-credentials']).toBeUndefined();
    const headers = { origin, 'access-control-request-method': 'PATCH' };
    const preflight = await ask(gateway, 'OPTIONS', '/v1/series/leibniz', { headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST, PATCH, DELETE',
      'access-control-allow-headers': 'authorization, content-type, last-event-id',
    });
    const own = await ask(gateway, 'GET', '/v1/series', { headers: { origin: gateway.url } });
    expect([own.status, own.headers['access-control-allow-origin']]).toEqual([200, undefined]);
    const other = { ...headers, origin: 'https://evil.example' };
    const refused = await ask(gateway, 'OPTIONS', '/v1/series/leibniz', { headers: other });
    expect([refused.status, refused.headers['access-control-allow-methods']]).toEqual([403, undefined]);
  });

  it('behind a trusted proxy both the Host and the forwarded host must be ours', async () => {
    await using gateway = await startGateway({ trustProxy: true, origins: ['https://zeno.example'] });
    const get = (headers: Record<string, string>) => ask(gateway, 'GET', '/v1/series', { headers });
    const origin = 'https://zeno.example';
    expect((await get({ origin, 'x-forwarded-host': 'zeno.example' })).status).toBe(200);
    expect((await get({ 'x-forwarded-host': 'evil.example' })).status).toBe(403);
    expect((await get({ host: 'evil.example', 'x-forwarded-host': 'zeno.example' })).status).toBe(403);
  });
});
