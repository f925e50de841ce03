/** A series of the user's own, from a file: it has all that ours have. */
import { expect, it } from 'vitest';
import { series } from '../../examples/eta-of-two.ts';
import { parsePosition } from '../../src/protocols/position.ts';
import { eventually } from '../support/eventually.ts';
import { ask, getRun } from '../support/http-client.ts';
import { startNode, temporaryFolder } from '../support/node-process.ts';
import { httpStream } from '../support/sse-reader.ts';
import { estimateOf, expectUnbroken } from '../support/unbroken.ts';

const env = { ZENO_SERIES: './examples/eta-of-two.ts' };

it('streams, survives kill -9, sums partials and shows its digits as a series of the catalogue does', async () => {
  const data = temporaryFolder();
  const before = await startNode({ data, env });
  const first = await httpStream(`${before.url}/v1/series/eta-of-two/events`);
  await first.more(3);
  await before.process.stop('SIGKILL');

  const { url } = await startNode({ data, env });
  const stream = await httpStream(`${url}/v1/series/eta-of-two/events`, { lastEventId: first.lastId ?? '' });
  await stream.more(3);
  expectUnbroken([...first.events, ...stream.events]);
  const early = [...first.estimates, ...stream.estimates].map(estimateOf).filter(({ n }) => n < 100_000);
  expect(early.length).toBeGreaterThan(0);
  for (const { n, lower, upper } of early)
    expect(series.evaluate(series.partial(0, n), n), `n = ${n}`).toMatchObject({ lower, upper });

  const partial = await ask(`${url}/v1/series/eta-of-two/partial?from=10&to=5000`);
  expect([partial.status, JSON.parse(partial.text)]).toEqual([
    200,
    {
      series: 'eta-of-two',
      version: 1,
      grain: 1,
      from: 10,
      to: 5_000,
      partial: series.partial(10, 5_000),
      ...series.describe(series.partial(10, 5_000)),
    },
  ]);
  const digits = await ask(`${url}/v1/series/eta-of-two/digits?count=4`);
  expect(JSON.parse(digits.text)).toMatchObject({ run: 'eta-of-two', point: 0, zeros: 0, digits: '8224' });
});

it('is no longer there without its file, and takes its place up again with it', async () => {
  const data = temporaryFolder();
  const before = await startNode({ data, env });
  const stream = await httpStream(`${before.url}/v1/series/eta-of-two/events`);
  await stream.more(2);
  await before.process.stop('SIGTERM');
  const { epoch, offset } = parsePosition(stream.lastId ?? '') ?? { epoch: '', offset: 0 };

  const without = await startNode({ data });
  expect((await ask(`${without.url}/v1/series/eta-of-two`)).status).toBe(404);
  await without.process.stop('SIGTERM');

  const again = await startNode({ data, env });
  const run = await eventually('the run', () => getRun(again.url, 'eta-of-two').catch(() => null));
  expect(run.position.epoch).toBe(epoch);
  expect(run.position.offset).toBeGreaterThanOrEqual(offset);
});
