import { describe, expect, it } from 'vitest';
import { done, refuse } from '../../../src/protocols/refusal.ts';
import { digits, leibniz, partial, report, token, tree } from './one-run-service.ts';
import { ask, problem, startGateway } from './start-gateway.ts';

const admin = { authorization: `Bearer ${token}` };
const unknownRun = problem('unknown-run', 404, 'There is no run nope.');
const nothingHere = {
  type: 'about:blank',
  title: 'Not Found',
  status: 404,
  detail: 'There is nothing at this address for this method; the API is below /v1.',
};

describe('health', () => {
  it('is alive without asking the core, and ready when the core is', async () => {
    await using gateway = await startGateway();
    gateway.service.readiness = async () => ({
      ready: false,
      reasons: ['the store is down', 'leibniz stands'],
    });
    const alive = await ask(gateway, 'GET', '/healthz');
    expect([alive.status, alive.json]).toEqual([200, { status: 'ok' }]);
    const unready = await ask(gateway, 'GET', '/readyz');
    expect(unready.status).toBe(503);
    expect(unready.headers['retry-after']).toBe('3');
    expect(unready.json).toEqual(problem('not-ready', 503, 'the store is down; leibniz stands'));
    gateway.service.readiness = async () => ({ ready: true, reasons: [] });
    expect((await ask(gateway, 'GET', '/readyz')).json).toEqual({ status: 'ok' });
  });
});

