/**
 * `kill -9` of the whole node, and what its clients find when it has been started again on the same data: shown means
 * saved, and resume never lies.
 */
import { expect, it } from 'vitest';
import { ask, atRest, bearer, getRun } from '../support/http-client.ts';
import { startNode, temporaryFolder } from '../support/node-process.ts';
import { curlStream, epochOf, httpStream, offsetOf, type SseEvent } from '../support/sse-reader.ts';
import { expectSameBytes, expectUnbroken } from '../support/unbroken.ts';

const ROUNDS = 4;

it('after kill -9 goes on without a hole, and gives each client exactly what it missed', async () => {
  const data = temporaryFolder();
  const witnessed: SseEvent[] = [];
  const received: SseEvent[] = [];
  let witnessId: string | undefined;
  let leaverId: string | undefined;

  for (let round = 0; round < ROUNDS; round++) {
    const { process, url } = await startNode({ data });
    const events = `${url}/v1/series/leibniz/events`;
    const { position } = await getRun(url, 'leibniz');
    // What was shown has been saved.
    if (witnessId !== undefined) {
      expect(position.epoch).toBe(epochOf(witnessId));
      expect(position.offset).toBeGreaterThanOrEqual(offsetOf(witnessId));
    }

    const leaver = curlStream(events, { lastEventId: leaverId });
    const first = await leaver.first();
    if (leaverId === undefined) expect(first.event).toBe('snapshot');
    else {
      // Nobody watched before it came, so the top was still where we found it.
      const missed = position.offset - offsetOf(leaverId);
      expect(missed).toBeGreaterThan(0);
      expect(first.event).toBe('state');
      expect(first.id).toBeNull();
      expect(JSON.parse(first.data)).toEqual({
        run: 'leibniz',
        state: expect.stringMatching(/^(idle|running|waiting)$/),
        reason: null,
        recovered: true,
        missed,
      });
    }
    const witness = await httpStream(events, { lastEventId: witnessId });
    await leaver.more(6);
    leaver.close();
    await leaver.ended;
    await witness.more(5);

    const exit = await process.stop('SIGKILL');
    expect(exit).toEqual({ code: null, signal: 'SIGKILL' });
    await witness.ended;
    received.push(...leaver.events);
    witnessed.push(...witness.events);
    leaverId = leaver.lastId ?? undefined;
    witnessId = witness.lastId ?? undefined;
  }

  expectUnbroken(witnessed);
  expectUnbroken(received);
  // The leaver was away while the witness saw most of it: what it got later is the same to the byte.
  const shared = expectSameBytes(witnessed, received);
  // The witness came second: what was estimated before its snapshot is in that.
  const begin = offsetOf(witnessed[0]?.id ?? '');
  const beyond = received.filter(({ event, id }) => event === 'estimate' && offsetOf(id ?? '') > begin);
  expect(shared).toBe(beyond.length);
  expect(shared).toBeGreaterThan(5 * ROUNDS);
});

it('after kill -9 before anything was shown, still starts', async () => {
  const data = temporaryFolder();
  for (let round = 0; round < 3; round++) {
    const { process, url } = await startNode({ data });
    const stream = await httpStream(`${url}/v1/series/basel/events`);
    await stream.first();
    await process.stop('SIGKILL');
  }
  const { url } = await startNode({ data });
  const stream = await httpStream(`${url}/v1/series/basel/events`);
  await stream.more(2);
  expectUnbroken(stream.events);
});

type Id = (position: { readonly epoch: string; readonly offset: number }) => string;
const lostPositions: readonly (readonly [what: string, id: Id, reason: string])[] = [
  ['another epoch', ({ offset }) => `0123456789abcdef:${offset}`, 'epoch-changed'],
  ['above the top', ({ epoch, offset }) => `${epoch}:${offset + 1}`, 'bad-position'],
  ['far above', ({ epoch }) => `${epoch}:9007199254740991`, 'bad-position'],
  ['no number at all', ({ epoch }) => `${epoch}:99999999999999999999`, 'bad-position'],
  ['garbage', () => 'garbage', 'bad-position'],
  ['more behind it', ({ epoch, offset }) => `${epoch}:${offset} x`, 'bad-position'],
  ['a negative offset', ({ epoch }) => `${epoch}:-1`, 'bad-position'],
  ['another series of digits', ({ epoch, offset }) => `${epoch}:0${offset}`, 'bad-position'],
];

