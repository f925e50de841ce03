/** What the API says of itself, as it is served; and that every answer it documents is one that can be had. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { refuse } from '../../../src/protocols/refusal.ts';
import { Documented } from '../../support/documented.ts';
import { report, token } from './one-run-service.ts';
import { type Answered, ask, type Gateway, open, type Sent, startGateway } from './start-gateway.ts';

const admin = { authorization: `Bearer ${token}` };
const streams = [
  '/v1/series/leibniz/events',
  '/v1/events?runs=leibniz',
  '/v1/supervision/events',
  '/connection/sse?cf_connect={}',
] as const;

/** One request of each operation that is obeyed at once: method, path, body. */
const obeyed: readonly (readonly [string, string, unknown?])[] = [
  ['GET', '/healthz'],
  ['GET', '/readyz'],
  ['GET', '/metrics'],
  ['GET', '/openapi.json'],
  ['GET', '/asyncapi.json'],
  ['GET', '/v1/series'],
  ['GET', '/v1/series/leibniz'],
  ['GET', '/v1/series/leibniz/partial?to=12'],
  ['GET', '/v1/series/leibniz/digits'],
  ['GET', '/v1/supervision/tree'],
  ['POST', '/v1/series/leibniz/runs'],
  ['PATCH', '/v1/series/leibniz', { paused: true }],
  ['POST', '/v1/series/leibniz/reset'],
  ['POST', '/v1/series/leibniz/retry'],
  ['POST', '/v1/supervision/kill', { path: 'root/compute' }],
  ['POST', '/v1/node/kill', {}],
  ['POST', '/v1/login', { token }],
  ['POST', '/v1/logout'],
  ['DELETE', '/v1/series/leibniz~k3x9'],
];
/** Those that take a connection of their own. */
const lasting: readonly (readonly [string, string, unknown?])[] = [
  ...streams.map((path) => ['GET', path] as const),
  ['POST', '/connection/http_stream', { connect: {}, id: 1 }],
];

async function documentOf(gateway: Gateway): Promise<Documented> {
  return new Documented((await ask(gateway, 'GET', '/openapi.json')).json);
}

/** A gateway whose answers are held against what it says of itself. */
async function held(gateway: Gateway, documented: Documented) {
  return async (method: string, path: string, sent: Sent = {}): Promise<Answered> => {
    const answer = await ask(gateway, method, path, { ...sent, headers: { ...admin, ...sent.headers } });
    documented.hold(method, path, answer);
    return answer;
  };
}

/** The head of a stream. */
async function begin(gateway: Gateway, documented: Documented, method: string, path: string, body: unknown) {
  const response = await open(gateway, method, path, { headers: admin, body });
  const { statusCode: status = 0, headers } = response;
  const text = status === 200 ? '' : Buffer.concat(await response.toArray()).toString();
  documented.hold(method, path, { status, headers, text });
  response.destroy();
}

async function obey(documented: Documented): Promise<void> {
  await using gateway = await startGateway();
  const request = await held(gateway, documented);
  for (const [method, path, body] of obeyed) await request(method, path, { body });
  await request('POST', '/v1/supervision/kill', { body: { path: 'root/slow' } });
  for (const path of ['/openapi.json', '/asyncapi.json']) {
    const { headers } = await request('GET', path);
    await request('GET', path, { headers: { 'if-none-match': `"other", W/${headers.etag}` } });
  }
  for (const [method, path, body] of lasting) await begin(gateway, documented, method, path, body);
  const stream = await open(gateway, 'GET', '/connection/sse?cf_connect={}');
  const session = gateway.service.connections.at(-1)?.session;
  await request('POST', '/emulation', { body: { session, data: '{}' } });
  stream.destroy();
  const dialled = new WebSocket(`${gateway.url.replace('http', 'ws')}/connection/websocket`);
  const [upgrade] = await once(dialled, 'upgrade');
  documented.hold('GET', '/connection/websocket', {
    status: upgrade.statusCode,
    headers: upgrade.headers,
    text: '',
  });
  dialled.terminate();
}

