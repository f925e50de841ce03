/** Runs of one's own: from term 1, at one's own pace, kept over a crash, and ended for good. */
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Answered, ask, asRun, bearer, getRun } from '../support/http-client.ts';
import { startNode, temporaryFolder } from '../support/node-process.ts';
import { curlStream, epochOf, httpStream } from '../support/sse-reader.ts';
import { estimateOf, expectUnbroken } from '../support/unbroken.ts';

const walk = (termsPerSecond: number) => ({ mode: 'walk', termsPerSecond });

async function begin(url: string, wish?: unknown, series = 'leibniz'): Promise<string> {
  const { status, text, headers } = await create(url, wish, series);
  expect(status, text).toBe(201);
  const { run } = asRun(text);
  expect(run).toMatch(new RegExp(`^${series}~[a-z0-9]{4,16}$`));
  expect(headers.location).toBe(`/v1/series/${encodeURIComponent(run)}`);
  return run;
}

function create(url: string, wish?: unknown, series = 'leibniz'): Promise<Answered> {
  return ask(`${url}/v1/series/${series}/runs`, { method: 'POST', body: wish });
}

function problem({ status, text }: Answered): readonly [number, string] {
  return [status, JSON.parse(text).type];
}

it('walks from term 1, each n an estimate; then sprints; then ends, and is gone', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  const run = await begin(url, { pace: walk(20) });
  const at = `${url}/v1/series/${run}`;
  expect(await getRun(url, run)).toMatchObject({
    run,
    series: 'leibniz',
    state: 'idle',
    pace: walk(20),
    policy: 'on-demand',
    position: { offset: 0 },
    estimate: null,
  });

  const stream = curlStream(`${at}/events`);
  await stream.more(1);
  const began = performance.now();
  await stream.more(16);
  // 16 steps at 20 a second are 800 ms; the machine may be slow, the walk may not be fast.
  expect(performance.now() - began).toBeGreaterThan(600);
  expect(performance.now() - began).toBeLessThan(6_000);
  const walked = stream.estimates.map(estimateOf);
  expect(walked.map(({ n }) => n)).toEqual(walked.map((_, index) => index + 1));
  expect(walked.slice(0, 3).map(({ value }) => value)).toEqual([4, 4 - 4 / 3, 4 - 4 / 3 + 4 / 5]);

  const changed = await ask(at, { method: 'PATCH', body: { pace: { mode: 'sprint' } } });
  expect([changed.status, asRun(changed.text).pace]).toEqual([200, { mode: 'sprint' }]);
  await stream.event('a sprint', ({ event, data }) => event === 'estimate' && JSON.parse(data).n > 100_000);

  const ended = await ask(at, { method: 'DELETE' });
  expect([ended.status, ended.text]).toEqual([204, '']);
  await stream.ended;
  expect(stream.events.at(-1)?.event).toBe('bye');
  expectUnbroken(stream.events);
  expect(problem(await ask(at))).toEqual([404, 'urn:zeno:problem:unknown-run']);
  expect(problem(await ask(`${at}/events`))).toEqual([404, 'urn:zeno:problem:unknown-run']);
  expect(problem(await ask(at, { method: 'DELETE' }))).toEqual([404, 'urn:zeno:problem:unknown-run']);
});

it('survives kill -9: what it is, and how far it has come', async () => {
  const data = temporaryFolder();
  const before = await startNode({ data });
  const run = await begin(before.url, { pace: walk(50), stopAt: 1_000_000 }, 'basel');
  const idle = await begin(before.url, { policy: 'manual' }, 'basel');
  const ended = await begin(before.url, {}, 'basel');
  await ask(`${before.url}/v1/series/${ended}`, { method: 'DELETE' });
  const stream = await httpStream(`${before.url}/v1/series/${run}/events`);
  await stream.more(10);
  await before.process.stop('SIGKILL');
  await stream.ended;

  const { url } = await startNode({ data });
  const view = await eventually('the run', () => getRun(url, run).catch(() => null));
  expect(view).toMatchObject({ run, series: 'basel', pace: walk(50), policy: 'on-demand' });
  expect(view.position.epoch).toBe(epochOf(stream.lastId ?? ''));
  expect(view.estimate?.n).toBeGreaterThanOrEqual(stream.estimates.length);
  const back = await httpStream(`${url}/v1/series/${run}/events`, { lastEventId: stream.lastId ?? '' });
  await back.more(5);
  const all = [...stream.events, ...back.events];
  expectUnbroken(all);
  const estimates = all.filter(({ event }) => event === 'estimate').map(estimateOf);
  expect(estimates.map(({ n }) => n)).toEqual(estimates.map((_, index) => index + 1));

  expect(await getRun(url, idle)).toMatchObject({ policy: 'manual', state: 'paused' });
  expect((await ask(`${url}/v1/series/${ended}`)).status).toBe(404);
  const last = await ask(`${url}/v1/series/${run}`, { method: 'DELETE' });
  expect(last.status).toBe(204);
});