it('after kill -9 answers a position it cannot honour with a snapshot that says why', async () => {
  const data = temporaryFolder();
  const before = await startNode({ data });
  const watched = await httpStream(`${before.url}/v1/series/leibniz/events`);
  await watched.more(3);
  await before.process.stop('SIGKILL');

  const env = { ZENO_LIMITS: JSON.stringify({ restMs: 50 }) };
  const { url } = await startNode({ data, env });
  for (const [what, idOf, reason] of lostPositions) {
    const { position, estimate } = await atRest(url, 'leibniz');
    const stream = curlStream(`${url}/v1/series/leibniz/events`, { lastEventId: idOf(position) });
    const first = await stream.first();
    expect(first.event, what).toBe('snapshot');
    expect(first.id, what).toBe(`${position.epoch}:${position.offset}`);
    expect(JSON.parse(first.data), what).toEqual({ recovered: false, reason, ...position, estimate });
    await stream.more(1);
    expect(stream.estimates[0]?.id, what).toBe(`${position.epoch}:${position.offset + 1}`);
    stream.close();
  }
});

it('another folder is another history: its epoch differs, and an id of the old one says so', async () => {
  const first = await startNode({ data: temporaryFolder() });
  const stream = await httpStream(`${first.url}/v1/series/leibniz/events`);
  await stream.more(1);
  await first.process.stop('SIGTERM');
  const { url } = await startNode({ data: temporaryFolder() });
  const again = await httpStream(`${url}/v1/series/leibniz/events`, { lastEventId: stream.lastId ?? '' });
  const snapshot = JSON.parse((await again.first()).data);
  expect(snapshot).toMatchObject({ recovered: false, reason: 'epoch-changed', offset: 0 });
  expect(snapshot.epoch).not.toBe(epochOf(stream.lastId ?? ''));
});

it('takes the position from the query where a client cannot send the header', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  const stream = await httpStream(`${url}/v1/series/leibniz/events`);
  await stream.more(3);
  const { id } = stream.estimates[0] ?? {};
  const again = await httpStream(`${url}/v1/series/leibniz/events?lastEventID=${id}`);
  expect(JSON.parse((await again.first()).data)).toMatchObject({ recovered: true });
  await again.more(3);
  expect(again.estimates[0]?.raw).toBe(stream.estimates[1]?.raw);
});

it('says when history no longer reaches back', async () => {
  const limits = { historyEstimates: 4, historyMs: 1 };
  const data = temporaryFolder();
  const { url } = await startNode({ data, env: { ZENO_LIMITS: JSON.stringify(limits) } });
  const stream = await httpStream(`${url}/v1/series/leibniz/events`);
  await stream.more(9);
  const id = stream.estimates[0]?.id ?? '';
  const again = await httpStream(`${url}/v1/series/leibniz/events`, { lastEventId: id });
  expect(JSON.parse((await again.first()).data)).toMatchObject({ recovered: false, reason: 'history-gone' });
  await again.more(2);
  expectUnbroken(again.events);
});

it('begins a new epoch by reset, tells who watches, and keeps it over kill -9', async () => {
  const data = temporaryFolder();
  const before = await startNode({ data });
  const stream = await httpStream(`${before.url}/v1/series/leibniz/events`);
  await stream.more(3);
  const old = stream.lastId ?? '';
  const reset = await ask(`${before.url}/v1/series/leibniz/reset`, { method: 'POST', headers: bearer });
  expect(reset.status).toBe(200);
  const isSnapshot = ({ event }: SseEvent) => event === 'snapshot';
  const told = await stream.event('word of the new epoch', isSnapshot, 1);
  expect(JSON.parse(told.data)).toMatchObject({ recovered: false, reason: 'epoch-changed', offset: 0 });
  const epoch = epochOf(told.id ?? '');
  expect(epoch).not.toBe(epochOf(old));
  await stream.more(2);
  await before.process.stop('SIGKILL');

  const { url } = await startNode({ data });
  expect((await getRun(url, 'leibniz')).position.epoch).toBe(epoch);
  const again = await httpStream(`${url}/v1/series/leibniz/events`, { lastEventId: old });
  expect(JSON.parse((await again.first()).data)).toMatchObject({ reason: 'epoch-changed', epoch });
});
