import { describe, expect, test } from 'vitest';
import type { From } from '../../../src/runtime/call.ts';
import type { ExitReason } from '../../../src/runtime/exit-reason.ts';
import { type Context, genServer, ignore, stop } from '../../../src/runtime/gen-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { counter, gate, settle, world } from './world.ts';

const get = (from: From<number>) => ({ type: 'get', from }) as const;

describe('GenServer', () => {
  test('handles casts and calls in the order they were sent', async () => {
    const { system, start } = world();
    const pid = await start(counter());
    system.cast(pid, { type: 'add', by: 2 });
    system.cast(pid, { type: 'add', by: 3 });
    expect(await system.call(pid, get, 100)).toEqual({ ok: true, value: 5 });
  });

  test('is started when its asynchronous init is done, and not before', async () => {
    const { system, events } = world();
    const opened = gate();
    const spawning = system.spawn(
      genServer({
        async init() {
          await opened.promise;
          return 1;
        },
      }),
    );
    await settle();
    expect(events).toEqual([]);
    opened.resolve();
    expect((await spawning).ok).toBe(true);
    expect(events.map((event) => event.type)).toEqual(['start']);
  });

  test('that throws in init fails its start with the error and leaves nothing behind', async () => {
    const { system, of } = world();
    const error = new Error('no disk');
    const spawned = await system.spawn(
      genServer({
        init() {
          throw error;
        },
      }),
    );
    expect(spawned).toEqual({ ok: false, reason: { error } });
    expect([...system.processes()]).toEqual([]);
    expect(of('exit')).toHaveLength(1);
    expect(of('start')).toHaveLength(0);
  });

  test('that ignores its start ends without an error and without an event', async () => {
    const { system, events } = world();
    expect(await system.spawn(genServer({ init: () => ignore }))).toEqual({ ok: false, reason: 'ignore' });
    expect(events).toEqual([]);
    expect([...system.processes()]).toEqual([]);
  });

  test('can tell whoever starts it more than its pid; who says nothing tells nothing', async () => {
    const { system } = world();
    const telling = (init: (ctx: Context) => void | Promise<void>) => system.spawn(genServer<void>({ init }));
    const port = await telling((ctx) => ctx.startInfo({ port: 80 }));
    expect(port).toEqual({ ok: true, pid: expect.anything(), info: { port: 80 } });
    const late = await telling(async (ctx) => {
      ctx.startInfo('first');
      await settle(1);
      ctx.startInfo('last');
    });
    expect(late).toMatchObject({ ok: true, info: 'last' });
    expect(await telling(() => {})).not.toHaveProperty('info');
    const failed = await telling((ctx) => {
      ctx.startInfo('never told');
      throw new Error('no');
    });
    expect(failed).toEqual({ ok: false, reason: { error: new Error('no') } });
  });

  test('handles one message at a time, however long each takes', async () => {
    const { system, start } = world();
    let inside = 0;
    let most = 0;
    type Call = { readonly type: 'done'; readonly from: From<number> };
    const pid = await start(
      genServer<number, Call, 'work'>({
        init: () => 0,
        async handleCast(_message, state) {
          inside += 1;
          most = Math.max(most, inside);
          await settle(2);
          inside -= 1;
          return state + 1;
        },
        handleCall(request, state, ctx) {
          ctx.reply(request.from, state);
          return state;
        },
      }),
    );
    for (let i = 0; i < 5; i += 1) system.cast(pid, 'work');
    const called = await system.call(pid, (from: From<number>) => ({ type: 'done', from }), 1000);
    expect(called).toEqual({ ok: true, value: 5 });
    expect(most).toBe(1);
  });

  test('that throws ends with that error, after terminate has seen it with the last state', async () => {
    const { system, start, of } = world();
    const ends: [ExitReason, number][] = [];
    const pid = await start(
      genServer<number, never, 'add' | 'crash'>({
        init: () => 0,
        handleCast(message, state) {
          if (message === 'crash') throw new Error('crash');
          return state + 1;
        },
        terminate(reason, state) {
          ends.push([reason, state]);
        },
      }),
    );
    system.cast(pid, 'add');
    system.cast(pid, 'crash');
    await settle();
    expect(ends).toEqual([[{ error: new Error('crash') }, 1]]);
    expect(of('exit').map((event) => event.reason)).toEqual([{ error: new Error('crash') }]);
    expect(system.alive(pid)).toBe(false);
  });

  test('that rejects ends with that error', async () => {
    const { system, start, next } = world();
    const pid = await start(
      genServer<null, never, 'crash'>({
        init: () => null,
        async handleCast() {
          await settle(1);
          throw new Error('late crash');
        },
      }),
    );
    const exit = next('exit');
    system.cast(pid, 'crash');
    expect((await exit).reason).toEqual({ error: new Error('late crash') });
  });

  test('that returns stop ends with that reason and that state', async () => {
    const { system, start, next } = world();
    const ends: [ExitReason, number][] = [];
    const pid = await start(
      genServer<number, never, 'end'>({
        init: () => 0,
        handleCast: () => stop({ shutdown: 'done' }, 7),
        terminate(reason, state) {
          ends.push([reason, state]);
        },
      }),
    );
    const exit = next('exit');
    system.cast(pid, 'end');
    expect((await exit).reason).toEqual({ shutdown: 'done' });
    expect(ends).toEqual([[{ shutdown: 'done' }, 7]]);
  });

  test('that throws in terminate ends with that error instead', async () => {
    const { system, start, of } = world();
    const pid = await start(
      genServer({
        init: () => 0,
        terminate() {
          throw new Error('unclean');
        },
      }),
    );
    await system.stop(pid, 'shutdown', 1000);
    expect(of('exit').map((event) => event.reason)).toEqual([{ error: new Error('unclean') }]);
  });
});

