/** The thread port with real threads: what it promises to a RangeWorker. */
import { afterEach, describe, expect, it } from 'vitest';
import { boundedThreads, startThread } from '../../../src/kernels/start-thread.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type {
  ComputeThread,
  KernelName,
  RangeResult,
  RangeTask,
  StartThread,
} from '../../../src/protocols/ports/compute-thread.ts';
import { catalogue } from '../../../src/series/catalogue.ts';
import { leibniz } from '../../../src/series/leibniz.ts';

/** A thread with all it has told, in order, and a promise for each thing a test waits for. */
class Watched {
  readonly told: string[] = [];
  readonly results: RangeResult[] = [];
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

const task = (id: number, from: number, to: number, kernel = leibniz.kernel): RangeTask => ({
  id,
  kernel,
  from,
  to,
});
/** An hour of work. */
const endless = task(99, 0, 2 ** 42);

describe('startThread', () => {
  it('does the tasks of every series in order, even those given before it was ready', async () => {
    const watched = start();
    const all = watched.has(40);
    for (let id = 0; id < 40; id += 1) {
      const series = catalogue[id % catalogue.length] ?? leibniz;
      watched.thread.run(task(id, id * 400, id * 400 + 4 * (40 - id), series.kernel));
    }
    await all;
    expect(watched.told[0]).toBe('ready');
    expect(watched.results.map(({ id }) => id)).toEqual([...Array(40).keys()]);
    for (const { id, partial, elapsedMs } of watched.results) {
      const series = catalogue[id % catalogue.length] ?? leibniz;
      expect(partial).toBe(series.partial(id * 400, id * 400 + 4 * (40 - id)));
      expect(elapsedMs).toBeGreaterThanOrEqual(0);
    }
  });

  it.each(catalogue)(
    'sums the first 10^8 terms of $id so that its enclosure holds the limit',
    async (series) => {
      const watched = start();
      const whole = watched.has(4);
      for (let id = 0; id < 4; id += 1)
        watched.thread.run(task(id, id * 25e6, (id + 1) * 25e6, series.kernel));
      await whole;
      const state = watched.results.reduce((sum, { partial }) => series.merge(sum, partial), series.empty);
      for (const n of [1e8, 1e8 + 3]) {
        const { lower, upper } = series.evaluate(state, n);
        const inOrder = [lower ?? '', series.limit?.decimal ?? '', upper ?? ''];
        expect(inOrder.toSorted()).toEqual(inOrder);
      }
    },
  );

  it('gives threads numbers of their own, and the same bits from each', async () => {
    const threads = [start(), start()];
    const ids = await Promise.all(threads.map(({ ready }) => ready.promise));
    expect(new Set(ids).size).toBe(2);
    const both = threads.map((watched) => watched.has(1));
    for (const { thread } of threads) thread.run(task(1, 0, 2 ** 20));
    await Promise.all(both);
    expect(new Set(threads.map(({ results }) => results[0]?.partial)).size).toBe(1);
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
    ['an unknown kernel', task(2, 0, 4, 'nobody' as KernelName), /unknown kernel nobody/],
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

describe('bounded threads', () => {
  it('one more begins when one has ended, and takes what it was given meanwhile', async () => {
    const startIt = boundedThreads(1);
    const first = start(startIt);
    await first.ready.promise;
    const second = start(startIt);
    const result = second.has(1);
    second.thread.run({ id: 7, kernel: leibniz.kernel, from: 0, to: 64 });
    // Two threads that were asked for later, one after the other, are ready, and this one has not begun.
    await start().ready.promise;
    await start().ready.promise;
    expect(second.told).toEqual([]);
    await first.thread.terminate();
    await result;
    expect(second.told).toEqual(['ready', 'result 7']);
  });

  it('one that is ended before it has begun leaves its place', async () => {
    const startIt = boundedThreads(1);
    const first = start(startIt);
    const [second, third] = [start(startIt), start(startIt)];
    await second.thread.terminate();
    expect(second.told).toEqual(['exit']);
    await first.thread.terminate();
    await third.ready.promise;
  });
});