/** What is wrong with the request, or with who sends it. */
async function refuseRequests(documented: Documented): Promise<void> {
  await using gateway = await startGateway({ reading: 'by-permission', limits: { frameBytes: 4_000 } });
  const request = await held(gateway, documented);
  const all = [...obeyed, ...lasting, ['GET', '/connection/websocket'], ['POST', '/emulation']] as const;
  for (const [method, path] of all) {
    await request(method, path, { headers: { origin: 'http://elsewhere.example' } });
  }
  for (const [method, path, body] of obeyed) {
    const answer = await ask(gateway, method, path, { body });
    if (answer.status === 401) documented.hold(method, path, answer);
  }
  for (const path of streams.slice(0, 3)) documented.hold('GET', path, await ask(gateway, 'GET', path));
  // Node gives the body of a DELETE no length of its own accord.
  const sending = (body: string) => ({
    body,
    headers: { 'content-type': 'application/json', 'content-length': String(body.length) },
  });
  const long = sending(`"${'x'.repeat(20_000)}"`);
  const tooMuch = { body: { session: 'any', data: 'x'.repeat(20_000) } };
  const short = sending('{');
  for (const [method, path] of all.filter(([method]) => method !== 'GET')) {
    await request(method, path, path === '/emulation' ? tooMuch : long);
    // What is no JSON is answered over a stream; nothing at all begins none.
    await request(method, path, path === '/connection/http_stream' ? {} : short);
  }
  for (const path of ['/v1/series?since=1&since=2', '/v1/series/%zz', '/v1/series/leibniz/partial']) {
    await request('GET', path);
  }
  for (const path of ['/v1/series/leibniz/digits?from=x', '/v1/supervision/tree?limit=x', '/v1/events']) {
    await request('GET', path);
  }
  for (const path of ['/v1/series/leibniz/events?everyMs=x', '/connection/websocket', '/connection/sse']) {
    await request('GET', path);
  }
  await request('GET', `/connection/sse?cf_connect=${'x'.repeat(8_000)}`);
}

