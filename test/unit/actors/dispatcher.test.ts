/** The dispatcher's process: messages in, messages out, between givers of work and workers. */
import { expect, test } from 'vitest';
import { dispatcher } from '../../../src/actors/dispatcher.ts';
import type { SeriesId } from '../../../src/protocols/identity.ts';
import { limitsWith } from '../../../src/protocols/limits.ts';
import type {
  GiverCast,
  OutstandingRange,
  RangeWorkerCast,
} from '../../../src/protocols/mailbox/dispatcher.ts';
import type { FoldWork, Outcome, RangeWork } from '../../../src/protocols/ports/compute-thread.ts';
import type { From } from '../../../src/runtime/call.ts';
import { createSystem } from '../../../src/runtime/system.ts';
import { countingMeter } from '../../support/counting-meter.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { settle } from '../../support/until.ts';
import { listeningServer } from './listening-server.ts';

const series = 'sum' as SeriesId;
const range: RangeWork = {
  kind: 'range',
  series,
  from: 8,
  to: 12,
  before: null,
  heavy: false,
  describe: false,
};
const fold: FoldWork = { kind: 'fold', series, from: 0, to: 8, state: 'a', parts: ['b'] };

/** A dispatcher with one worker that has a range and, behind it, a fold of one giver. */
async function busy() {
  const system = createSystem({ name: 'stage', clock: manualClock(), mailboxMax: 1_000 });
  const meter = countingMeter();
  const told: GiverCast[] = [];
  const tasks: RangeWorkerCast[] = [];
  const [desk, giver, worker] = await Promise.all([
    system.spawn(dispatcher(limitsWith({ rangeAttemptsMax: 1 }), meter)),
    system.spawn(listeningServer<never, GiverCast>(told)),
    system.spawn(listeningServer<never, RangeWorkerCast>(tasks)),
  ]);
  if (!(desk.ok && giver.ok && worker.ok)) throw new Error('not started');
  const register = (from: From<null>) => ({ type: 'register', index: 3, worker: worker.pid, from }) as const;
  await system.call(desk.pid, register, 1_000);
  system.cast(desk.pid, { type: 'want', giver: giver.pid });
  await settle();
  expect(told.map(({ type }) => type)).toEqual(['pull', 'pull']);
  for (const work of [range, fold])
    system.cast(desk.pid, { type: 'work', giver: giver.pid, generation: 7, work });
  await settle();
  told.length = 0;
  const outstanding = async () => {
    const answer = await system.call(
      desk.pid,
      (from: From<readonly OutstandingRange[]>) => ({ type: 'outstanding', giver: giver.pid, from }),
      1_000,
    );
    return answer.ok ? answer.value : null;
  };
  return { system, desk: desk.pid, worker: worker.pid, told, tasks, outstanding, meter };
}

test('hands work on as it was given, and gives back what it came to under the giver’s mark', async () => {
  const { system, desk, worker, told, tasks } = await busy();
  expect(tasks).toEqual([
    { type: 'task', task: { id: 1, work: range } },
    { type: 'task', task: { id: 2, work: fold } },
  ]);
  const outcome: Outcome = { kind: 'range', partial: 'c' };
  system.cast(desk, { type: 'result', worker, result: { id: 1, outcome, elapsedMs: 5 } });
  await settle();
  expect(told.filter(({ type }) => type !== 'pull')).toEqual([
    { type: 'done', generation: 7, work: range, outcome, elapsedMs: 5 },
  ]);
});

test('says how many workers it has, and what they and nobody has in hand, until it ends', async () => {
  const { system, desk, worker, meter } = await busy();
  const figures = () => [meter.now('zeno_workers'), meter.now('zeno_ranges')];
  expect(figures()).toEqual([[1], [{ assigned: 2, waiting: 0 }]]);
  await system.stop(worker, 'shutdown', 1_000);
  await settle();
  expect(figures()).toEqual([[0], [{ assigned: 0, waiting: 2 }]]);
  await system.stop(desk, 'shutdown', 1_000);
  expect(figures()).toEqual([[], []]);
});

test('names the ranges that a giver has out, with their worker; a fold is none', async () => {
  const { outstanding } = await busy();
  expect(await outstanding()).toEqual([{ from: 8, to: 12, worker: 3 }]);
});

test('gives work back as blocked when it has ended its workers too often, and keeps what waited behind it', async () => {
  const { system, worker, told, outstanding, meter } = await busy();
  expect(meter.limits).toEqual([]);
  await system.stop(worker, { error: new Error('out of memory') }, 1_000);
  await settle();
  expect(told).toEqual([{ type: 'blocked', generation: 7, work: range, fault: 'out of memory' }]);
  expect(meter.limits).toEqual(['rangeAttemptsMax']);
  expect(await outstanding()).toEqual([]);
});