describe('a call', () => {
  test('can be answered from a later handler', async () => {
    const { system, start } = world();
    type Call = { readonly type: 'wait'; readonly from: From<string> };
    const pid = await start(
      genServer<From<string>[], Call, 'release'>({
        init: () => [],
        handleCall: (request, waiting) => [...waiting, request.from],
        handleCast(_message, waiting, ctx) {
          for (const from of waiting) ctx.reply(from, 'now');
          return [];
        },
      }),
    );
    const called = system.call(pid, (from: From<string>) => ({ type: 'wait', from }), 1000);
    system.cast(pid, 'release');
    expect(await called).toEqual({ ok: true, value: 'now' });
  });

  test('fails at once with the reason when the callee ends before it answers', async () => {
    const clock = manualClock();
    const { system, start } = world({ clock });
    const pid = await start(counter());
    const called = system.call(pid, (from: From<null>) => ({ type: 'crash', from }), 60_000);
    expect(await called).toEqual({ ok: false, reason: { error: new Error('crash') } });
    expect(clock.timers).toBe(0);
  });

  test('still in the mailbox when the callee is killed fails at once, and is no dead letter', async () => {
    const { system, start } = world();
    const pid = await start(counter());
    const called = system.call(pid, get, 60_000);
    system.exit(pid, 'kill');
    expect(await called).toEqual({ ok: false, reason: 'killed' });
    expect(system.deadLetters).toBe(0);
  });

  test('to a pid that is gone fails at once with noproc', async () => {
    const { system, start } = world();
    const pid = await start(counter());
    system.exit(pid, 'kill');
    expect(await system.call(pid, get, 60_000)).toEqual({ ok: false, reason: 'noproc' });
  });

  test('that is not answered in time times out, and the late answer reaches nobody', async () => {
    const clock = manualClock();
    const { system, start } = world({ clock });
    type Call = { readonly type: 'wait'; readonly from: From<number> };
    let late: From<number> | null = null;
    const pid = await start(
      genServer<null, Call, 'answer'>({
        init: () => null,
        handleCall(request) {
          late = request.from;
          return null;
        },
        handleCast(_message, _state, ctx) {
          if (late !== null) ctx.reply(late, 1);
          return null;
        },
      }),
    );
    const called = system.call(pid, (from: From<number>) => ({ type: 'wait', from }), 50);
    await settle();
    clock.advance(50);
    system.cast(pid, 'answer');
    await settle();
    expect(await called).toEqual({ ok: false, reason: 'timeout' });
    expect(system.alive(pid)).toBe(true);
  });
});
