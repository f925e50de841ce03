/** The routes where reading takes a token that permits it. */
import { describe, expect, it } from 'vitest';
import { userOf } from '../../../src/protocols/identity.ts';
import type { Identity } from '../../../src/protocols/ports/service.ts';
import { done } from '../../../src/protocols/refusal.ts';
import { type Answered, ask, type Gateway, open, startGateway } from './start-gateway.ts';

const user = (...channels: string[]): Identity => ({
  kind: 'user',
  user: userOf('ada'),
  rights: [{ channels, wildcard: false }],
  endsAtMs: null,
});

/** By what is shown, as bearer token or as cookie. */
const people: Readonly<Record<string, Identity>> = {
  lobby: user('lobby'),
  leibniz: user('leibniz'),
  supervision: user('supervision'),
  both: user('leibniz', 'basel'),
  nothing: user(),
  admin: { kind: 'admin', user: userOf('root'), endsAtMs: null },
  old: { kind: 'expired' },
  unsure: { kind: 'unavailable' },
};

async function closedGateway(): Promise<Gateway> {
  const gateway = await startGateway({ reading: 'by-permission' });
  gateway.service.identify = async ({ bearer, cookie }) => {
    const shown = bearer ?? cookie;
    return done(shown === null ? { kind: 'anonymous' } : (people[shown] ?? { kind: 'unknown' }));
  };
  return gateway;
}

const bearing = (who: string) => ({ authorization: `Bearer ${who}` });
const codeOf = ({ status, json }: Answered) => {
  if (status < 400) return status;
  const { type = '' } = json as { readonly type?: string };
  return [status, type.replace('urn:zeno:problem:', '')];
};

const reading: [path: string, permitted: string][] = [
  ['/v1/series', 'lobby'],
  ['/v1/series/leibniz', 'leibniz'],
  ['/v1/series/alias/digits', 'leibniz'],
  ['/v1/series/leibniz/digits', 'leibniz'],
  ['/v1/series/leibniz/partial?to=8', 'leibniz'],
  ['/v1/series/leibniz/events', 'leibniz'],
  ['/v1/events?runs=leibniz', 'leibniz'],
  ['/v1/supervision/tree', 'supervision'],
  ['/v1/supervision/events', 'supervision'],
];

/** There is no other run than `leibniz` behind this gateway: who gets as far as to hear so has been let through. */
const through = (path: string) => (/alias|basel/.test(path) ? 404 : 200);

/** The status of a route that may be a stream. */
async function statusOf(gateway: Gateway, path: string, headers: Record<string, string>): Promise<number> {
  const response = await open(gateway, 'GET', path, { headers });
  response.destroy();
  return response.statusCode ?? 0;
}

describe.each(reading)('%s', (path, permitted) => {
  it('takes a token, that permits it, and is still good', async () => {
    await using gateway = await closedGateway();
    const get = (headers: Record<string, string> = {}) => ask(gateway, 'GET', path, { headers });
    const missing = await get();
    expect(codeOf(missing)).toEqual([401, 'unauthorized']);
    expect(missing.headers['www-authenticate']).toBe('Bearer realm="zeno"');
    const old = await get(bearing('old'));
    expect(codeOf(old)).toEqual([401, 'unauthorized']);
    expect(old.headers['www-authenticate']).toContain('error="invalid_token"');
    expect(codeOf(await get(bearing('forged')))).toEqual([403, 'forbidden']);
    expect(codeOf(await get({ cookie: 'zeno_login=forged' }))).toEqual([401, 'unauthorized']);
    const unsure = await get(bearing('unsure'));
    expect([codeOf(unsure), unsure.headers['retry-after']]).toEqual([[503, 'not-ready'], '3']);
    for (const who of Object.keys(people).filter((name) => people[name]?.kind === 'user')) {
      const may = who === permitted || (who === 'both' && permitted === 'leibniz');
      if (!may) expect(codeOf(await get(bearing(who))), who).toEqual([403, 'forbidden']);
    }
    expect(gateway.service.connections).toEqual([]);
    for (const headers of [bearing(permitted), { cookie: `zeno_login=${permitted}` }, bearing('admin')]) {
      expect(await statusOf(gateway, path, headers)).toBe(through(path));
    }
  });
});

