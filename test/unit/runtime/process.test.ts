import { describe, expect, test } from 'vitest';
import type { From } from '../../../src/runtime/call.ts';
import type { Context } from '../../../src/runtime/context.ts';
import { genServer, type Info } from '../../../src/runtime/gen-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { counter, gate, recorder, settle, world } from './world.ts';

describe('a killed process', () => {
  test('is dead in the same moment, without terminate', async () => {
    const { system, start, of } = world();
    const log: (Info | string)[] = [];
    const pid = await start(recorder(log));
    system.exit(pid, 'kill');
    expect(system.alive(pid)).toBe(false);
    await settle();
    expect(log).toEqual([]);
    expect(of('exit').map((event) => event.reason)).toEqual(['killed']);
  });

  test('cannot do anything to the world from the handler it was killed in', async () => {
    const clock = manualClock();
    const { system, start, events } = world({ clock });
    const log: (Info | string)[] = [];
    const other = await start(recorder(log));
    const go = gate();
    const done = gate();
    let released = 0;
    const pid = await start(
      genServer<null, never, 'work'>({
        init: () => null,
        async handleCast(_message, _state, ctx) {
          await go.promise;
          expect(ctx.alive()).toBe(false);
          expect(ctx.signal.aborted).toBe(true);
          ctx.cast(other, 'from the dead');
          ctx.note('from the dead');
          ctx.setTimer('t', 10);
          ctx.monitor(other);
          ctx.own(() => {
            released += 1;
          });
          ctx.pipe(Promise.resolve(1), () => 'work');
          expect(await ctx.call<never, null>(other, () => Promise.reject() as never, 10)).toEqual({
            ok: false,
            reason: 'noproc',
          });
          done.resolve();
          return null;
        },
      }),
    );
    system.cast(pid, 'work');
    await settle();
    system.exit(pid, 'kill');
    const before = events.length;
    go.resolve();
    await done.promise;
    system.exit(other, 'kill');
    await settle();
    expect(log).toEqual([]);
    expect(released).toBe(1);
    expect(clock.timers).toBe(0);
    expect(events.slice(before).map((event) => event.type)).toEqual(['exit']);
  });

  test('cannot answer a call that was handed on to it', async () => {
    const clock = manualClock();
    const { system, start } = world({ clock });
    const go = gate();
    const helper = await start(
      genServer<null, never, From<string>>({
        init: () => null,
        async handleCast(from, _state, ctx) {
          await go.promise;
          ctx.reply(from, 'from the dead');
          return null;
        },
      }),
    );
    const front = await start(
      genServer<null, { readonly from: From<string> }>({
        init: () => null,
        handleCall(request, _state, ctx) {
          ctx.cast(helper, request.from);
          return null;
        },
      }),
    );
    const called = system.call(front, (from: From<string>) => ({ from }), 100);
    await settle();
    system.exit(helper, 'kill');
    go.resolve();
    await settle();
    clock.advance(100);
    expect(await called).toEqual({ ok: false, reason: 'timeout' });
  });

  test('that throws late is noted once and hurts nobody', async () => {
    const { system, start, of } = world();
    const go = gate();
    const pid = await start(
      genServer<null, never, 'work'>({
        init: () => null,
        async handleCast() {
          await go.promise;
          throw new Error('too late');
        },
      }),
    );
    system.cast(pid, 'work');
    await settle();
    system.exit(pid, 'kill');
    go.resolve();
    await settle();
    expect(of('exit')).toHaveLength(1);
    expect(of('note').map((event) => event.note)).toEqual(['late throw after the end: too late']);
  });

  test('takes along at once what is linked below it, the newest first', async () => {
    const { system, start, of } = world();
    const top = await start(genServer({ init: () => 0 }), { id: 'top', trapExit: true });
    const a = await start(counter(), { id: 'a', link: top });
    await start(counter(), { id: 'deep', link: a });
    await start(counter(), { id: 'b', link: top });
    system.exit(top, 'kill');
    expect([...system.processes()]).toEqual([]);
    expect(of('exit').map((event) => event.path)).toEqual(['top', 'top/b', 'top/a', 'top/a/deep']);
  });
});

