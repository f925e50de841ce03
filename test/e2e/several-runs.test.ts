/** One stream of several runs: each of them unbroken, and one id that brings a client back to its place in all. */
import { describe, expect, it } from 'vitest';
import { parseRunId } from '../../src/protocols/identity.ts';
import { formatPosition } from '../../src/protocols/position.ts';
import { parsePositions } from '../../src/protocols/positions.ts';
import { ask, kill } from '../support/http-client.ts';
import { sharedNode } from '../support/shared-node.ts';
import { httpStream, type SseEvent, type SseStream } from '../support/sse-reader.ts';
import { estimateOf, expectUnbroken } from '../support/unbroken.ts';

const RUNS = ['leibniz', 'basel', 'primes'];
const query = `runs=${RUNS.join(',')}`;

const node = sharedNode();

const runOf = (event: SseEvent): string => JSON.parse(event.data).run;

/** A run's events with the id they would have on a stream of its own. */
function ofRun(run: string, events: readonly SseEvent[]): SseEvent[] {
  return events
    .filter((event) => runOf(event) === run)
    .map((event) => {
      const parsed = parseRunId(run);
      const position = parsed === null ? undefined : parsePositions(event.id ?? '')?.get(parsed.run);
      return position === undefined ? event : { ...event, id: formatPosition(position) };
    });
}

/** Until each run has brought `count` estimates. */
async function each(stream: SseStream, count: number): Promise<void> {
  await stream.event(`${count} estimates of each run`, () =>
    RUNS.every((run) => stream.estimates.filter((event) => runOf(event) === run).length >= count),
  );
}

describe('a stream of several runs', () => {
  it('begins with a snapshot of each and goes on with the estimates of all, every data with its run', async () => {
    const stream = await httpStream(`${node.url}/v1/events?${query}`);
    await each(stream, 3);
    const snapshots = stream.events.filter(({ event }) => event === 'snapshot');
    expect(new Set(snapshots.map(runOf))).toEqual(new Set(RUNS));
    expect(snapshots).toHaveLength(RUNS.length);
    for (const run of RUNS) expectUnbroken(ofRun(run, stream.events));
    for (const event of stream.estimates) expect(RUNS).toContain(estimateOf(event).run);
    const last = parsePositions(stream.lastId ?? '');
    expect(new Set(last?.keys())).toEqual(new Set(RUNS));
  });

  it('is resumed in every run by one id, across a hub and a Series that die and a node that is killed', async () => {
    const first = await httpStream(`${node.url}/v1/events?${query}`);
    await each(first, 2);
    await kill(node.url, { path: 'root/broadcast/hubs/leibniz' });
    await kill(node.url, { path: 'root/compute/series/basel' });
    await each(first, 5);
    first.close();
    await first.ended;
    await node.process.stop('SIGKILL');
    await node.startAgain();
    const second = await httpStream(`${node.url}/v1/events?${query}`, { lastEventId: first.lastId ?? '' });
    await each(second, 3);
    const states = second.events
      .filter(({ event }) => event === 'state')
      .map(({ data: text }) => JSON.parse(text));
    const resumed = states.filter(({ recovered }) => recovered === true).map(({ run }) => run);
    expect(new Set(resumed)).toEqual(new Set(RUNS));
    expect(second.events.filter(({ event }) => event === 'snapshot')).toEqual([]);
    for (const run of RUNS) expectUnbroken(ofRun(run, [...first.events, ...second.events]));
  });

  it('tells apart what it can resume and what is new or cannot be read', async () => {
    const known = await httpStream(`${node.url}/v1/events?runs=leibniz`);
    await known.more(1);
    const both = await httpStream(`${node.url}/v1/events?runs=leibniz,wallis`, {
      lastEventId: known.lastId ?? '',
    });
    await both.event('wallis', (event) => event.event === 'estimate' && runOf(event) === 'wallis');
    const opening = (run: string, { events }: SseStream) => {
      const begun = events.find((event) => event.event !== 'estimate' && runOf(event) === run);
      const { recovered, reason } = JSON.parse(begun?.data ?? '{}');
      return [recovered, reason];
    };
    expect(opening('leibniz', both)[0]).toBe(true);
    expect(opening('wallis', both)).toEqual([false, 'first']);
    const garbled = await httpStream(`${node.url}/v1/events?runs=leibniz`, { lastEventId: 'leibniz@x:1' });
    await garbled.first();
    expect(opening('leibniz', garbled)).toEqual([false, 'bad-position']);
  });

  it('names a run once, whatever it is called, and keeps everyMs for each', async () => {
    const stream = await httpStream(
      `${node.url}/v1/events?runs=euler,${'basel,'.repeat(200)}euler&everyMs=60000`,
    );
    await stream.event('a snapshot', ({ event }) => event === 'snapshot');
    await stream.more(0);
    expect(stream.events.filter(({ event }) => event === 'snapshot').map(runOf)).toEqual(['basel']);
  });

  it('goes on when one of its runs ends, and ends with the last', async () => {
    const created = [1, 2].map(async () => {
      const answer = await ask(`${node.url}/v1/series/leibniz/runs`, { method: 'POST', body: {} });
      return `${JSON.parse(answer.text).run}`;
    });
    const [one = '', two = ''] = await Promise.all(created);
    const stream = await httpStream(`${node.url}/v1/events?runs=${one},${two}`);
    await stream.more(4);
    await ask(`${node.url}/v1/series/${one}`, { method: 'DELETE' });
    const told = await stream.event(
      'the end of one',
      (event) => event.event === 'state' && runOf(event) === one,
    );
    expect(JSON.parse(told.data)).toMatchObject({ state: 'complete', reason: 'the run has ended' });
    await stream.more(3);
    const back = await httpStream(`${node.url}/v1/events?runs=${one},${two}`, {
      lastEventId: stream.lastId ?? '',
    });
    const again = await back.event(
      'the end of one',
      (event) => event.event === 'state' && runOf(event) === one,
    );
    expect(JSON.parse(again.data)).toMatchObject({ state: 'complete', reason: 'the run has ended' });
    await back.more(1);
    back.close();
    await ask(`${node.url}/v1/series/${two}`, { method: 'DELETE' });
    const bye = await stream.event('bye', ({ event }) => event === 'bye');
    expect(JSON.parse(bye.data).reason).toBe('ended');
    await stream.ended;
  });

  it.each([
    ['', 400, 'bad-request'],
    ['?runs=', 400, 'bad-request'],
    [
      `?runs=${Array.from({ length: 129 }, (_, number) => `leibniz~${number}`).join(',')}`,
      400,
      'bad-request',
    ],
    ['?runs=leibniz,nothing', 404, 'unknown-run'],
    ['?runs=leibniz&everyMs=x', 400, 'bad-request'],
  ])('is refused for %s', async (wrong, status, code) => {
    const answer = await ask(`${node.url}/v1/events${wrong}`);
    expect([answer.status, JSON.parse(answer.text).type]).toEqual([status, `urn:zeno:problem:${code}`]);
  });
});
