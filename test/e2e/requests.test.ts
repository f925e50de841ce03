/** Whatever is asked wrongly gets its one stable answer, and the node serves on. */
import { afterEach, describe, expect, it } from 'vitest';
import { type Asked, ask, bearer } from '../support/http-client.ts';
import { sharedNode } from '../support/shared-node.ts';
import { curlStream } from '../support/sse-reader.ts';

interface Row extends Asked {
  readonly what: string;
  readonly path: string;
  readonly status: number;
  /** Null for what is not of this API at all. */
  readonly code: string | null;
  /** Where the body or the query is wrong, if the answer has to say. */
  readonly errors?: readonly string[];
}

const killing = '/v1/supervision/kill';
const victim = { path: 'root/broadcast/lobby' };
const post = { method: 'POST' };
const patch = { method: 'PATCH', headers: bearer };

const table: readonly Row[] = [
  { what: 'an unknown run', path: '/v1/series/nothing', status: 404, code: 'unknown-run' },
  { what: 'an unknown private run', path: '/v1/series/leibniz~zzzz', status: 404, code: 'unknown-run' },
  { what: 'no name of a run', path: '/v1/series/%F0%9F%92%A5', status: 404, code: 'unknown-run' },
  { what: 'a path for a run', path: '/v1/series/..%2F..%2Fetc%2Fpasswd', status: 404, code: 'unknown-run' },
  { what: 'events of an unknown run', path: '/v1/series/nothing/events', status: 404, code: 'unknown-run' },
  {
    what: 'a run of an unknown series',
    ...post,
    path: '/v1/series/nothing/runs',
    status: 404,
    code: 'unknown-run',
  },
  {
    what: 'a change of an unknown run',
    ...patch,
    path: '/v1/series/nothing',
    body: {},
    status: 404,
    code: 'unknown-run',
  },
  {
    what: 'a reset of an unknown run',
    ...post,
    headers: bearer,
    path: '/v1/series/nothing/reset',
    status: 404,
    code: 'unknown-run',
  },
  { what: 'no address of ours', path: '/v2/series', status: 404, code: null },
  { what: 'a method nobody knows here', method: 'PUT', path: '/v1/series/leibniz', status: 404, code: null },
  { what: 'an escape that is none', path: '/v1/series/%zz', status: 400, code: 'bad-request' },
  {
    what: 'everyMs that is no number',
    path: '/v1/series/leibniz/events?everyMs=soon',
    status: 400,
    code: 'bad-request',
    errors: ['everyMs'],
  },
  {
    what: 'everyMs below nothing',
    path: '/v1/series/leibniz/events?everyMs=-1',
    status: 400,
    code: 'bad-request',
    errors: ['everyMs'],
  },
  {
    what: 'everyMs beyond all bounds',
    path: '/v1/series/leibniz/events?everyMs=99999999999',
    status: 400,
    code: 'bad-request',
    errors: ['everyMs'],
  },
  {
    what: 'everyMs twice',
    path: '/v1/series/leibniz/events?everyMs=1&everyMs=2',
    status: 400,
    code: 'bad-request',
  },
  {
    what: 'a page of the tree of no size',
    path: '/v1/supervision/tree?limit=0',
    status: 400,
    code: 'bad-request',
    errors: ['limit'],
  },
  {
    what: 'a tree of nobody',
    path: '/v1/supervision/tree?path=root/nobody',
    status: 404,
    code: 'unknown-process',
  },
  {
    what: 'half a JSON',
    ...post,
    path: '/v1/series/leibniz/runs',
    body: '{"pace":',
    status: 400,
    code: 'bad-request',
  },
  {
    what: 'JSON that is no object',
    ...post,
    path: '/v1/series/leibniz/runs',
    body: '7',
    status: 400,
    code: 'bad-request',
  },
  {
    what: 'JSON after JSON',
    ...post,
    path: '/v1/series/leibniz/runs',
    body: '{}{}',
    status: 400,
    code: 'bad-request',
  },
  {
    what: 'a prototype to poison',
    ...post,
    path: '/v1/series/leibniz/runs',
    body: '{"__proto__":{"x":1}}',
    status: 400,
    code: 'bad-request',
  },
  {
    what: 'a body of another type',
    ...post,
    headers: { 'content-type': 'text/plain' },
    path: '/v1/series/leibniz/runs',
    body: '{}',
    status: 400,
    code: 'bad-request',
  },
  {
    what: 'a body too large',
    ...post,
    path: '/v1/series/leibniz/runs',
    body: { pad: 'x'.repeat(20_000) },
    status: 413,
    code: 'payload-too-large',
  },
  {
    what: 'a stopAt in words',
    ...post,
    path: '/v1/series/leibniz/runs',
    body: { stopAt: 'soon' },
    status: 400,
    code: 'bad-request',
    errors: ['/stopAt'],
  },
  {
    what: 'a stopAt of half a term',
    ...post,
    path: '/v1/series/leibniz/runs',
    body: { stopAt: 1.5 },
    status: 400,
    code: 'bad-request',
    errors: ['/stopAt'],
  },
  {
    what: 'a policy nobody has',
    ...post,
    path: '/v1/series/leibniz/runs',
    body: { policy: 'never' },
    status: 400,
    code: 'bad-request',
    errors: ['/policy'],
  },
  {
    what: 'a walk without a pace',
    ...patch,
    path: '/v1/series/leibniz',
    body: { pace: { mode: 'walk' } },
    status: 400,
    code: 'bad-request',
    errors: ['/pace'],
  },
  {
    what: 'a walk that runs',
    ...patch,
    path: '/v1/series/leibniz',
    body: { pace: { mode: 'walk', termsPerSecond: 51 } },
    status: 400,
    code: 'bad-request',
    errors: ['/pace/termsPerSecond'],
  },
  {
    what: 'a pause in words',
    ...patch,
    path: '/v1/series/leibniz',
    body: { paused: 'yes' },
    status: 400,
    code: 'bad-request',
    errors: ['/paused'],
  },
  { what: 'a kill without a token', ...post, path: killing, body: victim, status: 401, code: 'unauthorized' },
  {
    what: 'a kill with a wrong token',
    ...post,
    headers: { authorization: 'Bearer of-good-tidings' },
    path: killing,
    body: victim,
    status: 403,
    code: 'forbidden',
  },
  {
    what: 'a kill with a password',
    ...post,
    headers: { authorization: 'Basic YTpi' },
    path: killing,
    body: victim,
    status: 401,
    code: 'unauthorized',
  },
  {
    what: 'a kill of the wrong shape',
    ...post,
    headers: bearer,
    path: killing,
    body: { path: ['root'] },
    status: 400,
    code: 'bad-request',
    errors: ['/path'],
  },
  {
    what: 'a reset without a token',
    ...post,
    path: '/v1/series/leibniz/reset',
    status: 401,
    code: 'unauthorized',
  },
  {
    what: 'a retry without a token',
    ...post,
    path: '/v1/series/leibniz/retry',
    status: 401,
    code: 'unauthorized',
  },
  {
    what: 'the end of the node without a token',
    ...post,
    path: '/v1/node/kill',
    status: 401,
    code: 'unauthorized',
  },
  { what: 'a login without a token', ...post, path: '/v1/login', body: {}, status: 400, code: 'bad-request' },
  {
    what: 'a foreign page',
    headers: { origin: 'https://evil.example' },
    path: '/v1/series',
    status: 403,
    code: 'origin-refused',
  },
  {
    what: 'a page of another port',
    headers: { origin: 'http://127.0.0.1:1' },
    path: '/v1/series',
    status: 403,
    code: 'origin-refused',
  },
  {
    what: 'a foreign page with the token',
    ...post,
    headers: { ...bearer, origin: 'https://evil.example' },
    path: killing,
    body: victim,
    status: 403,
    code: 'origin-refused',
  },
  {
    what: 'a name that was rebound',
    headers: { host: 'evil.example' },
    path: '/v1/series',
    status: 403,
    code: 'origin-refused',
  },
  {
    what: 'a name that was rebound, with the token',
    ...post,
    headers: { ...bearer, host: 'evil.example' },
    path: killing,
    body: victim,
    status: 403,
    code: 'origin-refused',
  },
];