describe('an orderly end', () => {
  test('of a parent ends what stands below it first, in order, the newest first', async () => {
    const { system, start, of } = world();
    const log: (Info | string)[] = [];
    const top = await start(recorder(log), { id: 'top' });
    await start(recorder(log), { id: 'a', link: top });
    await start(recorder(log), { id: 'b', link: top });
    await system.stop(top, 'normal', 1000);
    expect(of('exit').map((event) => [event.path, event.reason])).toEqual([
      ['top/b', 'shutdown'],
      ['top/a', 'shutdown'],
      ['top', 'normal'],
    ]);
    expect(log).toEqual(['terminate "normal"', 'terminate "shutdown"', 'terminate "shutdown"']);
  });

  test('of a parent waits five seconds for a child that does not listen, then kills it', async () => {
    const clock = manualClock();
    const { system, start, of } = world({ clock });
    const top = await start(counter(), { id: 'top' });
    await start(genServer({ init: () => 0, terminate: () => new Promise<void>(() => {}) }), {
      id: 'a',
      link: top,
    });
    const stopped = system.stop(top, 'normal', Number.POSITIVE_INFINITY);
    await settle();
    clock.advance(4_999);
    await settle();
    expect(of('exit')).toEqual([]);
    clock.advance(1);
    await stopped;
    expect(of('exit').map((event) => [event.path, event.reason])).toEqual([
      ['top/a', 'killed'],
      ['top', 'normal'],
    ]);
  });
});

describe('a stop', () => {
  test('goes before the messages that wait, which become dead letters', async () => {
    const { system, start, of } = world();
    const log: (Info | string)[] = [];
    const pid = await start(recorder(log));
    system.cast(pid, 'one');
    system.cast(pid, 'two');
    await system.stop(pid, 'shutdown', 1000);
    expect(log).toEqual(['terminate "shutdown"']);
    expect(system.deadLetters).toBe(2);
    expect(of('dead-letter').map((event) => event.total)).toEqual([2]);
  });

  test('lets the message in hand finish and tells its handler to hurry', async () => {
    const { system, start, of } = world();
    const done: string[] = [];
    const pid = await start(
      genServer<null, never, 'work'>({
        init: () => null,
        async handleCast(_message, _state, ctx) {
          await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
          done.push('handler');
          ctx.signal.throwIfAborted();
          return null;
        },
        terminate() {
          done.push('terminate');
        },
      }),
    );
    system.cast(pid, 'work');
    await settle();
    await system.stop(pid, 'shutdown', 1000);
    expect(done).toEqual(['handler', 'terminate']);
    expect(of('exit').map((event) => event.reason)).toEqual(['shutdown']);
  });

  test('that is not obeyed becomes a kill after its timeout', async () => {
    const clock = manualClock();
    const { system, start, of } = world({ clock });
    const pid = await start(genServer({ init: () => 0, terminate: () => new Promise<void>(() => {}) }));
    const stopped = system.stop(pid, 'shutdown', 500);
    await settle();
    clock.advance(499);
    expect(system.alive(pid)).toBe(true);
    clock.advance(1);
    await stopped;
    expect(of('exit').map((event) => event.reason)).toEqual(['killed']);
    expect(clock.timers).toBe(0);
  });

  test('of a process that has ended resolves at once', async () => {
    const { system, start } = world();
    const pid = await start(counter());
    system.exit(pid, 'kill');
    await system.stop(pid, 'shutdown', 1000);
  });

  test('that meets a process ending by itself leaves it its own reason', async () => {
    const { system, start, of } = world();
    const go = gate();
    const pid = await start(
      genServer<null, never, 'work'>({
        init: () => null,
        async handleCast() {
          await go.promise;
          throw new Error('own');
        },
      }),
    );
    system.cast(pid, 'work');
    await settle();
    const stopped = system.stop(pid, 'shutdown', 1000);
    go.resolve();
    await stopped;
    expect(of('exit').map((event) => event.reason)).toEqual([{ error: new Error('own') }]);
  });
});

describe('what a process owns', () => {
  const owner = (log: string[]) =>
    genServer<() => void, never, 'early'>({
      init(ctx) {
        ctx.own(() => {
          log.push('first');
        });
        const early = ctx.own(() => {
          log.push('early');
        });
        ctx.own(async () => {
          log.push('last begins');
          await settle(2);
          log.push('last ends');
        });
        return early;
      },
      handleCast(_message, early) {
        early();
        return early;
      },
    });

  test('is released newest first and awaited on an orderly end', async () => {
    const { system, start } = world();
    const log: string[] = [];
    await system.stop(await start(owner(log)), 'shutdown', 1000);
    expect(log).toEqual(['last begins', 'last ends', 'early', 'first']);
  });

  test('is released in the same moment on a kill', async () => {
    const { system, start } = world();
    const log: string[] = [];
    system.exit(await start(owner(log)), 'kill');
    expect(log).toEqual(['last begins', 'early', 'first']);
  });

  test('can be released early, and then only once', async () => {
    const { system, start } = world();
    const log: string[] = [];
    const pid = await start(owner(log));
    system.cast(pid, 'early');
    await settle();
    expect(log).toEqual(['early']);
    await system.stop(pid, 'shutdown', 1000);
    expect(log).toEqual(['early', 'last begins', 'last ends', 'first']);
  });

  test('is released when init fails, and a failing release is noted', async () => {
    const { system, of } = world();
    let released = 0;
    await system.spawn(
      genServer({
        init(ctx) {
          ctx.own(() => {
            released += 1;
          });
          ctx.own(() => {
            throw new Error('stuck');
          });
          throw new Error('no');
        },
      }),
    );
    expect(released).toBe(1);
    expect(of('note').map((event) => event.note)).toEqual(['release failed: stuck']);
  });
});

