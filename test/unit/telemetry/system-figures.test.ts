import { expect, test } from 'vitest';
import type { SupervisionEvent } from '../../../src/protocols/wire/supervision.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { meterSystem } from '../../../src/telemetry/system-figures.ts';
import { samplesOf } from '../../support/exposition.ts';

const common = { seq: 1, at: '2026-01-01T00:00:00.000Z' };

function restart(path: string): SupervisionEvent {
  const replaced = { path, oldPid: 'p1', newPid: 'p2' };
  return {
    ...common,
    type: 'restart',
    ...replaced,
    latencyUs: 1,
    strategy: 'one_for_one',
    alsoRestarted: [],
  };
}

function gaveUp(path: string): SupervisionEvent {
  return { ...common, type: 'intensity-exceeded', path, pid: 'p1', restarts: 10 };
}

test('restarts and supervisors that give up are counted by branch, mailboxes and what was lost as they stand', async () => {
  const { meter, exposition } = createMetrics({ metricLabels: 256 }, false);
  const listeners: ((event: SupervisionEvent) => void)[] = [];
  const feed = {
    recent: () => [],
    subscribe: (listener: (event: SupervisionEvent) => void) => {
      listeners.push(listener);
      return () => {};
    },
  };
  const system = {
    processes: () => [{ mailbox: 3 }, { mailbox: 40 }, { mailbox: 0 }],
    deadLetters: 5,
    dropped: 2,
  };
  meterSystem(system, feed, meter);
  const events = [
    restart('root/compute/series/leibniz'),
    restart('root/compute/dispatcher'),
    restart('root/edge'),
    gaveUp('root/compute/range-workers'),
    gaveUp('root/compute/series'),
    gaveUp('root'),
  ];
  for (const event of events) for (const listener of listeners) listener(event);
  const { text } = await exposition();
  const of = (name: string) => samplesOf(text, name);
  expect(of('zeno_restarts_total')).toEqual({ 'branch="root/compute"': 2, 'branch="root/edge"': 1 });
  expect(of('zeno_intensity_exceeded_total')).toEqual({ 'branch="root/compute"': 2, 'branch="root"': 1 });
  expect(of('zeno_limits_reached_total')).toMatchObject({
    'limit="workerIntensity"': 1,
    'limit="intensity"': 2,
    'limit="mailbox"': 2,
  });
  expect([of('zeno_processes'), of('zeno_mailbox_longest')]).toEqual([{ '': 3 }, { '': 40 }]);
  expect([of('zeno_dead_letters_total'), of('zeno_dropped_messages_total')]).toEqual([{ '': 5 }, { '': 2 }]);
});
