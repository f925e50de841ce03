import { describe, expect, test } from 'vitest';
import { genServer, type Info, stop } from '../../../src/runtime/gen-server.ts';
import type { MonitorRef } from '../../../src/runtime/info.ts';
import type { Pid } from '../../../src/runtime/pid.ts';
import { counter, recorder, settle, world } from './world.ts';

type Wish =
  | { readonly type: 'monitor'; readonly pid: Pid }
  | { readonly type: 'demonitor' }
  | { readonly type: 'say'; readonly text: string };

/** Monitors on demand and writes down what comes of it. */
const watcher = (log: (Info | string)[]) =>
  genServer<MonitorRef[], never, Wish>({
    init: () => [],
    handleCast(wish, refs, ctx) {
      if (wish.type === 'monitor') return [...refs, ctx.monitor(wish.pid)];
      if (wish.type === 'say') log.push(wish.text);
      else for (const ref of refs) ctx.demonitor(ref);
      return wish.type === 'say' ? refs : [];
    },
    handleInfo(info, refs) {
      log.push(info);
      return refs;
    },
  });

describe('a monitor', () => {
  test('brings down exactly once, with the reason', async () => {
    const { system, start } = world();
    const log: (Info | string)[] = [];
    const target = await start(counter());
    const pid = await start(watcher(log));
    system.cast(pid, { type: 'monitor', pid: target });
    await settle();
    system.cast(target, { type: 'crash' });
    await settle();
    system.exit(target, 'kill');
    await settle();
    expect(log).toEqual([
      { type: 'down', ref: { id: 1 }, pid: target, reason: { error: new Error('crash') } },
    ]);
  });

  test('brings one down each when set twice', async () => {
    const { system, start } = world();
    const log: (Info | string)[] = [];
    const target = await start(counter());
    const pid = await start(watcher(log));
    system.cast(pid, { type: 'monitor', pid: target });
    system.cast(pid, { type: 'monitor', pid: target });
    await settle();
    system.exit(target, 'kill');
    await settle();
    expect(log.map((info) => typeof info !== 'string' && info.type === 'down' && info.ref.id)).toEqual([
      1, 2,
    ]);
  });

  test('of a process that has ended brings down with noproc at once', async () => {
    const { system, start } = world();
    const log: (Info | string)[] = [];
    const target = await start(counter());
    system.exit(target, 'kill');
    system.cast(await start(watcher(log)), { type: 'monitor', pid: target });
    await settle();
    expect(log).toEqual([{ type: 'down', ref: { id: 1 }, pid: target, reason: 'noproc' }]);
  });

  test('comes through a full mailbox, behind what was sent before', async () => {
    const { system, start } = world({ mailboxMax: 2 });
    const log: (Info | string)[] = [];
    const target = await start(counter());
    const pid = await start(watcher(log));
    system.cast(pid, { type: 'monitor', pid: target });
    await settle();
    system.cast(pid, { type: 'say', text: 'a' });
    system.cast(pid, { type: 'say', text: 'b' });
    system.cast(pid, { type: 'say', text: 'refused' });
    system.exit(target, 'kill');
    await settle();
    expect(log).toEqual(['a', 'b', { type: 'down', ref: { id: 1 }, pid: target, reason: 'killed' }]);
  });

  test('taken back brings nothing, not even from the mailbox', async () => {
    const { system, start } = world();
    const log: (Info | string)[] = [];
    const target = await start(counter());
    const pid = await start(watcher(log));
    system.cast(pid, { type: 'monitor', pid: target });
    await settle();
    system.cast(pid, { type: 'demonitor' });
    system.exit(target, 'kill');
    await settle();
    expect(log).toEqual([]);
  });
});

describe('a link', () => {
  test('to a child that ends abnormally ends a parent that does not trap exits', async () => {
    const { system, start, of } = world();
    const parent = await start(counter(), { id: 'parent' });
    const child = await start(counter(), { id: 'child', link: parent });
    system.cast(child, { type: 'crash' });
    await settle();
    expect(of('exit').map((event) => [event.path, event.reason])).toEqual([
      ['parent/child', { error: new Error('crash') }],
      ['parent', { error: new Error('crash') }],
    ]);
  });

  test('to a child that ends normally leaves the parent alone', async () => {
    const { system, start } = world();
    const parent = await start(counter());
    const child = await start(
      genServer<null, never, 'end'>({ init: () => null, handleCast: () => stop('normal', null) }),
      { link: parent },
    );
    system.cast(child, 'end');
    await settle();
    expect(system.alive(child)).toBe(false);
    expect(system.alive(parent)).toBe(true);
  });

  test('tells a parent that traps exits, and not of a failed start', async () => {
    const { system, start } = world();
    const log: (Info | string)[] = [];
    const parent = await start(recorder(log), { trapExit: true });
    const failing = genServer({
      init() {
        throw new Error('no');
      },
    });
    await system.spawn(failing, { link: parent });
    const child = await start(counter(), { link: parent });
    system.exit(child, 'kill');
    await settle();
    expect(log).toEqual([{ type: 'exit', pid: child, reason: 'killed', atMs: expect.any(Number) }]);
  });

  test('to a parent that is gone fails the start', async () => {
    const { system, start } = world();
    const parent = await start(counter());
    system.exit(parent, 'kill');
    expect(await system.spawn(counter(), { link: parent })).toEqual({ ok: false, reason: 'noproc' });
  });
});

describe('an exit signal', () => {
  test('ends a process in order, except normal, which means nothing', async () => {
    const { system, start } = world();
    const log: (Info | string)[] = [];
    const pid = await start(recorder(log));
    system.exit(pid, 'normal');
    await settle();
    expect(system.alive(pid)).toBe(true);
    system.exit(pid, 'shutdown');
    await settle();
    expect(system.alive(pid)).toBe(false);
    expect(log).toEqual(['terminate "shutdown"']);
  });

  test('is an info to a process that traps exits, and a kill is not', async () => {
    const { system, start } = world();
    const log: (Info | string)[] = [];
    const pid = await start(recorder(log), { trapExit: true });
    system.exit(pid, 'shutdown');
    await settle();
    expect(log).toHaveLength(1);
    expect(system.alive(pid)).toBe(true);
    system.exit(pid, 'kill');
    expect(system.alive(pid)).toBe(false);
  });
});
