/**
 * The kill table of the architecture, walked against a real node while a client watches: whatever process dies, the
 * tree heals by its rules, the answer says what happened, and the client sees neither a gap nor a repeat.
 */
import { expect, it } from 'vitest';
import type { KillReport } from '../../src/protocols/wire/supervision.ts';
import { eventually } from '../support/eventually.ts';
import { ask, bearer, getProcesses, isSession, kill } from '../support/http-client.ts';
import { type RunningNode, startNode, temporaryFolder } from '../support/node-process.ts';
import { curlStream, httpStream, type SseEvent, type SseStream } from '../support/sse-reader.ts';
import { expectSameBytes, expectUnbroken } from '../support/unbroken.ts';

interface Row {
  readonly path: string;
  /** Strategy of its supervisor, and who is restarted with it by that. */
  readonly strategy: string;
  readonly also?: readonly string[];
  /** The watcher's own connection is a part of it. */
  readonly disconnects?: boolean;
}

const afterWorkers = ['root/compute/series', 'root/compute/runs'];
const table: readonly Row[] = [
  { path: 'root/compute/range-workers/0', strategy: 'one_for_one' },
  {
    path: 'root/compute/dispatcher',
    strategy: 'rest_for_one',
    also: ['root/compute/range-workers', ...afterWorkers],
  },
  { path: 'root/compute/range-workers', strategy: 'rest_for_one', also: afterWorkers },
  { path: 'root/compute/series/leibniz', strategy: 'simple_one_for_one' },
  { path: 'root/compute/series', strategy: 'rest_for_one', also: ['root/compute/runs'] },
  { path: 'root/compute/runs', strategy: 'rest_for_one' },
  { path: 'root/broadcast/hubs/leibniz', strategy: 'simple_one_for_one' },
  { path: 'root/broadcast/hubs', strategy: 'one_for_one' },
  { path: 'root/broadcast/lobby', strategy: 'one_for_one' },
  { path: 'root/broadcast/partials', strategy: 'one_for_one' },
  { path: 'root/base/registry', strategy: 'one_for_one' },
  { path: 'root/base/store', strategy: 'one_for_one' },
  { path: 'root/base/auth', strategy: 'one_for_one' },
  { path: 'root/edge/sessions', strategy: 'rest_for_one', also: ['root/edge/listener'], disconnects: true },
  { path: 'root/edge/listener', strategy: 'rest_for_one' },
  { path: 'root/edge', strategy: 'one_for_one', disconnects: true },
  { path: 'root/compute', strategy: 'one_for_one' },
  { path: 'root/broadcast', strategy: 'one_for_one' },
  { path: 'root/base', strategy: 'one_for_one' },
];

async function watched(): Promise<RunningNode & { stream: SseStream }> {
  const node = await startNode({ data: temporaryFolder() });
  const stream = await httpStream(`${node.url}/v1/series/leibniz/events`);
  await stream.more(3);
  return { ...node, stream };
}

/** Comes back with the last id seen, once the node lets it in. */
function comeBack(url: string, { lastId }: SseStream): Promise<SseStream> {
  return eventually('a new connection', () =>
    httpStream(`${url}/v1/series/leibniz/events`, { lastEventId: lastId ?? '' }).catch(() => null),
  );
}

async function expectWholeTree(url: string): Promise<void> {
  await eventually('a tree that runs everywhere', async () => {
    const processes = await getProcesses(url);
    const paths = processes.map(({ path }) => path);
    const whole = table.every(({ path }) => paths.includes(path));
    return whole && processes.every(({ state, pid }) => state === 'running' && pid !== null);
  });
}

async function pidOf(url: string, path: string): Promise<string | null> {
  return (await getProcesses(url)).find((process) => process.path === path)?.pid ?? null;
}

it.each(table)('$path dies, and no client notices more than a pause', async (row) => {
  const { path, strategy, also = [], disconnects = false } = row;
  const { url, stream } = await watched();
  const oldPid = await pidOf(url, path);

  const { status, text, headers } = await kill(url, { path });
  expect(status, text).toBe(200);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  const report: KillReport = JSON.parse(text);
  expect(report).toEqual({
    path,
    oldPid,
    newPid: expect.stringMatching(/^p[0-9a-z]+$/),
    outcome: 'restarted',
    restartLatencyUs: expect.any(Number),
    strategy,
    alsoRestarted: also.map((other) => ({
      path: other,
      oldPid: expect.stringMatching(/^p[0-9a-z]+$/),
      newPid: expect.stringMatching(/^p[0-9a-z]+$/),
    })),
  });
  expect(report.newPid).not.toBe(oldPid);
  expect(Number.isInteger(report.restartLatencyUs)).toBe(true);
  for (const other of report.alsoRestarted) expect(other.newPid).not.toBe(other.oldPid);

  const seen: SseEvent[] = [];
  let last = stream;
  if (disconnects) {
    await stream.ended;
    seen.push(...stream.events);
    last = await comeBack(url, stream);
    expect(JSON.parse((await last.first()).data)).toMatchObject({ run: 'leibniz', recovered: true });
  }
  await last.more(4);
  seen.push(...last.events);
  if (!disconnects) expect(stream.open).toBe(true);
  expectUnbroken(seen);

  await expectWholeTree(url);
  expect(await pidOf(url, path)).toBe(report.newPid);
  // History tells the same story, to the byte.
  const replay = curlStream(`${url}/v1/series/leibniz/events`, {
    lastEventId: seen.find(({ id }) => id !== null)?.id ?? '',
  });
  await replay.more(seen.filter(({ event }) => event === 'estimate').length);
  expect(expectSameBytes(seen, replay.events)).toBe(seen.filter(({ event }) => event === 'estimate').length);
});

