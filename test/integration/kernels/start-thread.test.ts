/** The thread port with real threads: what it promises to a RangeWorker. */
import { afterEach, describe, expect, it } from 'vitest';
import { compiledKernels } from '../../../src/kernels/kernels.ts';
import { boundedThreads, threadStarter } from '../../../src/kernels/start-thread.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { SeriesId } from '../../../src/protocols/identity.ts';
import type {
  ComputeThread,
  StartThread,
  Task,
  TaskResult,
} from '../../../src/protocols/ports/compute-thread.ts';
import { compareDecimals } from '../../../src/series/arithmetic/decimal.ts';
import { catalogue } from '../../../src/series/catalogue.ts';
import type { SeriesDefinition } from '../../../src/series/definition.ts';
import { leibniz } from '../../../src/series/leibniz.ts';
import { digitsOf } from '../../support/repeating-decimal.ts';

const startThread = threadStarter(null);

/** A thread with all it has told, in order, and a promise for each thing a test waits for. */
class Watched {
  readonly told: string[] = [];
  readonly results: TaskResult[] = [];
  readonly ready = Promise.withResolvers<number>();
  readonly exit = Promise.withResolvers<Error | null>();
  readonly thread: ComputeThread;
  private waiting: { count: number; done: () => void } | null = null;

  constructor(startIt: StartThread = startThread) {
    // Not every test waits for it; those that do see the rejection.
    this.ready.promise.catch(() => undefined);
    this.thread = startIt({
      ready: (threadId) => {
        this.told.push('ready');
        this.ready.resolve(threadId);
      },
      result: (result) => {
        this.told.push(`result ${result.id}`);
        this.results.push(result);
        if (this.results.length === this.waiting?.count) this.waiting.done();
      },
      exit: (reason) => {
        this.told.push('exit');
        this.exit.resolve(reason);
        this.ready.reject(new Error('the thread ended before it was ready', { cause: reason }));
      },
    });
  }

  /** Resolves when `count` results have come, this call being made before they do; rejects if the thread ends first. */
  has(count: number): Promise<void> {
    const ended = this.exit.promise.then((reason) => {
      throw new Error('the thread ended', { cause: reason });
    });
    const done = new Promise<void>((resolve) => {
      this.waiting = { count, done: resolve };
    });
    return Promise.race([done, ended]);
  }
}

const started: Watched[] = [];
function start(startIt?: StartThread): Watched {
  const watched = new Watched(startIt);
  started.push(watched);
  return watched;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ thread }) => thread.terminate()));
});

const task = (
  id: number,
  from: number,
  to: number,
  series = leibniz.id,
  before: string | null = null,
): Task => ({
  id,
  work: { kind: 'range', series, from, to, before, heavy: false, describe: false },
});

/** Some grains of a series, or its first ones where it is sequential, as a task. */
function grains(id: number, series: SeriesDefinition, first: number, count: number): Task {
  const { grain, order, empty } = series;
  if (order === 'sequential') return task(id, 0, count * grain, series.id, empty);
  return task(id, first * grain, (first + count) * grain, series.id);
}

/** The exact partials among the results. */
function partials(results: readonly TaskResult[]): string[] {
  return results.map(({ outcome }) => (outcome.kind === 'range' ? outcome.partial : 'no range'));
}

/** An hour of work. */
const endless = task(99, 0, 2 ** 42);