it('several runs at once take a right to each of them', async () => {
  await using gateway = await closedGateway();
  const get = (who: string) =>
    ask(gateway, 'GET', '/v1/events?runs=leibniz,basel', { headers: bearing(who) });
  const refused = await get('leibniz');
  expect(codeOf(refused)).toEqual([403, 'forbidden']);
  expect(refused.text).toContain('basel');
  expect(codeOf(await get('both'))).toEqual([404, 'unknown-run']);
});

it('a private run takes a right to its series, and is the user’s own', async () => {
  await using gateway = await closedGateway();
  const create = (headers: Record<string, string>) =>
    ask(gateway, 'POST', '/v1/series/leibniz/runs', { headers });
  expect(codeOf(await create({}))).toEqual([401, 'unauthorized']);
  expect(codeOf(await create(bearing('lobby')))).toEqual([403, 'forbidden']);
  expect(
    codeOf(await ask(gateway, 'POST', '/v1/series/basel/runs', { headers: bearing('leibniz') })),
  ).toEqual([403, 'forbidden']);
  expect(codeOf(await create(bearing('leibniz')))).toBe(201);
  expect(codeOf(await create({ cookie: 'zeno_login=leibniz' }))).toEqual([403, 'origin-refused']);
  expect(codeOf(await create(bearing('admin')))).toBe(201);
  expect(gateway.service.created.map(({ caller }) => caller)).toEqual([
    { user: 'user:ada', admin: false },
    { user: 'user:root', admin: true },
  ]);
});

it('a token is looked at once, however much it has to permit', async () => {
  await using gateway = await closedGateway();
  const { identify } = gateway.service;
  let looks = 0;
  gateway.service.identify = (credentials) => {
    looks += 1;
    return identify(credentials);
  };
  const headers = bearing('leibniz');
  expect((await ask(gateway, 'POST', '/v1/series/leibniz/runs', { headers })).status).toBe(201);
  expect(looks).toBe(1);
});

it('what is for admins takes the role, whatever else a token permits', async () => {
  await using gateway = await closedGateway();
  const reset = (headers: Record<string, string>) =>
    ask(gateway, 'POST', '/v1/series/leibniz/reset', { headers });
  expect(codeOf(await reset({}))).toEqual([401, 'unauthorized']);
  expect(codeOf(await reset(bearing('leibniz')))).toEqual([403, 'forbidden']);
  expect(codeOf(await reset(bearing('old')))).toEqual([401, 'unauthorized']);
  expect(codeOf(await reset(bearing('admin')))).toBe(200);
  const metrics = (who: string) => ask(gateway, 'GET', '/metrics', { headers: bearing(who) });
  expect([codeOf(await metrics('leibniz')), codeOf(await metrics('admin'))]).toEqual([
    [403, 'forbidden'],
    200,
  ]);
});

it('the page, the health of the node and the login are open', async () => {
  await using gateway = await closedGateway();
  for (const path of ['/', '/web/main.js', '/healthz', '/readyz']) {
    expect((await ask(gateway, 'GET', path)).status, path).toBe(200);
  }
  expect((await ask(gateway, 'POST', '/v1/login', { body: { token: 'x' } })).status).toBe(403);
});

it('open reading asks nobody, and is not disturbed by a token that is not good', async () => {
  await using gateway = await startGateway();
  gateway.service.identify = async () => {
    throw new Error('nobody should be asked');
  };
  for (const [path] of reading) {
    for (const headers of [{}, bearing('forged')]) {
      expect(await statusOf(gateway, path, headers), path).toBe(through(path));
    }
  }
});
