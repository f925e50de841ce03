import { describe, expect, test } from 'vitest';
import { reachable } from '../../../src/protocols/limit-answers.ts';
import { metrics } from '../../../src/protocols/metrics.ts';
import { createMetrics, type Metrics } from '../../../src/telemetry/metrics.ts';
import { samplesOf } from '../../support/exposition.ts';

const bounded = (metricLabels = 256): Metrics => createMetrics({ metricLabels }, false);

/** Samples of one metric, by what stands in its braces. */
async function samples({ exposition }: Metrics, name: string): Promise<Record<string, number>> {
  const { text } = await exposition();
  return samplesOf(text, name);
}

describe('a meter', () => {
  test('counts by label and adds up what is observed', async () => {
    const all = bounded();
    all.meter.count('zeno_connects_total', 'sse');
    all.meter.count('zeno_connects_total', 'sse', 2);
    all.meter.count('zeno_connects_total', 'centrifuge-json');
    all.meter.count('zeno_frames_total', undefined, 5);
    all.meter.observe('zeno_commit_seconds', 0.002);
    all.meter.observe('zeno_commit_seconds', 0.25);
    expect(await samples(all, 'zeno_connects_total')).toEqual({
      'format="sse"': 3,
      'format="centrifuge-json"': 1,
    });
    expect(await samples(all, 'zeno_frames_total')).toEqual({ '': 5 });
    expect(await samples(all, 'zeno_commit_seconds_count')).toEqual({ '': 2 });
    expect(await samples(all, 'zeno_commit_seconds_sum')).toEqual({ '': 0.252 });
    expect(await samples(all, 'zeno_commit_seconds_bucket')).toMatchObject({
      'le="0.001"': 0,
      'le="0.005"': 1,
      'le="+Inf"': 2,
    });
  });

  test('asks readers only when somebody looks, and each time anew', async () => {
    const all = bounded();
    let asked = 0;
    all.meter.read('zeno_processes', () => {
      asked += 1;
      return asked * 10;
    });
    expect(asked).toBe(0);
    expect(await samples(all, 'zeno_processes')).toEqual({ '': 10 });
    expect(await samples(all, 'zeno_processes')).toEqual({ '': 20 });
  });

  test('adds up several readers, and forgets the gauge of one that has stopped', async () => {
    const all = bounded();
    const one = all.meter.read('zeno_subscriptions', () => new Map([['leibniz', 3]]));
    all.meter.read('zeno_subscriptions', () => new Map([['leibniz', 4]]));
    all.meter.read('zeno_subscriptions', () => new Map([['lobby', 1]]));
    expect(await samples(all, 'zeno_subscriptions')).toEqual({
      'channel="leibniz"': 7,
      'channel="lobby"': 1,
    });
    one();
    one();
    expect(await samples(all, 'zeno_subscriptions')).toEqual({
      'channel="leibniz"': 4,
      'channel="lobby"': 1,
    });
  });

  test('lets no counter go back when its reader stops, once or twice', async () => {
    const all = bounded();
    const stop = all.meter.read('zeno_deliveries_total', () => 7);
    all.meter.count('zeno_deliveries_total');
    expect(await samples(all, 'zeno_deliveries_total')).toEqual({ '': 8 });
    stop();
    stop();
    expect(await samples(all, 'zeno_deliveries_total')).toEqual({ '': 8 });
  });

  test('sums private runs under their series, and all labels beyond the bound under one word', async () => {
    const all = bounded(3);
    for (const run of ['leibniz~aaaa', 'leibniz~bbbb', 'basel~cccc', 'apery', 'brun', 'e', 'gamma'])
      all.meter.read('zeno_subscriptions', () => new Map([[run, 1]]));
    expect(await samples(all, 'zeno_subscriptions')).toEqual({
      'channel="leibniz~*"': 2,
      'channel="basel~*"': 1,
      'channel="other"': 4,
    });
    for (const method of ['a1', 'b2', 'c3', 'd4', 'd4']) all.meter.count('zeno_commands_total', method);
    expect(await samples(all, 'zeno_commands_total')).toEqual({
      'method="a1"': 1,
      'method="b2"': 1,
      'method="other"': 3,
    });
  });
});

describe('the exposition', () => {
  test('shows every metric of the table with its kind and its help', async () => {
    const { type, text } = await bounded().exposition();
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const [name, { kind, help }] of Object.entries(metrics)) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`);
    }
  });

  test('has every bound that can be reached at 0 before it first is', async () => {
    const all = bounded();
    all.meter.limited('pongMs');
    const limits = await samples(all, 'zeno_limits_reached_total');
    expect(Object.keys(limits)).toEqual(reachable.map((limit) => `limit="${limit}"`));
    expect(Object.entries(limits).filter(([, value]) => value > 0)).toEqual([['limit="pongMs"', 1]]);
  });

  test('tells of the process itself, its event loop and its memory too, where it is asked to', async () => {
    const { text } = await createMetrics({ metricLabels: 256 }, true).exposition();
    for (const name of ['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes'])
      expect(text).toContain(`\n# TYPE ${name} gauge\n`);
    expect((await bounded().exposition()).text).not.toContain('nodejs_');
  });

  test('of two nodes in one process are two', async () => {
    const [one, two] = [bounded(), bounded()];
    one.meter.count('zeno_frames_total');
    expect(await samples(one, 'zeno_frames_total')).toEqual({ '': 1 });
    expect(await samples(two, 'zeno_frames_total')).toEqual({ '': 0 });
  });
});