it('a session that dies takes its own client down and no other, and is not restarted', async () => {
  const { url, stream } = await watched();
  const [victim] = (await getProcesses(url)).filter(isSession);
  const other = await httpStream(`${url}/v1/series/leibniz/events`);
  await other.more(1);

  const { status, text } = await kill(url, { path: victim?.path });
  expect([status, JSON.parse(text)]).toEqual([
    200,
    {
      path: victim?.path,
      oldPid: victim?.pid,
      newPid: null,
      outcome: 'not-restarted',
      restartLatencyUs: null,
      strategy: 'simple_one_for_one',
      alsoRestarted: [],
    },
  ]);
  await stream.ended;
  const back = await comeBack(url, stream);
  await back.more(3);
  await other.more(1);
  expectUnbroken([...stream.events, ...back.events]);
  expectUnbroken(other.events);
  expect(other.open).toBe(true);
  expect((await kill(url, { path: victim?.path })).status).toBe(404);
});

it('every process of the table dies in turn in one node, under one client', async () => {
  // As often as it likes: how often is too often is another test's.
  const env = { ZENO_LIMITS: JSON.stringify({ intensity: 1_000, workerIntensity: 1_000 }) };
  const { url } = await startNode({ data: temporaryFolder(), env });
  let stream = await httpStream(`${url}/v1/series/leibniz/events`);
  await stream.more(1);
  const seen: SseEvent[] = [];
  for (const { path, disconnects = false } of table) {
    // A process that was restarted with another may not stand there yet.
    await eventually(`a kill of ${path}`, async () => (await kill(url, { path })).status === 200);
    if (disconnects) {
      await stream.ended;
      seen.push(...stream.events);
      stream = await comeBack(url, stream);
    }
    await stream.more(1);
  }
  seen.push(...stream.events);
  expectUnbroken(seen);
  await expectWholeTree(url);
});

it('shows each kill in the feed', async () => {
  const { url } = await watched();
  const feed = curlStream(`${url}/v1/supervision/events`);
  await feed.first();
  const { text } = await kill(url, { path: 'root/base/auth' });
  const { oldPid, newPid } = JSON.parse(text);
  const { data } = await feed.event(
    'the restart',
    ({ event, data }) => event === 'restart' && data.includes(`"${newPid}"`),
  );
  expect(JSON.parse(data)).toEqual({
    type: 'restart',
    seq: expect.any(Number),
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    path: 'root/base/auth',
    oldPid,
    newPid,
    latencyUs: expect.any(Number),
    strategy: 'one_for_one',
    alsoRestarted: [],
  });
  const exits = feed.events.filter(({ event }) => event === 'exit').map((event) => JSON.parse(event.data));
  expect(exits).toContainEqual(expect.objectContaining({ path: 'root/base/auth', pid: oldPid }));
});

it('takes a pid for a target, and tells one that has ended from what never was', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  const pid = await pidOf(url, 'root/base/auth');
  const killed = await kill(url, { pid });
  expect([killed.status, JSON.parse(killed.text)]).toEqual([
    200,
    expect.objectContaining({ path: 'root/base/auth', oldPid: pid, outcome: 'restarted' }),
  ]);

  const refusals: readonly (readonly [body: unknown, status: number, code: string])[] = [
    [{ pid }, 409, 'stale-pid'],
    [{ pid: 'nonsense' }, 404, 'unknown-process'],
    [{ path: 'root/nowhere' }, 404, 'unknown-process'],
    [{ path: 'root/base/auth/deeper' }, 404, 'unknown-process'],
    [{ path: '' }, 404, 'unknown-process'],
    [{ path: 'root' }, 409, 'not-killable'],
    [{ pid: 'p1' }, 409, 'not-killable'],
    [{ path: 'root/base/auth', pid }, 400, 'bad-request'],
    [{}, 400, 'bad-request'],
    [{ path: 7 }, 400, 'bad-request'],
  ];
  for (const [body, status, code] of refusals) {
    const answer = await kill(url, body);
    const said = JSON.parse(answer.text);
    expect([answer.status, said.type], JSON.stringify(body)).toEqual([status, `urn:zeno:problem:${code}`]);
  }
  const nodeKill = await ask(`${url}/v1/node/kill`, { method: 'POST', headers: bearer });
  expect([nodeKill.status, JSON.parse(nodeKill.text).type]).toEqual([409, 'urn:zeno:problem:not-killable']);
  expect((await ask(`${url}/healthz`)).status).toBe(200);
});