describe('a thread', () => {
  it('does the tasks of every series in order, even those given before it was ready', async () => {
    const watched = start();
    const tasks = Array.from({ length: Math.max(40, catalogue.length) }, (_, id) =>
      grains(id, catalogue[id % catalogue.length] ?? leibniz, id, 1 + (id % 7)),
    );
    const all = watched.has(tasks.length);
    for (const each of tasks) watched.thread.run(each);
    await all;
    expect(watched.told[0]).toBe('ready');
    expect(watched.results.map(({ id }) => id)).toEqual(tasks.map(({ id }) => id));
    const expected = tasks.map(({ id, work }) => {
      const { partial, order, empty } = catalogue[id % catalogue.length] ?? leibniz;
      return order === 'sequential' ? partial(work.from, work.to, empty) : partial(work.from, work.to);
    });
    expect(partials(watched.results)).toEqual(expected);
    expect(watched.results.every(({ elapsedMs }) => elapsedMs >= 0)).toBe(true);
  });

  it('folds partials of every series into a state, with the figures of that state', async () => {
    const watched = start();
    const done = watched.has(catalogue.length);
    const wholes = catalogue.map((series, place) => {
      const { id, grain, order, empty } = series;
      const sum = (from: number, to: number, before: string) =>
        order === 'sequential'
          ? series.partial(from * grain, to * grain, before)
          : series.partial(from * grain, to * grain);
      const state = sum(0, 2, empty);
      const third = sum(2, 3, state);
      const parts = [third, sum(3, 5, third)];
      const [from, to] = [2 * grain, 5 * grain];
      watched.thread.run({ id: place, work: { kind: 'fold', series: id, from, to, state, parts } });
      return { state: sum(0, 5, empty), figures: series.evaluate(sum(0, 5, empty), to) };
    });
    await done;
    expect(watched.results.map(({ outcome }) => outcome)).toEqual(
      wholes.map((whole) => ({ kind: 'fold', ...whole })),
    );
  });

  it.each(
    compiledKernels()
      .map(({ series }) => series)
      .filter(({ limit }) => limit !== null),
  )('sums the first 10^8 terms of $id so that its enclosure holds the limit', async (series) => {
    const watched = start();
    const whole = watched.has(4);
    const quarter = Math.floor(25e6 / series.grain);
    for (let id = 0; id < 4; id += 1) watched.thread.run(grains(id, series, id * quarter, quarter));
    await whole;
    const state = partials(watched.results).reduce((sum, part) => series.merge(sum, part), series.empty);
    const end = 4 * quarter * series.grain;
    for (const n of [end, end + series.grain - 1]) {
      const { lower, upper } = series.evaluate(state, n);
      const limit = series.limit?.decimal ?? '';
      expect(compareDecimals(lower ?? '', limit)).toBeLessThanOrEqual(0);
      expect(compareDecimals(limit, upper ?? '')).toBeLessThanOrEqual(0);
    }
  });

  it('gives threads numbers of their own, and the same bits from each', async () => {
    const threads = [start(), start()];
    const ids = await Promise.all(threads.map(({ ready }) => ready.promise));
    expect(new Set(ids).size).toBe(2);
    const both = threads.map((watched) => watched.has(1));
    for (const { thread } of threads) thread.run(task(1, 0, 2 ** 20));
    await Promise.all(both);
    const texts = threads.flatMap(({ results }) => partials(results));
    expect(texts).toEqual([texts[0], texts[0]]);
  });

  it('ends at once in the midst of an endless range, and then says no more than exit(null)', async () => {
    const watched = start();
    await watched.ready.promise;
    watched.thread.run(endless);
    await new Promise<void>((resume) => systemClock.schedule(50, resume));
    const beganMs = systemClock.monotonicMs();
    await watched.thread.terminate();
    expect(await watched.exit.promise).toBeNull();
    expect(systemClock.monotonicMs() - beganMs).toBeLessThan(1_000);
    expect(watched.told).toEqual(['ready', 'exit']);
  });

  it('tells no result after terminate, not even those that had already arrived', async () => {
    const results: number[] = [];
    const exit = Promise.withResolvers<void>();
    const thread = startThread({
      ready: () => {
        for (let id = 0; id < 20; id += 1) thread.run(task(id, 0, 4));
        // Holds this thread until the other is done, so that all the results are waiting when the first is told.
        const untilMs = systemClock.monotonicMs() + 100;
        while (systemClock.monotonicMs() < untilMs);
      },
      result: ({ id }) => {
        results.push(id);
        void thread.terminate();
      },
      exit: () => exit.resolve(),
    });
    await exit.promise;
    expect(results).toEqual([0]);
  });

  it('may be ended before it is ready, twice, and told tasks after its end', async () => {
    const watched = start();
    await Promise.all([watched.thread.terminate(), watched.thread.terminate()]);
    watched.thread.run(task(1, 0, 4));
    await watched.thread.terminate();
    expect(await watched.exit.promise).toBeNull();
    expect(watched.told).toEqual(['exit']);
  });

  it.each([
    ['an unknown series', task(2, 0, 4, 'nobody' as SeriesId), /unknown series nobody/],
    ['half a grain', task(2, 0, 6), /no range \[0, 6\)/],
    ['a number that is none', task(2, Number.NaN, 8), /malformed task/],
  ])('dies of %s and says why, after the results before it', async (_, broken, reason) => {
    const watched = start();
    watched.thread.run(task(1, 0, 4));
    watched.thread.run(broken);
    watched.thread.run(task(3, 0, 4));
    const error = await watched.exit.promise;
    expect(error).toBeInstanceOf(Error);
    expect(error?.message).toMatch(reason);
    expect(watched.told).toEqual(['ready', 'result 1', 'exit']);
  });
});

