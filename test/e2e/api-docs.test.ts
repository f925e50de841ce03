/** A real node held against what it says of itself: answers and messages have exactly the documented fields. */
import { expect, it } from 'vitest';
import { DescribedMessages } from '../support/described-messages.ts';
import { Documented } from '../support/documented.ts';
import { eventually } from '../support/eventually.ts';
import { type Asked, ask, asRun, bearer, kill } from '../support/http-client.ts';
import { adminToken, type RunningNode, startNode, temporaryFolder } from '../support/node-process.ts';
import { RawClient } from '../support/raw-client.ts';
import { httpStream } from '../support/sse-reader.ts';

async function documents(url: string) {
  const [openapi, asyncapi] = await Promise.all(
    ['openapi', 'asyncapi'].map(async (name) => {
      const { text } = await ask(`${url}/${name}.json`);
      return JSON.parse(text) as unknown;
    }),
  );
  return { documented: new Documented(openapi), described: new DescribedMessages(asyncapi) };
}

function start(): Promise<RunningNode> {
  return startNode({ data: temporaryFolder() });
}

it('answers over HTTP with exactly what is documented', async () => {
  const { url } = await start();
  const { documented } = await documents(url);
  const held = async (path: string, asked: Asked = {}) => {
    const answer = await ask(`${url}${path}`, { ...asked, headers: { ...bearer, ...asked.headers } });
    documented.hold(asked.method ?? 'GET', path, answer);
    return answer;
  };
  // Fields that nobody knows are taken, and not shown again.
  const pace = { mode: 'walk', termsPerSecond: 20, colour: 'red' };
  const made = asRun(
    (await held('/v1/series/primes/runs', { method: 'POST', body: { pace, more: 1 } })).text,
  );
  const runs = ['leibniz', 'chudnovsky', 'primes', made.run];
  for (const run of runs) {
    const stream = await httpStream(`${url}/v1/series/${run}/events`);
    await stream.more(1);
    for (const path of ['', '/digits']) await held(`/v1/series/${run}${path}`);
    stream.close();
  }
  const list = await held('/v1/series');
  const { epoch, version } = JSON.parse(list.text);
  await held(`/v1/series?since=${epoch}:${version - 1}`);
  for (const series of ['leibniz', 'chudnovsky', 'golden-cf', 'e'])
    await held(`/v1/series/${series}/partial?to=4`);
  await held(`/v1/series/${made.run}`, { method: 'PATCH', body: { pace: { ...pace, mode: 'sprint' } } });
  await held('/v1/supervision/kill', { method: 'POST', body: { path: 'root/compute/range-workers/0' } });
  for (const path of ['/v1/supervision/tree', '/healthz', '/readyz', '/metrics']) await held(path);
  for (const verb of ['reset', 'retry']) await held(`/v1/series/leibniz/${verb}`, { method: 'POST' });
  await held(`/v1/series/${made.run}`, { method: 'DELETE' });
  for (const path of ['/v1/series/nope', `/v1/series/${made.run}`, '/v1/supervision/tree?path=root/nope']) {
    expect((await held(path)).status).toBe(404);
  }
  expect((await held('/v1/node/kill', { method: 'POST' })).status).toBe(409);
});

/** Says all commands there are, to a node whose pings come soon and of which a run, a channel and all else end. */
it('says over a WebSocket exactly what is described, and all of it', async () => {
  const env = { ZENO_LIMITS: JSON.stringify({ pingMs: 1_000 }) };
  const { url, process: node } = await startNode({ data: temporaryFolder(), env });
  const { described } = await documents(url);
  const client = await RawClient.open(url);
  client.onSaid((said) => {
    if (Object.keys(said).length === 0) client.say({});
  });
  await client.enter({ token: adminToken });
  const run = asRun((await ask(`${url}/v1/series/e/runs`, { method: 'POST' })).text).run;
  const channels = ['leibniz', 'lobby', 'supervision', run];
  client.say(...channels.map((channel, at) => ({ subscribe: { channel }, id: at + 2 })));
  await eventually('publications', () => client.offsets('leibniz').length > 3);
  await eventually('the list', () => client.pushed('lobby').length > 0);
  await kill(url, { path: 'root/broadcast/hubs/leibniz' });
  await eventually('the feed', () => client.pushed('supervision').length > 0);
  client.say({ history: { channel: 'leibniz', limit: 3, reverse: true }, id: 10 });
  client.say({ presence_stats: { channel: 'leibniz' }, id: 11 }, { ping: {}, id: 12 }, { rpc: {}, id: 13 });
  client.say({ refresh: { token: adminToken }, id: 14 });
  client.say({ sub_refresh: { channel: 'leibniz', token: adminToken }, id: 15 });
  await ask(`${url}/v1/series/${run}`, { method: 'PATCH', headers: bearer, body: { paused: true } });
  await client.find('its state', (said) => JSON.stringify(said).includes('"paused"'));
  await ask(`${url}/v1/series/${run}`, { method: 'DELETE', headers: bearer });
  await client.find('its end', ({ push }) => push?.unsubscribe !== undefined);
  client.say({ unsubscribe: { channel: 'leibniz' }, id: 16 });
  for (let id = 10; id <= 16; id += 1) await client.reply(id);
  const { epoch, offset } = await client.subscribed(2);
  client.say({ subscribe: { channel: 'leibniz', recover: true, epoch, offset }, id: 17 });
  expect(await client.subscribed(17)).toMatchObject({ recovered: true });
  await client.find('a ping', (said) => Object.keys(said).length === 0);
  node.signal('SIGTERM');
  await client.end();

  for (const said of client.said) described.hold('webSocket', said);
  expect(described.unseen('webSocket')).toEqual([]);
});

it('says over SSE exactly what is described', async () => {
  const { url, process: node } = await start();
  const { described } = await documents(url);
  const twice = async (path: string) => {
    const first = await httpStream(`${url}${path}`);
    await first.more(2);
    return [first, await httpStream(`${url}${path}`, { lastEventId: first.lastId ?? '' })] as const;
  };
  const feed = await httpStream(`${url}/v1/supervision/events`);
  const streams = {
    runEvents: await twice('/v1/series/leibniz/events'),
    runsEvents: await twice('/v1/events?runs=leibniz,primes'),
    supervisionEvents: [feed],
  };
  await kill(url, { path: 'root/compute/series/leibniz' });
  for (const stream of [...streams.runEvents, ...streams.runsEvents]) await stream.more(2);
  await feed.event('a restart', ({ event }) => event === 'restart');
  node.signal('SIGTERM');
  for (const [channel, of] of Object.entries(streams)) {
    for (const stream of of) {
      await stream.ended;
      for (const { event, data } of stream.events) described.hold(channel, JSON.parse(data), event);
    }
  }
  const named = ['snapshot', 'state', 'estimate', 'bye'];
  const all = ['runEvents', 'runsEvents'].flatMap((channel) => named.map((name) => `${channel}.${name}`));
  expect([...described.seen]).toEqual(
    expect.arrayContaining([...all, 'supervisionEvents.restart', 'supervisionEvents.bye']),
  );
});
