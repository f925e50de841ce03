import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { type Runnable, Scheduler } from '../../../src/runtime/scheduler.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { settle } from './world.ts';

const sliceMs = 2;

/** Turns in which this is done, counted as so many works. */
const work = (run: () => void, works = 1): Runnable => ({
  fail(thrown) {
    throw thrown;
  },
  run() {
    run();
    return works;
  },
});

/** A scheduler whose slice is over when the test lets the time pass. */
function held() {
  const clock = manualClock();
  const log: string[] = [];
  const scheduler = new Scheduler(clock, sliceMs);
  return {
    clock,
    log,
    scheduler,
    say: (word: string, then: () => void = () => {}) =>
      scheduler.ready(
        work(() => {
          log.push(word);
          then();
        }),
      ),
  };
}

describe('the scheduler', () => {
  test('runs nothing at once, and in the order in which they became ready', async () => {
    const { log, say } = held();
    for (const word of ['a', 'b', 'c']) say(word, () => say(`${word} again`));
    expect(log).toEqual([]);
    await settle();
    expect(log).toEqual(['a', 'b', 'c', 'a again', 'b again', 'c again']);
  });

  test('gives one turn for one call, also to what is ready already', async () => {
    const { log, scheduler } = held();
    const twice = work(() => log.push('turn'));
    scheduler.ready(twice);
    scheduler.ready(twice);
    await settle();
    expect(log).toEqual(['turn', 'turn']);
  });

  test('works a queue off within one macrotask while the slice lasts', async () => {
    const { log, say } = held();
    say('a', () => setImmediate(() => log.push('macrotask')));
    for (const word of ['b', 'c', 'd']) say(word);
    await settle();
    expect(log).toEqual(['a', 'b', 'c', 'd', 'macrotask']);
  });

  test('lets macrotasks come between when the slice is over, and goes on where it was', async () => {
    const { clock, log, say } = held();
    say('a', () => setImmediate(() => log.push('macrotask')));
    say('b', () => clock.advance(sliceMs));
    say('c');
    say('d');
    await settle();
    expect(log).toEqual(['a', 'b', 'macrotask', 'c', 'd']);
  });

  test('begins a slice anew with each macrotask, so that each gets its time', async () => {
    const { clock, log, say } = held();
    for (let i = 0; i < 6; i += 1) {
      say(String(i), () => {
        clock.advance(1);
        if (i % 2 === 0) setImmediate(() => log.push('macrotask'));
      });
    }
    await settle();
    expect(log).toEqual(['0', '1', 'macrotask', '2', '3', 'macrotask', '4', '5', 'macrotask']);
  });

  test('lets a real timer fire in between, however long the queue is', async () => {
    const scheduler = new Scheduler(systemClock, sliceMs);
    const turns = 30;
    const firedAt: number[] = [];
    const { promise: over, resolve } = Promise.withResolvers<void>();
    let done = 0;
    let cancel = systemClock.schedule(1, function fire() {
      firedAt.push(done);
      cancel = systemClock.schedule(1, fire);
    });
    for (let i = 0; i < turns; i += 1) {
      scheduler.ready(
        work(() => {
          done += 1;
          const endMs = systemClock.monotonicMs() + sliceMs;
          while (systemClock.monotonicMs() < endMs);
          if (done === turns) resolve();
        }),
      );
    }
    await over;
    cancel();
    // Each turn takes a slice and longer than the timer's delay: one fires after each.
    expect(new Set(firedAt).size).toBeGreaterThanOrEqual(turns - 1);
  });

  test('ends a slice after so many works, also where the clock stands still', async () => {
    const { log, scheduler } = held();
    let [turns, before] = [0, 0];
    const endless = work(() => {
      turns += 1;
      if (before === 0) scheduler.ready(endless);
    }, 64);
    scheduler.ready(endless);
    await settle(1);
    setImmediate(() => log.push('macrotask'));
    await settle(2);
    before = turns;
    expect(log).toEqual(['macrotask']);
    await settle();
    expect(turns).toBe(before + 1);
  });

  test('serves what promises make ready within the slice, however many of them', async () => {
    const { log, say } = held();
    say('a', () => {
      setImmediate(() => log.push('macrotask'));
      void (async () => {
        for (const word of ['b', 'c', 'd']) {
          await null;
          await new Promise<void>((resolve) => say(word, resolve));
        }
      })();
    });
    await settle();
    expect(log).toEqual(['a', 'b', 'c', 'd', 'macrotask']);
  });

  test('serves what a promise makes ready after the slice with the next one', async () => {
    const { clock, log, say } = held();
    say('a', () => {
      setImmediate(() => log.push('macrotask'));
      void Promise.resolve().then(() => {
        clock.advance(sliceMs);
        say('b');
      });
    });
    await settle();
    expect(log).toEqual(['a', 'macrotask', 'b']);
  });

  test('defers work until after a macrotask; promises and the present queue come before it', async () => {
    const { log, scheduler, say } = held();
    say('a', () => {
      setImmediate(() => log.push('macrotask'));
      void Promise.resolve().then(() => log.push('promise'));
      scheduler.defer(() => log.push('deferred'));
    });
    say('b');
    await settle();
    expect(log).toEqual(['a', 'b', 'promise', 'macrotask', 'deferred']);
  });

  test('defers work until after timers that are due', async () => {
    const log: string[] = [];
    const scheduler = new Scheduler(systemClock, sliceMs);
    const { promise: over, resolve } = Promise.withResolvers<void>();
    scheduler.ready(
      work(() => {
        systemClock.schedule(1, () => log.push('timer'));
        const endMs = systemClock.monotonicMs() + 2;
        while (systemClock.monotonicMs() < endMs);
        scheduler.defer(() => {
          log.push('deferred');
          resolve();
        });
      }),
    );
    await over;
    expect(log).toEqual(['timer', 'deferred']);
  });

  test('does deferred work in its order and before the queue of that slice; deferring in it is for the next', async () => {
    const { log, scheduler, say } = held();
    scheduler.defer(() => {
      log.push('1');
      setImmediate(() => log.push('macrotask'));
      scheduler.defer(() => log.push('3'));
      say('a');
    });
    scheduler.defer(() => log.push('2'));
    await settle();
    expect(log).toEqual(['1', '2', 'a', 'macrotask', '3']);
  });

  test('tells who threw in his turn, and goes on with the others', async () => {
    const { log, scheduler, say } = held();
    scheduler.ready({
      run() {
        throw new Error('bug of the runtime');
      },
      fail: (thrown) => log.push(String(thrown)),
    });
    say('next');
    await settle();
    expect(log).toEqual(['Error: bug of the runtime', 'next']);
  });

  test('takes the node down if deferred work throws: nothing would ever run again', () => {
    const bug = 'scheduler.defer(() => { throw new Error("bug of the runtime"); })';
    const program = `
      const { Scheduler } = await import('${new URL('../../../src/runtime/scheduler.ts', import.meta.url)}');
      const { systemClock } = await import('${new URL('../../../src/lib/clock.ts', import.meta.url)}');
      const scheduler = new Scheduler(systemClock, 2);
      ${bug};
      setInterval(() => {}, 1000);`;
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', program], { timeout: 10_000 });
    expect(String(ran.stderr)).toContain('bug of the runtime');
    expect(ran.status).toBe(1);
  });
});
