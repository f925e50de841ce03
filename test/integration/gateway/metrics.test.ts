/** What a gateway counts, what it logs, and who may see the figures. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { limitsWith } from '../../../src/protocols/limits.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { samplesOf } from '../../support/exposition.ts';
import { enter } from './entered-clients.ts';
import { token } from './one-run-service.ts';
import { ask, type Gateway, gone, open, startGateway, until } from './start-gateway.ts';

type Settings = Parameters<typeof startGateway>[0];

function startMetered(settings: Settings = {}): Promise<Gateway> {
  const { meter, exposition } = createMetrics(limitsWith({}), false);
  return startGateway({ meter, exposition, ...settings });
}

async function figures(gateway: Gateway, name: string): Promise<Record<string, number>> {
  const headers = { authorization: `Bearer ${token}` };
  return samplesOf((await ask(gateway, 'GET', '/metrics', { headers })).text, name);
}

describe('/metrics', () => {
  it('is text of its own type, never stored, and passes the same doors as all else', async () => {
    await using gateway = await startMetered();
    const answer = await ask(gateway, 'GET', '/metrics');
    expect([answer.status, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      'no-store',
    ]);
    expect(answer.text).toMatch(/^# HELP zeno_clients /m);
    for (const headers of [{ origin: 'https://elsewhere.example' }, { host: 'elsewhere.example' }])
      expect((await ask(gateway, 'GET', '/metrics', { headers })).status).toBe(403);
  });

  it('takes an admin where reading takes a token', async () => {
    await using gateway = await startMetered({ reading: 'by-permission' });
    const status = async (headers: Record<string, string>) =>
      (await ask(gateway, 'GET', '/metrics', { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: 'Bearer wrong' })).toBe(403);
    expect(await status({ authorization: `Bearer ${token}` })).toBe(200);
  });
});

describe('a gateway', () => {
  it('counts its clients by format, those it ended by its farewell, and not those who went by themselves', async () => {
    await using gateway = await startMetered();
    const streams = [
      await open(gateway, 'GET', '/v1/series/leibniz/events'),
      await open(gateway, 'GET', '/v1/series/leibniz/events'),
    ];
    expect(await figures(gateway, 'zeno_clients')).toEqual({ 'format="sse"': 2 });
    expect(await figures(gateway, 'zeno_connects_total')).toEqual({ 'format="sse"': 2 });
    const ends = streams.map(gone);
    gateway.service.connections[0]?.close('expired');
    streams[1]?.destroy();
    await Promise.all(ends);
    await until(() => gateway.service.connections.length === 2);
    await expect.poll(() => figures(gateway, 'zeno_clients')).toEqual({ 'format="sse"': 0 });
    expect(await figures(gateway, 'zeno_closes_total')).toEqual({ 'farewell="expired"': 1 });
  });

  it('counts a WebSocket that its library closes as ended by the server, and why', async () => {
    await using gateway = await startMetered({ limits: { frameBytes: 100 } });
    const { client } = await enter(gateway);
    client.send('x'.repeat(101));
    const [code] = await once(client, 'close');
    expect(code).toBe(1009);
    await expect.poll(() => figures(gateway, 'zeno_closes_total')).toEqual({ 'farewell="bad-request"': 1 });
    expect(gateway.lines).toMatchObject([{ msg: 'client gone', farewell: 'bad-request' }]);
  });

  it('counts a stream and a WebSocket as answered when they open, and a refused handshake as what it is', async () => {
    await using gateway = await startMetered();
    const stream = await open(gateway, 'GET', '/v1/series/leibniz/events');
    expect(await figures(gateway, 'zeno_requests_total')).toEqual({ 'status="200"': 1 });
    const { client } = await enter(gateway);
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const refused = await ask(gateway, 'GET', '/connection/websocket', { headers: upgrade });
    expect(refused.status).toBe(400);
    // The first look at the figures has been answered since.
    expect(await figures(gateway, 'zeno_requests_total')).toEqual({
      'status="101"': 1,
      'status="200"': 2,
      'status="400"': 1,
    });
    stream.destroy();
    client.terminate();
  });

  it('counts requests by status, and refusals by their code and by the bound that was reached', async () => {
    await using gateway = await startMetered({ limits: { bodyBytes: 10, connectionsPerAddress: 1 } });
    const stream = await open(gateway, 'GET', '/v1/series/leibniz/events');
    const statuses = [
      await ask(gateway, 'GET', '/v1/series/leibniz/events'),
      await ask(gateway, 'POST', '/v1/login', { body: { token: 'far too long for ten bytes' } }),
      await ask(gateway, 'GET', '/v1/series/nothing'),
      await ask(gateway, 'GET', '/v1/series/leibniz/events?everyMs=3600001'),
      await ask(gateway, 'GET', '/v1/series/leibniz/events?everyMs=often'),
      await ask(gateway, 'GET', '/v1/supervision/tree?limit=0'),
    ].map(({ status }) => status);
    expect(statuses).toEqual([429, 413, 404, 400, 400, 400]);
    expect(await figures(gateway, 'zeno_refusals_total')).toEqual({
      'code="too-many-requests"': 1,
      'code="payload-too-large"': 1,
      'code="unknown-run"': 1,
      'code="bad-request"': 3,
    });
    const reached = Object.entries(await figures(gateway, 'zeno_limits_reached_total'));
    expect(reached.filter(([, times]) => times > 0)).toEqual([
      ['limit="bodyBytes"', 1],
      ['limit="connectionsPerAddress"', 1],
      ['limit="everyMsMax"', 1],
    ]);
    expect(await figures(gateway, 'zeno_requests_total')).toMatchObject({
      'status="400"': 3,
      'status="404"': 1,
      'status="413"': 1,
      'status="429"': 1,
    });
    stream.destroy();
  });
});

it.each([
  ['connections', 503],
  ['connectsPerSecond', 429],
] as const)('%s, once reached, turn the next stream away and are counted', async (limit, status) => {
  await using gateway = await startMetered({ limits: { [limit]: 1 } });
  const stream = await open(gateway, 'GET', '/v1/series/leibniz/events');
  const refused = await ask(gateway, 'GET', '/v1/series/leibniz/events');
  expect([refused.status, refused.headers['retry-after']]).toEqual([status, '3']);
  expect((await figures(gateway, 'zeno_limits_reached_total'))[`limit="${limit}"`]).toBe(1);
  stream.destroy();
});

describe('the log', () => {
  it('has one line for each refused request, with the id its answer carries and the pattern of its route', async () => {
    await using gateway = await startMetered();
    const refused = await ask(gateway, 'GET', '/v1/series/leibniz/events?everyMs=hush&lastEventID=hush');
    const found = await ask(gateway, 'GET', '/healthz');
    expect(found.headers['x-request-id']).toMatch(/^[0-9a-f]{16}$/);
    expect(found.headers['x-request-id']).not.toBe(refused.headers['x-request-id']);
    expect(gateway.lines).toEqual([
      {
        request: refused.headers['x-request-id'],
        method: 'GET',
        route: '/v1/series/:run/events',
        code: 'bad-request',
        limit: undefined,
        msg: 'request refused',
      },
    ]);
  });

  it('has one line for each client that has gone: how long, how much, and by whom', async () => {
    await using gateway = await startMetered();
    const stream = await open(gateway, 'GET', '/v1/series/leibniz/events');
    const end = gone(stream);
    gateway.service.connections[0]?.write(Buffer.from('data: 1\n\n'));
    gateway.service.connections[0]?.close('drain');
    await end;
    await until(() => gateway.lines.length > 0);
    const bytes = expect.toSatisfy((count: number) => count > 'data: 1\n\n'.length && count < 2_000);
    expect(gateway.lines).toEqual([
      {
        request: stream.headers['x-request-id'],
        format: 'sse',
        farewell: 'drain',
        durationMs: expect.toSatisfy(Number.isInteger),
        bytes,
        msg: 'client gone',
      },
    ]);
  });
});
