/** What a client of a run gets from a real node, by real curl. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ask, atRest, getRun } from '../support/http-client.ts';
import { startNode, temporaryFolder } from '../support/node-process.ts';
import { curlStream, httpStream, offsetOf } from '../support/sse-reader.ts';
import { estimateOf, expectSameBytes, expectUnbroken } from '../support/unbroken.ts';

const pi = '3.141592653589793238462643383279';

it('gives the first estimate within a moment of subscribing, and each one encloses the limit', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  const began = performance.now();
  const stream = curlStream(`${url}/v1/series/leibniz/events`);
  await stream.more(1);
  expect(performance.now() - began).toBeLessThan(2_500);
  await stream.more(4);

  const [first] = stream.events;
  expect(first?.event).toBe('snapshot');
  const { epoch, ...snapshot } = JSON.parse(first?.data ?? '');
  expect(snapshot).toEqual({ recovered: false, reason: 'first', offset: 0, estimate: null });
  expect(first?.id).toBe(`${epoch}:0`);
  expect(epoch).toMatch(/^[0-9a-f]{16}$/);
  expect(stream.retryMs).toBeGreaterThanOrEqual(1_000);
  expect(stream.retryMs).toBeLessThanOrEqual(3_000);
  expectUnbroken(stream.events);
  expect(stream.estimates[0]?.id).toBe(`${epoch}:1`);
  for (const event of stream.estimates) {
    const { lower, upper, run } = estimateOf(event);
    expect(run).toBe('leibniz');
    // All begin with `3.`, so that their order as text is their order as numbers.
    expect(`${lower}` <= pi && pi <= `${upper}`, event.data).toBe(true);
  }
});

it('gives two clients of one run the same bytes', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  const early = curlStream(`${url}/v1/series/basel/events`);
  await early.more(3);
  const late = curlStream(`${url}/v1/series/euler/events`);
  await late.more(6);
  await early.reaches(offsetOf(late.lastId ?? ''));
  expect(expectSameBytes(early.events, late.events)).toBe(late.estimates.length);
  expectUnbroken(early.events);
  expectUnbroken(late.events);
});

it('rests without watchers, and goes on from there when one returns', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  const first = curlStream(`${url}/v1/series/leibniz/events`);
  await first.more(3);
  expect((await getRun(url, 'leibniz')).watchers).toBe(1);
  first.close();

  const left = performance.now();
  const resting = await atRest(url, 'leibniz');
  expect(performance.now() - left).toBeLessThan(5_000);
  expect(resting.watchers).toBe(0);
  // That nothing happens is seen only by waiting.
  await sleep(700);
  const { position, estimate } = await getRun(url, 'leibniz');
  expect(position).toEqual(resting.position);

  const again = curlStream(`${url}/v1/series/leibniz/events`);
  await again.more(3);
  expect(JSON.parse(again.events[0]?.data ?? '')).toEqual({
    recovered: false,
    reason: 'first',
    ...position,
    estimate,
  });
  expect(again.estimates[0]?.id).toBe(`${position.epoch}:${position.offset + 1}`);
  expectUnbroken(again.events);
});

it('thins for a client that asks for it, and says how many it left out', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  const stream = await httpStream(`${url}/v1/series/leibniz/events?everyMs=450`);
  await stream.more(4);
  const kept = stream.estimates.map(({ id, data }) => ({
    offset: offsetOf(id ?? ''),
    skipped: Number(JSON.parse(data).skipped ?? 0),
  }));
  for (const [index, { offset, skipped }] of kept.entries()) {
    const before = kept[index - 1]?.offset ?? 0;
    expect(offset).toBe(before + 1 + skipped);
  }
  expect(kept.at(-1)?.skipped).toBeGreaterThan(0);
});

it('says by its headers that no byte may be kept or held back', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  const leave = new AbortController();
  const { headers } = await fetch(`${url}/v1/series/leibniz/events`, { signal: leave.signal });
  leave.abort();
  expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store, no-transform');
  expect(headers.get('x-accel-buffering')).toBe('no');
});

it('is alive and ready, rests or works', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  for (const path of ['/healthz', '/readyz']) {
    const { status, text } = await ask(`${url}${path}`);
    expect([status, text]).toEqual([200, '{"status":"ok"}']);
  }
  const stream = await httpStream(`${url}/v1/series/leibniz/events`);
  await stream.more(2);
  expect((await ask(`${url}/readyz`)).status).toBe(200);
});