const node = sharedNode();

describe('the answer to', () => {
  it.each(table)('$what', async ({ path, status, code, errors: wrong, what: _what, ...asked }) => {
    const answer = await ask(`${node.url}${path}`, asked);
    expect(answer.status, answer.text).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    const problem = JSON.parse(answer.text);
    expect(problem).toEqual({
      type: code === null ? 'about:blank' : `urn:zeno:problem:${code}`,
      title: expect.stringMatching(/^[A-Z]/),
      status,
      detail: expect.stringMatching(/\S/),
      ...('errors' in problem && { errors: expect.any(Array) }),
    });
    if (wrong !== undefined) {
      const paths = problem.errors.map((error: { path: string }) => error.path);
      expect(paths).toEqual(expect.arrayContaining([...wrong]));
    }
    expect('www-authenticate' in answer.headers).toBe(status === 401);
    expect(answer.text).not.toMatch(/node_modules|\.ts\b| {4}at /);
  });

  afterEach(async () => {
    const { status, text } = await ask(`${node.url}/v1/series/leibniz`);
    expect(status).toBe(200);
    // Nothing of it was done.
    expect(JSON.parse(text)).toMatchObject({
      pace: { mode: 'sprint' },
      state: 'idle',
      position: { offset: 0 },
    });
  });
});

it('none of it counts as a fault of ours, and the node streams on', async () => {
  expect(node.process.stderr).toBe('');
  const stream = curlStream(`${node.url}/v1/series/leibniz/events`);
  await stream.more(2);
});

it('unknown fields and names of our own are fine', async () => {
  const created = await ask(`${node.url}/v1/series/euler/runs`, { method: 'POST', body: { colour: 'blue' } });
  expect(created.status).toBe(201);
  const { port } = new URL(node.url);
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `LOCALHOST:${port}`]) {
    const headers = { host, origin: `http://${host.toLowerCase()}` };
    expect((await ask(`${node.url}/v1/series`, { headers })).status).toBe(200);
  }
});
