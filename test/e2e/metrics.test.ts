/** The figures of a real node move as things happen to it, and its log never holds a token, however one is shown. */
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { sampleAt, samplesOf } from '../support/exposition.ts';
import { ask, bearer, kill } from '../support/http-client.ts';
import { adminToken, startNode, temporaryFolder } from '../support/node-process.ts';
import { RawClient } from '../support/raw-client.ts';
import { httpStream } from '../support/sse-reader.ts';

async function figures(url: string, name: string): Promise<Record<string, number>> {
  return samplesOf((await ask(`${url}/metrics`)).text, name);
}

it('counts who watches what, how they began, what they said, and what is computed and stored for them', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  const { text } = await ask(`${url}/v1/series/leibniz/runs`, { method: 'POST', body: {} });
  const { run } = JSON.parse(text);
  const client = await RawClient.open(url);
  await client.enter();
  for (const [at, channel] of ['leibniz', run, 'lobby', 'supervision'].entries())
    client.say({ subscribe: { channel }, id: at + 2 });
  for (const id of [2, 3, 4, 5]) await client.reply(id);
  const stream = await httpStream(`${url}/v1/series/leibniz/events`);
  await stream.more(3);
  expect(await figures(url, 'zeno_clients')).toMatchObject({
    'format="sse"': 1,
    'format="centrifuge-json"': 1,
  });
  expect(await figures(url, 'zeno_subscriptions')).toMatchObject({
    'channel="leibniz"': 2,
    'channel="leibniz~*"': 1,
    'channel="lobby"': 1,
    'channel="supervision"': 1,
  });
  expect(await figures(url, 'zeno_commands_total')).toMatchObject({ 'method="subscribe"': 4 });
  expect(await figures(url, 'zeno_resumes_total')).toEqual({ 'outcome="first"': 3 });
  expect(await sampleAt(url, 'zeno_store_up')).toBe(1);
  expect(await sampleAt(url, 'zeno_workers')).toBe(1);
  await eventually('commits, pings and ranges', async () => {
    const all = await Promise.all([
      sampleAt(url, 'zeno_commits_total', 'outcome="committed"'),
      sampleAt(url, 'zeno_commit_seconds_count'),
      sampleAt(url, 'zeno_store_ping_seconds_count'),
      sampleAt(url, 'zeno_ranges', 'state="assigned"'),
      sampleAt(url, 'zeno_runs', 'state="running"'),
    ]);
    return all.every((value) => value > 0);
  });

  const lastEventId = stream.lastId ?? '';
  stream.close();
  const again = await httpStream(`${url}/v1/series/leibniz/events`, { lastEventId });
  await again.more(1);
  const wrong = await httpStream(`${url}/v1/series/leibniz/events`, { lastEventId: 'no position' });
  await wrong.more(1);
  expect(await figures(url, 'zeno_resumes_total')).toMatchObject({
    'outcome="recovered"': 1,
    'outcome="bad-position"': 1,
  });

  await kill(url, { path: 'root/compute/series/leibniz' });
  await eventually(
    'the restart',
    async () => (await sampleAt(url, 'zeno_restarts_total', 'branch="root/compute"')) === 1,
  );
  client.socket.terminate();
  again.close();
  wrong.close();
  await eventually('the clients’ end', async () => {
    const clients = Object.values(await figures(url, 'zeno_clients'));
    const watching = await figures(url, 'zeno_subscriptions');
    return clients.every((open) => open === 0) && Object.values(watching).every((seats) => seats === 0);
  });
});

it('logs at its loudest and holds no token, whether it was shown in a header, a body, a query or a command', async () => {
  const node = await startNode({ data: temporaryFolder(), env: { ZENO_LOG: 'trace' } });
  const { url } = node;
  const wrong = 'a-wrong-token-for-tests-only';
  const login = await ask(`${url}/v1/login`, { method: 'POST', body: { token: adminToken } });
  const cookie = login.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const value = decodeURIComponent(cookie.split('=')[1] ?? '');
  expect(value.length).toBeGreaterThan(16);
  await ask(`${url}/v1/login`, { method: 'POST', body: { token: wrong } });
  const reset = { method: 'POST', headers: bearer };
  expect((await ask(`${url}/v1/series/leibniz/reset`, reset)).status).toBe(200);
  const denied = { method: 'POST', headers: { authorization: `Bearer ${wrong}` } };
  expect((await ask(`${url}/v1/series/leibniz/reset`, denied)).status).toBe(403);
  await ask(`${url}/v1/series/leibniz/reset`, { method: 'POST', headers: { cookie } });
  const query = `?cf_connect=${encodeURIComponent(JSON.stringify({ connect: { token: wrong }, id: 1 }))}`;
  await ask(`${url}/connection/websocket${query}`);
  await ask(`${url}/v1/nowhere?token=${wrong}`);
  for (const token of [adminToken, value]) {
    const client = await RawClient.open(url, { query });
    await client.enter({ token });
    client.say({ subscribe: { channel: 'leibniz', token: wrong }, id: 2 });
    await client.end();
  }
  for (const headers of [bearer, { cookie }]) {
    const stream = await httpStream(`${url}/v1/series/leibniz/events`, { headers });
    await stream.more(1);
    stream.close();
  }
  const refused = await RawClient.open(url);
  refused.say({ connect: { token: wrong }, id: 1 });
  expect((await refused.end()).code).toBe(3500);
  await node.process.stop('SIGTERM');
  const lines = node.process.stderr.split('\n').filter((line) => line !== '');
  expect(lines.some((line) => line.includes('"client let in"') && line.includes('"user":"admin"'))).toBe(
    true,
  );
  expect(lines.some((line) => line.includes('"request refused"'))).toBe(true);
  expect(lines.filter((line) => [adminToken, value, wrong].some((token) => line.includes(token)))).toEqual(
    [],
  );
});