it('completes at stopAt, says so, and stays complete', async () => {
  const data = temporaryFolder();
  const before = await startNode({ data });
  const run = await begin(before.url, { stopAt: 10_001 });
  const stream = await httpStream(`${before.url}/v1/series/${run}/events`);
  const complete = await stream.event('word of completion', ({ event, data: text }) => {
    return event === 'state' && JSON.parse(text).state === 'complete';
  });
  const reason = 'it was to stop at n = 10001';
  expect(JSON.parse(complete.data)).toEqual({ run, state: 'complete', reason });
  const last = stream.estimates.at(-1);
  expect(last === undefined ? null : estimateOf(last).n).toBe(10_001);
  expectUnbroken(stream.events);
  const view = await getRun(before.url, run);
  expect([view.state, view.estimate?.n, view.ranges]).toEqual(['complete', 10_001, []]);
  await before.process.stop('SIGKILL');

  const { url } = await startNode({ data });
  const after = await eventually('the run', () => getRun(url, run).catch(() => null));
  expect(after).toMatchObject({ state: 'complete', position: view.position, estimate: view.estimate });
});

it('a walk completes at stopAt too, and may walk over it no more', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  const run = await begin(url, { pace: walk(50), stopAt: 7 }, 'basel');
  const stream = await httpStream(`${url}/v1/series/${run}/events`);
  await stream.event('word of completion', ({ data }) => data.includes('"complete"'));
  expect(stream.estimates.map((event) => estimateOf(event).n)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

it('pauses and resumes by PATCH', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  const run = await begin(url, { policy: 'continuous', pace: walk(50) });
  const at = `${url}/v1/series/${run}`;
  await eventually('progress unwatched', async () => ((await getRun(url, run)).estimate?.n ?? 0) > 5);
  const stream = await httpStream(`${at}/events`);
  await stream.more(1);
  const paused = await ask(at, { method: 'PATCH', body: { paused: true } });
  expect([paused.status, asRun(paused.text).state]).toEqual([200, 'paused']);
  await stream.event(
    'word of the pause',
    ({ event, data }) => event === 'state' && data.includes('"paused"'),
  );
  const resumed = await ask(at, { method: 'PATCH', body: { paused: false } });
  expect(asRun(resumed.text).state).toBe('running');
  await stream.more(3);
  expectUnbroken(stream.events);
});

it('eight for each address and no more, over a crash too; one ended makes room for one', async () => {
  const data = temporaryFolder();
  const before = await startNode({ data });
  const runs: string[] = [];
  for (let count = 0; count < 8; count++) runs.push(await begin(before.url));
  const ninth = await create(before.url);
  expect(problem(ninth)).toEqual([429, 'urn:zeno:problem:too-many-requests']);
  expect(Number(ninth.headers['retry-after'])).toBeGreaterThan(0);
  const elsewhere = { method: 'POST', from: '127.0.0.2' };
  expect((await ask(`${before.url}/v1/series/leibniz/runs`, elsewhere)).status).toBe(201);
  await before.process.stop('SIGKILL');

  const { url } = await startNode({ data });
  expect((await create(url)).status).toBe(429);
  expect((await ask(`${url}/v1/series/${runs[0]}`, { method: 'DELETE' })).status).toBe(204);
  expect((await create(url)).status).toBe(201);
  expect((await create(url)).status).toBe(429);
});

it('belongs to the address that began it, and to the admin', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  const run = await begin(url);
  const at = `${url}/v1/series/${run}`;
  const from = '127.0.0.2';
  for (const asked of [
    { method: 'DELETE', from },
    { method: 'PATCH', from, body: { paused: true } },
  ]) {
    const refused = await ask(at, asked);
    expect(problem(refused)).toEqual([401, 'urn:zeno:problem:unauthorized']);
    expect(refused.headers['www-authenticate']).toMatch(/^Bearer/);
  }
  expect((await getRun(url, run)).state).toBe('idle');
  expect((await ask(at, { from })).status).toBe(200);
  expect((await ask(at, { method: 'DELETE', from, headers: bearer })).status).toBe(204);
});

it('a shared run is changed by the admin alone, and ended by nobody', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  const at = `${url}/v1/series/leibniz`;
  const body = { paused: true };
  expect(problem(await ask(at, { method: 'PATCH', body }))).toEqual([401, 'urn:zeno:problem:unauthorized']);
  const paused = await ask(at, { method: 'PATCH', body, headers: bearer });
  expect([paused.status, asRun(paused.text).state]).toEqual([200, 'paused']);
  const ended = await ask(at, { method: 'DELETE', headers: bearer });
  expect(problem(ended)).toEqual([403, 'urn:zeno:problem:forbidden']);
});