describe('catalogue', () => {
  it('lists all runs, or what changed since', async () => {
    await using gateway = await startGateway();
    const all = await ask(gateway, 'GET', '/v1/series');
    expect(all.json).toEqual({ epoch: '00112233aabbccdd', version: 42, snapshot: true, series: [] });
    expect(all.headers['cache-control']).toBe('no-store');
    const since = await ask(gateway, 'GET', '/v1/series?since=00112233aabbccdd:41');
    expect(since.json).toMatchObject({ snapshot: false, changes: [{ version: 42, op: 'remove' }] });
  });

  it('shows a run as the core tells it, or says there is none', async () => {
    await using gateway = await startGateway();
    const shown = await ask(gateway, 'GET', '/v1/series/leibniz');
    expect([shown.status, shown.json]).toEqual([200, leibniz]);
    const missing = await ask(gateway, 'GET', '/v1/series/nope');
    expect([missing.status, missing.json]).toEqual([404, unknownRun]);
    expect(missing.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('says when to come back while the node is draining', async () => {
    await using gateway = await startGateway({ limits: { reconnectMaxMs: 4_200 } });
    gateway.service.run = async () => refuse('draining', 'This node is ending; ask again.');
    const answer = await ask(gateway, 'GET', '/v1/series/leibniz');
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.json).toEqual(problem('draining', 503, 'This node is ending; ask again.'));
  });
});

describe('partials', () => {
  const path = '/v1/series/leibniz/partial';

  it('are answered as the core sums them, from the first term where nothing else is said', async () => {
    await using gateway = await startGateway();
    const answer = await ask(gateway, 'GET', `${path}?from=4&to=12`);
    expect([answer.status, answer.json]).toEqual([200, partial]);
    expect(answer.headers['cache-control']).toBe('no-store');
    await ask(gateway, 'GET', `${path}?to=12`);
    await ask(gateway, 'GET', `${path}?from=0&to=0`);
    await ask(gateway, 'GET', `${path}?from=9007199254740991&to=9007199254740991`);
    expect(gateway.service.partials).toEqual([
      { series: 'leibniz', from: 4, to: 12 },
      { series: 'leibniz', from: 0, to: 12 },
      { series: 'leibniz', from: 0, to: 0 },
      { series: 'leibniz', from: 2 ** 53 - 1, to: 2 ** 53 - 1 },
    ]);
  });

  it('show what their monoid has: no scale, no decimal, a sum that begins anew', async () => {
    await using gateway = await startGateway();
    const { scale: _, ...rest } = partial;
    const other = { ...rest, monoid: 'fixed-point', scale: null, decimal: null, anew: true } as const;
    gateway.service.partial = async () => done(other);
    expect((await ask(gateway, 'GET', `${path}?to=12`)).json).toEqual(other);
  });

  it('without an end are refused by its name, and the core is not asked', async () => {
    await using gateway = await startGateway();
    const answer = await ask(gateway, 'GET', `${path}?from=4`);
    expect([answer.status, answer.json]).toEqual([
      400,
      problem('bad-request', 400, 'The query parameter to is missing: say where the range ends.', [
        { path: 'to', message: 'is missing' },
      ]),
    ]);
    expect(gateway.service.partials).toEqual([]);
  });

  it('with an end or a beginning that is no whole number are refused by its name', async () => {
    await using gateway = await startGateway();
    const message = 'must be a whole number from 0 to 9007199254740991';
    for (const name of ['from', 'to']) {
      const other = name === 'from' ? 'to' : 'from';
      for (const text of ['-4', '4.0', '1e3', '0x10', '04', '', '9007199254740992', 'x']) {
        const answer = await ask(gateway, 'GET', `${path}?${name}=${text}&${other}=12`);
        expect([answer.status, answer.json]).toEqual([
          400,
          problem('bad-request', 400, `The query parameter ${name} ${message}.`, [{ path: name, message }]),
        ]);
      }
      expect((await ask(gateway, 'GET', `${path}?${name}=4&${name}=8&${other}=12`)).status).toBe(400);
    }
    expect(gateway.service.partials).toEqual([]);
  });

  it('of a series that is not there, or that the core refuses, say so in its words', async () => {
    await using gateway = await startGateway();
    const unknown = await ask(gateway, 'GET', '/v1/series/nope/partial?to=4');
    expect([unknown.status, unknown.json]).toEqual([
      404,
      problem('unknown-run', 404, 'There is no series nope.'),
    ]);
    const errors = [{ path: 'to', message: 'must be a multiple of 4 for this series' }];
    gateway.service.partial = async () =>
      refuse('bad-request', 'to must be a multiple of 4 for this series.', errors);
    const grain = await ask(gateway, 'GET', `${path}?to=6`);
    expect([grain.status, grain.json]).toEqual([
      400,
      problem('bad-request', 400, 'to must be a multiple of 4 for this series.', errors),
    ]);
    gateway.service.partial = async () => refuse('too-many-requests', 'Try again later.');
    const busy = await ask(gateway, 'GET', `${path}?to=8`);
    expect([busy.status, busy.headers['retry-after']]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    gateway.service.partial = async () => refuse('not-ready', 'It took longer than 30000 ms.');
    const late = await ask(gateway, 'GET', `${path}?to=8`);
    expect([late.status, late.json]).toEqual([
      503,
      problem('not-ready', 503, 'It took longer than 30000 ms.'),
    ]);
  });
});

describe('digits', () => {
  const path = '/v1/series/leibniz/digits';

  it('are shown page by page, a thousand from the first on where nothing else is said', async () => {
    await using gateway = await startGateway();
    const answer = await ask(gateway, 'GET', `${path}?from=1&count=2`);
    expect([answer.status, answer.json]).toEqual([200, digits]);
    expect(answer.headers['cache-control']).toBe('no-store');
    await ask(gateway, 'GET', path);
    await ask(gateway, 'GET', `${path}?from=20000&count=10000`);
    expect(gateway.service.digitPages).toEqual([
      { run: 'leibniz', from: 1, count: 2 },
      { run: 'leibniz', from: 0, count: 1_000 },
      { run: 'leibniz', from: 20_000, count: 10_000 },
    ]);
  });

  it('come in pages no greater than the node allows, also where nothing is said', async () => {
    await using gateway = await startGateway({ limits: { digitsPage: 50 } });
    await ask(gateway, 'GET', path);
    expect(gateway.service.digitPages).toEqual([{ run: 'leibniz', from: 0, count: 50 }]);
    const message = 'must be a whole number from 1 to 50';
    for (const count of ['0', '51', '-1', '1.5', '']) {
      const answer = await ask(gateway, 'GET', `${path}?count=${count}`);
      expect([answer.status, answer.json]).toEqual([
        400,
        problem('bad-request', 400, `The query parameter count ${message}.`, [{ path: 'count', message }]),
      ]);
    }
    expect((await ask(gateway, 'GET', `${path}?from=-1`)).json).toMatchObject({ errors: [{ path: 'from' }] });
    expect(gateway.service.digitPages).toHaveLength(1);
  });

  it('of a private run are those of that run, and of no run are none', async () => {
    await using gateway = await startGateway();
    await ask(gateway, 'POST', '/v1/series/leibniz/runs');
    expect((await ask(gateway, 'GET', '/v1/series/leibniz~k3x9/digits')).status).toBe(200);
    const missing = await ask(gateway, 'GET', '/v1/series/nope/digits');
    expect([missing.status, missing.json]).toEqual([404, unknownRun]);
    gateway.service.digits = async () => refuse('not-ready', 'The run has no digits to show yet.');
    expect((await ask(gateway, 'GET', path)).status).toBe(503);
  });
});

describe('runs', () => {
  it('starts a private run for an anonymous caller, with a body or without', async () => {
    await using gateway = await startGateway();
    const made = await ask(gateway, 'POST', '/v1/series/leibniz/runs');
    expect([made.status, made.headers.location]).toEqual([201, '/v1/series/leibniz~k3x9']);
    expect(made.json).toEqual({ ...leibniz, run: 'leibniz~k3x9' });
    const pace = { mode: 'walk', termsPerSecond: 7 };
    const walking = await ask(gateway, 'POST', '/v1/series/leibniz/runs', {
      body: { pace, stopAt: 9, more: 1 },
    });
    expect(walking.json).toMatchObject({ pace });
    const empty = { 'content-type': 'application/json', 'content-length': '0' };
    expect((await ask(gateway, 'POST', '/v1/series/leibniz/runs', { headers: empty })).status).toBe(201);
    const caller = { user: 'anonymous@127.0.0.1', admin: false };
    expect(gateway.service.created).toMatchObject([
      { wish: {}, caller },
      { wish: { pace, stopAt: 9 }, caller },
      { wish: {}, caller },
    ]);
  });

  it('names what is wrong with a body, and passes none of it on', async () => {
    await using gateway = await startGateway();
    const body = { pace: { mode: 'run' }, stopAt: 0 };
    const answer = await ask(gateway, 'POST', '/v1/series/leibniz/runs', { body });
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual(
      problem('bad-request', 400, 'The body is not as it should be; see errors.', expect.any(Array)),
    );
    const { errors } = answer.json as { errors: { path: string; message: string }[] };
    expect(errors).toContainEqual({ path: '/pace/mode', message: 'must be "sprint"' });
    expect(errors).toContainEqual({ path: '/stopAt', message: 'must be >= 1' });
    expect(gateway.service.created).toEqual([]);
  });

  it('does not take a text for a number or a boolean', async () => {
    await using gateway = await startGateway();
    const create = await ask(gateway, 'POST', '/v1/series/leibniz/runs', { body: { stopAt: '9' } });
    const patch = await ask(gateway, 'PATCH', '/v1/series/leibniz', {
      headers: admin,
      body: { paused: 'true' },
    });
    expect([create.status, patch.status]).toEqual([400, 400]);
  });

  it('changes and ends runs as their caller, reset and retry as admin only', async () => {
    await using gateway = await startGateway();
    const body = { paused: true };
    const mine = await ask(gateway, 'PATCH', '/v1/series/leibniz', { body, headers: admin });
    expect([mine.status, mine.json]).toEqual([200, leibniz]);
    const others = await ask(gateway, 'PATCH', '/v1/series/leibniz', { body });
    expect(others.json).toEqual(problem('forbidden', 403, 'A shared run is changed by an admin.'));
    expect((await ask(gateway, 'PATCH', '/v1/series/nope', { body, headers: admin })).json).toEqual(
      unknownRun,
    );
    for (const verb of ['reset', 'retry']) {
      const did = await ask(gateway, 'POST', `/v1/series/leibniz/${verb}`, { headers: admin });
      expect([did.status, did.json]).toEqual([200, leibniz]);
      const missing = await ask(gateway, 'POST', `/v1/series/nope/${verb}`, { headers: admin });
      expect(missing.json).toEqual(unknownRun);
      expect((await ask(gateway, 'POST', `/v1/series/leibniz/${verb}`)).status).toBe(401);
    }
    expect((await ask(gateway, 'DELETE', '/v1/series/leibniz')).status).toBe(403);
    const ended = await ask(gateway, 'DELETE', '/v1/series/leibniz', { headers: admin });
    expect([ended.status, ended.text]).toEqual([204, '']);
    expect((await ask(gateway, 'DELETE', '/v1/series/leibniz', { headers: admin })).status).toBe(404);
  });
});

describe('supervision', () => {
  it('shows the tree to anybody, page by page', async () => {
    await using gateway = await startGateway();
    const whole = await ask(gateway, 'GET', '/v1/supervision/tree');
    expect([whole.status, whole.json]).toEqual([200, tree]);
    await ask(gateway, 'GET', '/v1/supervision/tree?path=root/compute&after=3&limit=5&node=n-test');
    expect(gateway.service.trees).toEqual([
      { path: null, after: null, limit: null },
      { path: 'root/compute', after: '3', limit: 5 },
    ]);
    const errors = [{ path: 'limit', message: 'must be a whole number from 1 to 100' }];
    for (const limit of ['0', '101', '1e1', '']) {
      const answer = await ask(gateway, 'GET', `/v1/supervision/tree?limit=${limit}`);
      expect(answer.json).toEqual(
        problem(
          'bad-request',
          400,
          'The query parameter limit must be a whole number from 1 to 100.',
          errors,
        ),
      );
    }
    expect((await ask(gateway, 'GET', '/v1/supervision/tree?node=n-other')).json).toEqual(
      problem('unknown-process', 404, 'This node does not know a node "n-other"; ask that node itself.'),
    );
  });

  it('kills for an admin, and says 202 while the restart is pending', async () => {
    await using gateway = await startGateway();
    const kill = (body: object) => ask(gateway, 'POST', '/v1/supervision/kill', { headers: admin, body });
    const killed = await kill({ path: 'root/compute' });
    expect([killed.status, killed.json]).toEqual([200, report]);
    const slow = await kill({ path: 'root/slow' });
    expect([slow.status, slow.json]).toEqual([202, { ...report, newPid: null, outcome: 'pending' }]);
    expect((await kill({})).json).toEqual(problem('bad-request', 400, 'Give either path or pid.'));
    expect((await kill({ path: 'root' })).status).toBe(409);
    expect((await ask(gateway, 'POST', '/v1/supervision/kill', { headers: admin })).status).toBe(400);
  });

  it('ends this node and never another one', async () => {
    await using gateway = await startGateway();
    const other = await ask(gateway, 'POST', '/v1/node/kill', { headers: admin, body: { node: 'n-other' } });
    expect([other.status, gateway.service.nodeKills]).toEqual([404, 0]);
    const named = await ask(gateway, 'POST', '/v1/node/kill', { headers: admin, body: { node: 'n-test' } });
    const bare = await ask(gateway, 'POST', '/v1/node/kill', { headers: admin });
    expect([named.status, bare.status, gateway.service.nodeKills]).toEqual([202, 202, 2]);
    gateway.service.killNode = () => refuse('not-killable', 'ZENO_CHAOS is not set.');
    expect((await ask(gateway, 'POST', '/v1/node/kill', { headers: admin })).status).toBe(409);
  });
});

describe('what is wrong with a request', () => {
  it.each(['/', '/healthz', '/v1/series', '/v1/series/leibniz', '/openapi.json'])(
    'answers HEAD as GET, without a body: %s',
    async (path) => {
      await using gateway = await startGateway();
      const got = await ask(gateway, 'GET', path);
      const head = await ask(gateway, 'HEAD', path);
      expect([head.status, head.text]).toEqual([got.status, '']);
      expect(head.headers['content-type']).toBe(got.headers['content-type']);
    },
  );

  it.each([
    '/v1/series/leibniz/events',
    '/v1/events?runs=leibniz',
    '/v1/supervision/events',
    '/connection/sse',
  ])('opens no stream for HEAD: %s', async (path) => {
    await using gateway = await startGateway();
    expect((await ask(gateway, 'HEAD', path)).status).toBe(404);
    expect(gateway.service.connections).toEqual([]);
  });

  it('is told as a problem: no such route, a bad address, a bad body, a large body, another type', async () => {
    await using gateway = await startGateway({ limits: { bodyBytes: 64 } });
    for (const [method, path] of [
      ['GET', '/v2'],
      ['PUT', '/v1/series/leibniz'],
      ['HEAD', '/v1/series/leibniz/events'],
      ['OPTIONS', '/v1/series'],
    ] as const) {
      const answer = await ask(gateway, method, path);
      expect(answer.status).toBe(404);
      if (method !== 'HEAD') expect(answer.json).toEqual(nothingHere);
    }
    const address = await ask(gateway, 'GET', '/v1/series/%zz');
    expect(address.json).toEqual(
      problem('bad-request', 400, 'The address is not a valid URL path; check its % escapes.'),
    );
    const send = (body: string, type = 'application/json') =>
      ask(gateway, 'POST', '/v1/series/leibniz/runs', { body, headers: { 'content-type': type } });
    const unreadable = problem(
      'bad-request',
      400,
      'The body could not be read as JSON; send one JSON value, whole.',
    );
    expect((await send('{"pace":')).json).toEqual(unreadable);
    expect((await send('{"__proto__":{}}')).json).toEqual(unreadable);
    expect((await send(`"${'x'.repeat(64)}"`)).json).toEqual(
      problem('payload-too-large', 413, 'The body is larger than this server takes; send less.'),
    );
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      expect((await send('{}', type)).json).toEqual(
        problem('bad-request', 400, 'Send the body as application/json.'),
      );
    }
    expect(gateway.service.created).toEqual([]);
    expect(gateway.logged).toEqual([]);
  });

  it('is not told when it is our own fault, but logged', async () => {
    await using gateway = await startGateway();
    gateway.service.run = async () => {
      throw new Error('secret text of a bug');
    };
    const answer = await ask(gateway, 'GET', '/v1/series/leibniz?token=hush');
    expect(answer.status).toBe(500);
    expect(answer.json).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'Something went wrong here, not in your request. It has been logged; trying again may help.',
    });
    expect(gateway.logged).toMatchObject([{ method: 'GET', route: '/v1/series/:run' }]);
    expect(JSON.stringify(gateway.logged)).not.toContain('hush');
  });
});