describe('a thread with series of the user’s own', () => {
  const file = new URL('../../support/own-series-file.ts', import.meta.url).href;
  const own = 'repeating' as SeriesId;

  it('does their tasks besides those of the catalogue', async () => {
    const watched = start(threadStarter(file));
    const done = watched.has(3);
    watched.thread.run(task(1, 0, 64));
    watched.thread.run(task(2, 3, 9, own));
    const work = { kind: 'fold', series: own, from: 0, to: 4, state: '', parts: ['3', '074'] } as const;
    watched.thread.run({ id: 3, work });
    await done;
    expect(watched.results).toMatchObject([
      { outcome: { partial: leibniz.partial(0, 64) } },
      { outcome: { partial: digitsOf(3, 9) } },
      { outcome: { state: digitsOf(0, 4), figures: { lower: '0.3074' } } },
    ]);
  });

  it('knows none where it was given none', async () => {
    const watched = start();
    watched.thread.run(task(1, 3, 9, own));
    expect((await watched.exit.promise)?.message).toMatch(/unknown series repeating/);
  });

  it('dies alone of one that wants more memory than it may have, and says so in words', async () => {
    const greedy = new URL('../../support/greedy-series-file.ts', import.meta.url).href;
    const watched = start(threadStarter(greedy, 64));
    watched.thread.run(task(1, 0, 64));
    watched.thread.run(task(2, 0, 8, 'greedy' as SeriesId));
    const error = await watched.exit.promise;
    expect(error?.message).toBe('it needed more than 64 MB of memory');
    expect(partials(watched.results)).toEqual([leibniz.partial(0, 64)]);
  });

  it('ends with the reason where their file is gone', async () => {
    const watched = start(threadStarter(new URL('./no-such-file.ts', import.meta.url).href));
    const error = await watched.exit.promise;
    expect(error?.message).toMatch(/no-such-file/);
    // It may have been ready for our own series before.
    expect(watched.told.at(-1)).toBe('exit');
  });
});

describe('bounded threads', () => {
  it('one more begins when one has ended, and takes what it was given meanwhile', async () => {
    const startIt = boundedThreads(1, startThread);
    const first = start(startIt);
    await first.ready.promise;
    const second = start(startIt);
    const result = second.has(1);
    second.thread.run(task(7, 0, 64));
    // Two threads that were asked for later, one after the other, are ready, and this one has not begun.
    await start().ready.promise;
    await start().ready.promise;
    expect(second.told).toEqual([]);
    await first.thread.terminate();
    await result;
    expect(second.told).toEqual(['ready', 'result 7']);
  });

  it('one that is ended before it has begun leaves its place', async () => {
    const startIt = boundedThreads(1, startThread);
    const first = start(startIt);
    const [second, third] = [start(startIt), start(startIt)];
    await second.thread.terminate();
    expect(second.told).toEqual(['exit']);
    await first.thread.terminate();
    await third.ready.promise;
  });
});
