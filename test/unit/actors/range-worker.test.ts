/** A worker's process between a real dispatcher and a thread that the test plays: jobs have a deadline. */
import { describe, expect, test } from 'vitest';
import { dispatcher } from '../../../src/actors/dispatcher.ts';
import { dispatcherName } from '../../../src/actors/names.ts';
import { rangeWorker } from '../../../src/actors/range-worker.ts';
import type { SeriesId } from '../../../src/protocols/identity.ts';
import { limitsWith } from '../../../src/protocols/limits.ts';
import type { GiverCast } from '../../../src/protocols/mailbox/dispatcher.ts';
import {
  OutOfMemory,
  type RangeWork,
  type Task,
  type ThreadEvents,
} from '../../../src/protocols/ports/compute-thread.ts';
import { noMeter } from '../../../src/protocols/ports/meter.ts';
import { registry } from '../../../src/runtime/registry.ts';
import { createSystem } from '../../../src/runtime/system.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { settle } from '../../support/until.ts';
import { listeningServer } from './listening-server.ts';

/** A thread that takes tasks and does what the test says. */
class Thread {
  readonly tasks: Task[] = [];
  readonly events: ThreadEvents;
  ended = false;

  constructor(events: ThreadEvents) {
    this.events = events;
    queueMicrotask(() => events.ready(1));
  }

  run(task: Task): void {
    this.tasks.push(task);
  }

  async terminate(): Promise<void> {
    this.ended = true;
    this.events.exit(null);
  }

  /** Brings the oldest task back. */
  async finish(): Promise<void> {
    const task = this.tasks.shift();
    if (task === undefined) throw new Error('it has no task');
    this.events.result({ id: task.id, outcome: { kind: 'range', partial: 'x' }, elapsedMs: 1 });
    await settle();
  }
}

const range = (from: number): RangeWork => ({
  kind: 'range',
  series: 'sum' as SeriesId,
  from,
  to: from + 4,
  before: null,
  heavy: false,
  describe: false,
});

/** A worker with two ranges of one giver, of which the thread is at the first. */
async function busy() {
  const clock = manualClock();
  const system = createSystem({ name: 'stage', clock, mailboxMax: 1_000 });
  const limits = limitsWith({ jobMs: 1_000, rangeAttemptsMax: 1 });
  const reached: string[] = [];
  const meter = { ...noMeter, limited: (limit: string) => reached.push(limit) };
  const told: GiverCast[] = [];
  const threads: Thread[] = [];
  const startThread = (events: ThreadEvents) => {
    const thread = new Thread(events);
    threads.push(thread);
    return thread;
  };
  await system.spawn(registry(system), { id: 'registry' });
  const desk = await system.spawn(dispatcher(limits, noMeter), { name: dispatcherName });
  const giver = await system.spawn(listeningServer<never, GiverCast>(told));
  const worker = await system.spawn(rangeWorker(0, { startThread, limits, meter }));
  const [thread] = threads;
  if (!(desk.ok && giver.ok && worker.ok) || thread === undefined) throw new Error('not started');
  await settle();
  system.cast(desk.pid, { type: 'want', giver: giver.pid });
  for (const from of [0, 4])
    system.cast(desk.pid, { type: 'work', giver: giver.pid, generation: 1, work: range(from) });
  await settle();
  expect(thread.tasks.map(({ work }) => work.from)).toEqual([0, 4]);
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settle();
  };
  const alive = () => system.alive(worker.pid);
  return { thread, told, reached, pass, alive };
}

describe('a job of a worker', () => {
  test('that takes too long ends the worker and its thread, and is guilty of it: its giver is told in words', async () => {
    const { thread, told, reached, pass, alive } = await busy();
    await pass(999);
    expect(alive()).toBe(true);
    await pass(1);
    expect([alive(), thread.ended]).toEqual([false, true]);
    expect(told.at(-1)).toEqual({
      type: 'blocked',
      generation: 1,
      work: range(0),
      fault: 'it took longer than 1000 ms',
    });
    expect(reached).toEqual(['jobMs']);
  });

  test('that wants more memory than there is ends its worker, and its giver is told in words', async () => {
    const { thread, told, reached, pass } = await busy();
    thread.events.exit(new OutOfMemory('it needed more than 64 MB of memory'));
    await pass(0);
    const fault = 'it needed more than 64 MB of memory';
    expect(told.at(-1)).toEqual({ type: 'blocked', generation: 1, work: range(0), fault });
    expect(reached).toEqual(['workerHeapMb']);
  });

  test('has its time from when the one before it is done, and a worker with none has no deadline', async () => {
    const { thread, told, pass, alive } = await busy();
    await pass(900);
    await thread.finish();
    await pass(900);
    expect(alive()).toBe(true);
    await thread.finish();
    await pass(60_000);
    expect(alive()).toBe(true);
    expect(told.filter(({ type }) => type === 'done')).toHaveLength(2);
  });

  test('counts against the second where the first was in time', async () => {
    const { thread, told, pass, alive } = await busy();
    await pass(900);
    await thread.finish();
    await pass(1_000);
    expect(alive()).toBe(false);
    expect(told.at(-1)).toMatchObject({ type: 'blocked', work: range(4) });
  });
});