describe('the page', () => {
  it('is served strictly: own scripts only, in no frame, and no file a browser does not need', async () => {
    await using gateway = await startGateway();
    const page = await ask(gateway, 'GET', '/');
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'self';.*frame-ancestors 'none'$/),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    });
    expect(page.text).not.toMatch(/<script>|<style>|style=| on[a-z]+=/);
    for (const [, file] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await ask(gateway, 'GET', file ?? '')).status).toBe(200);
    }
    for (const path of ['/web/tsconfig.json', '/web/', '/web/none.js']) {
      expect((await ask(gateway, 'GET', path)).json).toEqual(nothingHere);
    }
    expect((await ask(gateway, 'GET', '/web/..%2fpackage.json')).status).not.toBe(200);
  });
});

describe('who asks', () => {
  it('is the address that connects, and behind a trusted proxy the one it names last', async () => {
    for (const trustProxy of [false, true]) {
      await using gateway = await startGateway({ trustProxy });
      const headers = { 'x-forwarded-for': '10.9.9.9, 192.0.2.7' };
      await ask(gateway, 'POST', '/v1/series/leibniz/runs', { headers });
      expect(gateway.service.created[0]?.caller.user).toBe(
        `anonymous@${trustProxy ? '192.0.2.7' : '127.0.0.1'}`,
      );
    }
  });

  it('is asked of the core with one credential at most', async () => {
    await using gateway = await startGateway();
    const asked: object[] = [];
    gateway.service.identify = async (credentials) => {
      asked.push(credentials);
      return done({ kind: 'admin', user: null, endsAtMs: null } as const);
    };
    const headers = { authorization: 'bearer  abc', cookie: 'zeno_login=def' };
    await ask(gateway, 'POST', '/v1/series/leibniz/reset', { headers });
    expect(asked).toEqual([{ bearer: 'abc', cookie: null }]);
  });
});
