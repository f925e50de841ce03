/** Runs whose home is a Redis: what its clients see when the server dies, hangs, forgets, or is not there. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { getRun } from '../support/http-client.ts';
import { spawnNode, startNode, temporaryFolder } from '../support/node-process.ts';
import { RedisServer } from '../support/redis-server.ts';
import { epochOf, httpStream, offsetOf, type SseStream } from '../support/sse-reader.ts';
import { estimateOf, expectSameBytes, expectUnbroken } from '../support/unbroken.ts';

async function startRedis(): Promise<RedisServer> {
  // While a disk is slow to sync, `everysec` holds writes back for up to two seconds, and a kill would lose them.
  const redis = await RedisServer.start('always');
  onTestFinished(() => redis[Symbol.asyncDispose]());
  return redis;
}

/** A node that keeps its runs in `redis`, and makes no folder. */
async function startOn(redis: RedisServer, limits: Record<string, number> = {}) {
  const data = join(temporaryFolder(), 'never');
  const env = { ZENO_REDIS: redis.url, ZENO_LIMITS: JSON.stringify(limits) };
  return { ...(await startNode({ data, env })), data };
}

const isState =
  (state: string) =>
  ({ event, data }: { event: string; data: string }) =>
    event === 'state' && JSON.parse(data).state === state;

/** Waits until the run is told to be `state`, from what has not been looked at yet. */
function told(stream: SseStream, state: string, from = 0) {
  return stream.event(`state ${state}`, isState(state), from);
}

it('a Redis that is killed and comes back only makes its runs wait', async () => {
  const redis = await startRedis();
  const { url, data } = await startOn(redis);
  const stream = await httpStream(`${url}/v1/series/leibniz/events`);
  await stream.more(5);
  for (let round = 0; round < 2; round += 1) {
    const from = stream.events.length;
    await redis.kill();
    const waiting = await told(stream, 'waiting', from);
    expect(JSON.parse(waiting.data).reason).toContain(redis.url);
    const shown = stream.events.length;
    await redis.start();
    await told(stream, 'running', from);
    await stream.more(5);
    expect(stream.events.length).toBeGreaterThan(shown);
  }
  expectUnbroken(stream.events);
  expect(() => readdirSync(data)).toThrow('ENOENT');
});

it('a node that is killed goes on at the next term, and who was away gets what it missed', async () => {
  const redis = await startRedis();
  const first = await startOn(redis);
  const witness = await httpStream(`${first.url}/v1/series/leibniz/events`);
  const leaver = await httpStream(`${first.url}/v1/series/leibniz/events`);
  await leaver.more(3);
  leaver.close();
  await witness.more(6);
  await first.process.stop('SIGKILL');
  await witness.ended;

  const second = await startOn(redis);
  const { position } = await getRun(second.url, 'leibniz');
  expect(position.epoch).toBe(epochOf(witness.lastId ?? ''));
  expect(position.offset).toBeGreaterThanOrEqual(offsetOf(witness.lastId ?? ''));
  const back = await httpStream(`${second.url}/v1/series/leibniz/events`, {
    lastEventId: leaver.lastId ?? undefined,
  });
  const welcome = await back.first();
  expect(JSON.parse(welcome.data)).toMatchObject({ recovered: true });
  await back.reaches(position.offset + 3);
  expectUnbroken([...leaver.events, ...back.events]);
  expect(expectSameBytes(witness.events, back.events)).toBeGreaterThan(0);
});

it('a Redis that hangs makes its runs wait, and nothing is lost or doubled when it goes on', async () => {
  const redis = await startRedis();
  const { url } = await startOn(redis, { redisCommandMs: 300 });
  const stream = await httpStream(`${url}/v1/series/basel/events`);
  await stream.more(3);
  const from = stream.events.length;
  redis.signal('SIGSTOP');
  await told(stream, 'waiting', from);
  redis.signal('SIGCONT');
  await told(stream, 'running', from);
  await stream.more(5);
  expectUnbroken(stream.events);
});

it('a Redis that comes back empty begins a new epoch, which every client is told', async () => {
  const redis = await startRedis();
  const { url } = await startOn(redis);
  const stream = await httpStream(`${url}/v1/series/leibniz/events`);
  await stream.more(5);
  const from = stream.events.length;
  const before = epochOf(stream.lastId ?? '');
  await redis.lose();
  await told(stream, 'waiting', from);
  await redis.start();
  const anew = await stream.event('a snapshot', ({ event }) => event === 'snapshot', from);
  expect(JSON.parse(anew.data)).toMatchObject({ recovered: false, reason: 'epoch-changed' });
  expect(epochOf(anew.id ?? '')).not.toBe(before);
  await stream.more(3);
  const at = stream.events.indexOf(anew);
  expectUnbroken(stream.events.slice(0, at));
  expectUnbroken(stream.events.slice(at));
});

it('commits in a storm of kills of Redis are never lost nor made twice', async () => {
  const redis = await startRedis();
  const { url } = await startOn(redis, { sprintIntervalMs: 1, storeRetryMaxMs: 100 });
  const stream = await httpStream(`${url}/v1/series/leibniz/events`);
  for (let round = 0; round < 5; round += 1) {
    await stream.more(40);
    await redis.kill();
    await redis.start();
  }
  await stream.more(40);
  expectUnbroken(stream.events);
  const { estimate } = await getRun(url, 'leibniz');
  const last = stream.estimates.at(-1);
  expect(last && estimateOf(last).n).toBeLessThanOrEqual(estimate?.n ?? 0);
});

it('refuses to start when no Redis answers, and does not tell the password', async () => {
  const data = temporaryFolder();
  const env = {
    ZENO_REDIS: 'redis://zeno:hush-hush@127.0.0.1:1',
    ZENO_LIMITS: JSON.stringify({ redisStartMs: 300, redisCommandMs: 100 }),
  };
  const spawned = spawnNode({ data, env });
  expect(await spawned.exit()).toEqual({ code: 1, signal: null });
  expect(spawned.stderr).toContain('redis://127.0.0.1:1');
  expect(spawned.stderr).toContain('ZENO_REDIS');
  expect(spawned.said()).not.toContain('hush');
});