/** The second of two requests that are sent at once, which can't have the connection for itself. */
async function pipelined({ url }: Gateway, path: string): Promise<Answered> {
  const { host, hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const request = (asked: string, more = '') => `GET ${asked} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;
  socket.write(request('/healthz') + request(path, 'Connection: close\r\n'));
  const said = Buffer.concat(await socket.toArray()).toString();
  const [head = '', body = ''] = said.slice(said.lastIndexOf('HTTP/1.1')).split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => line.toLowerCase().split(': ')));
  return { status: Number(first.split(' ')[1]), headers, text: body, json: undefined };
}

/** What is not there, or may not be done. */
async function refuseWishes(documented: Documented): Promise<void> {
  await using gateway = await startGateway();
  const request = await held(gateway, documented);
  gateway.service.tree = () => refuse('unknown-process', 'There is no such process.');
  gateway.service.createRun = async () => refuse('unknown-run', 'There is no such series.');
  for (const path of ['', '/partial?to=4', '/digits', '/events'])
    await request('GET', `/v1/series/nope${path}`);
  await request('GET', '/v1/events?runs=nope');
  await request('GET', '/v1/supervision/tree');
  await request('PATCH', '/v1/series/nope', { body: {} });
  await request('DELETE', '/v1/series/nope');
  for (const verb of ['runs', 'reset', 'retry']) await request('POST', `/v1/series/nope/${verb}`);
  await request('POST', '/v1/supervision/kill', { body: { path: 'root' } });
  gateway.service.kill = async () => refuse('unknown-process', 'There is no such process.');
  await request('POST', '/v1/supervision/kill', { body: { path: report.path } });
  await request('POST', '/v1/node/kill', { body: { node: 'another' } });
  gateway.service.killNode = () => refuse('not-killable', 'Not without ZENO_CHAOS.');
  await request('POST', '/v1/node/kill');
  await request('POST', '/emulation', { body: { session: 'none', data: '{}' } });
  gateway.service.login = async () => refuse('unauthorized', 'The time of that token is over.');
  await request('POST', '/v1/login', { body: { token } });
  const feed = '/v1/supervision/events';
  documented.hold('GET', feed, await pipelined(gateway, feed));
}

/** What passes: too much at once, and a core that can't answer now. */
async function refuseForNow(documented: Documented): Promise<void> {
  const busy = async () => refuse('too-many-requests', 'Come back later.');
  const away = async () => refuse('not-ready', 'Come back later.');
  const dial = [...lasting, ['GET', '/connection/websocket']] as const;
  for (const limits of [{ connectionsPerAddress: 0 }, { connections: 0 }]) {
    await using gateway = await startGateway({ limits });
    const request = await held(gateway, documented);
    for (const [method, path, body] of dial) {
      if (path !== '/connection/websocket') await request(method, path, { body });
    }
    const dialled = new WebSocket(`${gateway.url.replace('http', 'ws')}/connection/websocket`);
    const [, response] = await once(dialled, 'unexpected-response');
    const chunks = await response.toArray();
    const text = Buffer.concat(chunks).toString();
    documented.hold('GET', '/connection/websocket', {
      status: response.statusCode,
      headers: response.headers,
      text,
    });
  }
  await using gateway = await startGateway({ reading: 'by-permission' });
  const request = await held(gateway, documented);
  const { service } = gateway;
  Object.assign(service, { partial: busy, createRun: busy });
  await request('GET', '/v1/series/leibniz/partial?to=4');
  await request('POST', '/v1/series/leibniz/runs');
  const names = ['catalogue', 'run', 'partial', 'digits', 'createRun', 'changeRun', 'endRun', 'resetRun'];
  for (const name of [...names, 'retryRun', 'kill', 'login', 'logout'])
    Object.assign(service, { [name]: away });
  service.tree = () => refuse('not-ready', 'Come back later.');
  service.killNode = () => refuse('not-ready', 'Come back later.');
  service.readiness = async () => ({ ready: false, reasons: ['the store is down'] });
  const passing = obeyed.filter(([, path]) => !/^\/(healthz|metrics|openapi|asyncapi|v1\/log)/.test(path));
  for (const [method, path, body] of passing) {
    expect((await request(method, path, { body })).status).toBe(503);
  }
  expect((await request('POST', '/v1/login', { body: { token } })).status).toBe(503);
  service.identify = away;
  expect((await request('GET', '/metrics')).status).toBe(503);
  const cookie = { cookie: 'zeno_login=one', origin: gateway.url };
  expect((await request('POST', '/v1/logout', { headers: cookie })).status).toBe(503);
}

it('answers as it says, and says nothing that it does not answer', async () => {
  const documented = await (async () => {
    await using gateway = await startGateway();
    return await documentOf(gateway);
  })();
  await obey(documented);
  await refuseRequests(documented);
  await refuseWishes(documented);
  await refuseForNow(documented);
  const never = documented.all().filter((answer) => !documented.seen.has(answer));
  expect(never).toEqual([]);
});

it('sends a document once, and nothing to who has it', async () => {
  await using gateway = await startGateway();
  for (const path of ['/openapi.json', '/asyncapi.json']) {
    const first = await ask(gateway, 'GET', path);
    expect(first.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(first.headers['cache-control']).toBe('no-cache');
    const again = await ask(gateway, 'GET', path);
    expect([again.headers.etag, again.text]).toEqual([first.headers.etag, first.text]);
    const known = await ask(gateway, 'GET', path, { headers: { 'if-none-match': `${first.headers.etag}` } });
    expect([known.status, known.text]).toEqual([304, '']);
    const other = await ask(gateway, 'GET', path, { headers: { 'if-none-match': '"other"' } });
    expect(other.status).toBe(200);
  }
});