describe('a timer', () => {
  const timed = (log: string[], init: (ctx: Context<never, string>) => void) =>
    genServer<null, never, string>({
      init(ctx) {
        init(ctx);
        return null;
      },
      handleCast(message, _state, ctx) {
        if (message === 'cancel') ctx.cancelTimer('t');
        else if (message === 'replace') ctx.setTimer('t', 10);
        else log.push(message);
        return null;
      },
      handleInfo(info) {
        if (info.type === 'timeout') log.push(`timeout ${info.name}`);
        return null;
      },
    });

  test('brings one timeout after its delay', async () => {
    const clock = manualClock();
    const { start } = world({ clock });
    const log: string[] = [];
    await start(timed(log, (ctx) => ctx.setTimer('t', 10)));
    clock.advance(9);
    await settle();
    expect(log).toEqual([]);
    clock.advance(100);
    await settle();
    expect(log).toEqual(['timeout t']);
  });

  test('cancelled or replaced is not delivered, not even from the mailbox', async () => {
    const clock = manualClock();
    const { system, start } = world({ clock });
    const log: string[] = [];
    const pid = await start(timed(log, (ctx) => ctx.setTimer('t', 10)));
    system.cast(pid, 'cancel');
    clock.advance(10);
    await settle();
    expect(log).toEqual([]);
    system.cast(pid, 'replace');
    await settle();
    system.cast(pid, 'replace');
    clock.advance(10);
    await settle();
    expect(log).toEqual([]);
    clock.advance(10);
    await settle();
    expect(log).toEqual(['timeout t']);
  });

  test('of no delay comes after what is in the mailbox', async () => {
    const { system, start } = world({ clock: manualClock() });
    const log: string[] = [];
    const starting = system.start(timed(log, (ctx) => ctx.setTimer('t', 0)));
    await starting.started;
    await settle();
    expect(log).toEqual(['timeout t']);
    await start(counter());
  });

  test.each([Number.NaN, -1])('of %d ms is a bug of who sets it', async (delayMs) => {
    const { start, of } = world();
    await start(
      genServer<void, never, never>({
        init: (ctx) => ctx.setTimer('t', 1),
        handleInfo: (_info, _state, ctx) => ctx.setTimer('u', delayMs),
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(of('exit').map(({ reason }) => reason)).toEqual([{ error: new Error(`bad timeout: ${delayMs}`) }]);
  });

  test('of infinity never comes, and takes the place of the one before', async () => {
    const clock = manualClock();
    const { start } = world({ clock });
    await start(
      genServer({
        init(ctx) {
          ctx.setTimer('t', 5);
          ctx.setTimer('t', Number.POSITIVE_INFINITY);
        },
      }),
    );
    expect(clock.timers).toBe(0);
  });

  test('ends with its process', async () => {
    const clock = manualClock();
    const { system, start } = world({ clock });
    system.exit(await start(timed([], (ctx) => ctx.setTimer('t', 10))), 'kill');
    expect(clock.timers).toBe(0);
  });
});

describe('the content of a timer', () => {
  type Wish = (ctx: Context<never, Wish>) => void;
  const timed = (log: unknown[], contents: boolean[] = []) =>
    genServer<null, never, Wish | { readonly update: unknown }>({
      init: () => null,
      handleCast(wish, _state, ctx) {
        if (typeof wish === 'function') wish(ctx);
        else contents.push(ctx.updateTimer('t', wish.update));
        return null;
      },
      handleInfo(info) {
        log.push(info);
        return null;
      },
    });
  const told = (content: unknown, name = 't') => ({ type: 'timeout', name, content });

  test('comes with it, and is undefined where none was given', async () => {
    const clock = manualClock();
    const { system, start } = world({ clock });
    const log: unknown[] = [];
    const pid = await start(timed(log));
    system.cast(pid, (ctx) => {
      ctx.setTimer('t', 10, { some: 'thing' });
      ctx.setTimer('bare', 10);
      ctx.setTimer('now', 0, 'at once');
    });
    await settle();
    clock.advance(10);
    await settle();
    expect(log).toEqual([told('at once', 'now'), told({ some: 'thing' }), told(undefined, 'bare')]);
  });

  test('can be another one while the timer runs; its time stays', async () => {
    const clock = manualClock();
    const { system, start } = world({ clock });
    const [log, updated]: [unknown[], boolean[]] = [[], []];
    const pid = await start(timed(log, updated));
    system.cast(pid, (ctx) => ctx.setTimer('t', 10, 'old'));
    await settle();
    clock.advance(9);
    system.cast(pid, { update: 'new' });
    system.cast(pid, { update: 'newest' });
    await settle();
    expect([updated, log, clock.timers]).toEqual([[true, true], [], 1]);
    clock.advance(1);
    await settle();
    expect(log).toEqual([told('newest')]);
  });

  test('can be another one until the timer is handled, also when it has run out', async () => {
    const clock = manualClock();
    const { system, start } = world({ clock });
    const [log, updated]: [unknown[], boolean[]] = [[], []];
    const pid = await start(timed(log, updated));
    system.cast(pid, (ctx) => ctx.setTimer('t', 10, 'old'));
    await settle();
    system.cast(pid, { update: 'new' });
    clock.advance(10);
    await settle();
    expect([updated, log]).toEqual([[true], [told('new')]]);
  });

  test('is none of a timer that was never set, was handled, or was cancelled', async () => {
    const clock = manualClock();
    const { system, start } = world({ clock });
    const [log, updated]: [unknown[], boolean[]] = [[], []];
    const pid = await start(timed(log, updated));
    system.cast(pid, { update: 'never set' });
    system.cast(pid, (ctx) => ctx.setTimer('t', 0, 'handled'));
    await settle();
    system.cast(pid, { update: 'too late' });
    system.cast(pid, (ctx) => {
      ctx.setTimer('t', 10, 'cancelled');
      ctx.cancelTimer('t');
    });
    system.cast(pid, { update: 'cancelled' });
    await settle();
    clock.advance(100);
    await settle();
    expect([updated, log]).toEqual([[false, false, false], [told('handled')]]);
  });

  test('of an earlier timer of its name is not that of the later one', async () => {
    const clock = manualClock();
    const { system, start } = world({ clock });
    const log: unknown[] = [];
    const pid = await start(timed(log));
    system.cast(pid, (ctx) => {
      ctx.setTimer('t', 10, 'first');
      ctx.updateTimer('t', 'updated');
      ctx.setTimer('t', 20, 'second');
    });
    await settle();
    clock.advance(100);
    await settle();
    expect(log).toEqual([told('second')]);
  });
});

describe('the mailbox', () => {
  test('above its bound refuses the newest, counts it, and does not trouble the sender', async () => {
    const { system, start, of } = world({ mailboxMax: 3 });
    const log: (Info | string)[] = [];
    const pid = await start(recorder(log));
    for (const word of ['a', 'b', 'c', 'd', 'e']) system.cast(pid, word);
    await settle();
    expect(log).toEqual(['a', 'b', 'c']);
    expect(of('dropped').map((event) => event.total)).toEqual([1, 2]);
    expect(system.deadLetters).toBe(0);
  });

  test('is drained at most a budget per turn, so that others get their turns', async () => {
    const { system, start } = world({ drainBudget: 4 });
    const order: string[] = [];
    const log = (name: string) =>
      genServer<null, never, 'x'>({
        init: () => null,
        handleCast() {
          order.push(name);
          return null;
        },
      });
    const a = await start(log('a'));
    const b = await start(log('b'));
    for (let i = 0; i < 8; i += 1) system.cast(a, 'x');
    for (let i = 0; i < 8; i += 1) system.cast(b, 'x');
    await settle();
    expect(order.join('')).toBe('aaaabbbbaaaabbbb');
  });
});

describe('piped work', () => {
  const piper = (work: () => Promise<number>, log: string[]) =>
    genServer<null, never, string>({
      init(ctx) {
        ctx.pipe(work(), (result) => (result.ok ? `value ${result.value}` : `error ${result.error.message}`));
        return null;
      },
      handleCast(message) {
        log.push(message);
        return null;
      },
    });

  test('arrives as a cast, be it a value or an error', async () => {
    const { start } = world();
    const log: string[] = [];
    await start(piper(() => Promise.resolve(1), log));
    await start(piper(() => Promise.reject(new Error('no')), log));
    await settle();
    expect(new Set(log)).toEqual(new Set(['error no', 'value 1']));
  });

  test('does not arrive after the end', async () => {
    const { system, start } = world();
    const log: string[] = [];
    const work = gate<number>();
    const pid = await start(piper(() => work.promise, log));
    system.exit(pid, 'kill');
    work.resolve(1);
    await settle();
    expect(log).toEqual([]);
    expect(system.deadLetters).toBe(0);
  });
});
