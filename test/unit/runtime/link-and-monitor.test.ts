import { describe, expect, test } from 'vitest';
import { type Context, genServer, type Info, type ServerPid, stop } from '../../../src/runtime/gen-server.ts';
import type { MonitorRef } from '../../../src/runtime/info.ts';
import type { Pid } from '../../../src/runtime/pid.ts';
import { counter, recorder, settle, type World, world } from './world.ts';

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

type Act = (ctx: Context) => void;

/** Does in its own name what it is cast, and writes down what it is told. */
const doer = (log: Info[] = []) =>
  genServer<null, never, Act>({
    init: () => null,
    handleCast(act, _state, ctx) {
      act(ctx);
      return null;
    },
    handleInfo(info) {
      log.push(info);
      return null;
    },
  });

/** Two processes of which the first has linked the second; either may trap exits. */
async function pair(traps: { readonly first?: boolean; readonly second?: boolean } = {}) {
  const w = world();
  const logs: readonly [Info[], Info[]] = [[], []];
  const first = await w.start(doer(logs[0]), { trapExit: traps.first });
  const second = await w.start(doer(logs[1]), { trapExit: traps.second });
  await act(w, first, (ctx) => ctx.link(second));
  return { w, first, second, logs };
}

async function act(w: World, pid: ServerPid<never, Act>, what: Act): Promise<void> {
  w.system.cast(pid, what);
  await settle();
}

describe('a link that a process makes', () => {
  test.each([
    ['the one that made it', 'first', 'second'],
    ['the other', 'second', 'first'],
  ] as const)('ends %s with the reason of the end of its peer', async (_who, survivor, victim) => {
    const { w, ...pids } = await pair();
    w.system.exit(pids[victim], { shutdown: 'x' });
    await settle();
    expect(w.of('exit').map(({ pid, reason }) => [pid, reason])).toEqual([
      [pids[victim], { shutdown: 'x' }],
      [pids[survivor], { shutdown: 'x' }],
    ]);
  });

  test.each([
    ['the one that made it', { first: true }, 'second', 0],
    ['the other', { second: true }, 'first', 1],
  ] as const)('tells %s if that traps exits', async (_who, traps, victim, log) => {
    const { w, logs, ...pids } = await pair(traps);
    w.system.exit(pids[victim], 'kill');
    await settle();
    expect(logs[log]).toEqual([
      { type: 'exit', pid: pids[victim], reason: 'killed', atMs: expect.any(Number) },
    ]);
    expect(w.of('exit')).toHaveLength(1);
  });

  test('to one that ends normally means something only to who traps exits', async () => {
    for (const first of [true, false]) {
      const { w, logs, ...pids } = await pair({ first });
      await w.system.stop(pids.second, 'normal', 1_000);
      await settle();
      expect(w.system.alive(pids.first)).toBe(true);
      expect(logs[0].map((info) => info.type === 'exit' && info.reason)).toEqual(first ? ['normal'] : []);
    }
  });

  test('to a process that has ended brings noproc at once: as an info or as the end', async () => {
    for (const first of [true, false]) {
      const { w, logs, ...pids } = await pair({ first });
      await act(w, pids.first, (ctx) => ctx.unlink(pids.second));
      w.system.exit(pids.second, 'kill');
      await act(w, pids.first, (ctx) => ctx.link(pids.second));
      const { type, pid, reason } = { type: 'exit', pid: pids.second, reason: 'noproc' };
      expect(logs[0]).toEqual(first ? [{ type, pid, reason, atMs: expect.any(Number) }] : []);
      expect(w.of('exit').map((event) => event.reason)).toEqual(first ? ['killed'] : ['killed', 'noproc']);
    }
  });

  test('twice, or by both, is one: its end is told once, and one unlink undoes it', async () => {
    const { w, logs, first, second } = await pair({ first: true });
    await act(w, first, (ctx) => ctx.link(second));
    await act(w, second, (ctx) => ctx.link(first));
    w.system.exit(second, 'kill');
    await settle();
    expect(logs[0]).toHaveLength(1);

    const again = await pair({ first: true });
    await act(again.w, again.second, (ctx) => ctx.link(again.first));
    await act(again.w, again.first, (ctx) => ctx.unlink(again.second));
    again.w.system.exit(again.second, 'kill');
    await settle();
    expect(again.logs[0]).toEqual([]);
  });

  test('to a child of its own adds nothing to the one it has: its end is told once', async () => {
    const { system, start } = world();
    const log: Info[] = [];
    const parent = await start(doer(log), { trapExit: true });
    const child = await start(counter(), { link: parent });
    system.cast(parent, (ctx) => ctx.link(child));
    await settle();
    system.exit(child, 'kill');
    await settle();
    expect(log).toHaveLength(1);
  });

  test('to itself is none', async () => {
    const w = world();
    const log: Info[] = [];
    const pid = await w.start(doer(log), { trapExit: true });
    await act(w, pid, (ctx) => ctx.link(ctx.self));
    expect(log).toEqual([]);
    await w.system.stop(pid, 'shutdown', 1_000);
    expect(w.of('exit')).toHaveLength(1);
  });

  test('passes an end on along a chain and around a ring', async () => {
    const w = world();
    const pids = [];
    for (let i = 0; i < 5; i += 1) pids.push(await w.start(doer()));
    for (const [i, pid] of pids.entries()) {
      const next = pids[(i + 1) % pids.length];
      if (next !== undefined) await act(w, pid, (ctx) => ctx.link(next));
    }
    if (pids[2] !== undefined) w.system.exit(pids[2], 'kill');
    await settle();
    expect(w.of('exit')).toHaveLength(5);
    expect([...w.system.processes()]).toEqual([]);
  });
});

describe('unlink', () => {
  test.each([
    ['first', 'first'],
    ['first', 'second'],
    ['second', 'first'],
    ['second', 'second'],
  ] as const)('by the %s lets the %s end as if they had never met', async (who, victim) => {
    const { w, logs, ...pids } = await pair({ first: true, second: true });
    const other = who === 'first' ? pids.second : pids.first;
    await act(w, pids[who], (ctx) => ctx.unlink(other));
    w.system.exit(pids[victim], 'kill');
    await settle();
    expect(logs).toEqual([[], []]);
  });

  test('leaves what is in the mailbox already', async () => {
    const { w, logs, first, second } = await pair({ first: true });
    w.system.cast(first, (ctx) => ctx.unlink(second));
    w.system.exit(second, 'kill');
    expect(w.system.inspect(first)?.mailbox).toBe(2);
    await settle();
    expect(logs[0]).toHaveLength(1);
  });

  test('of what is not linked, or has ended, is nothing', async () => {
    const { w, first, second } = await pair();
    const stranger = await w.start(doer());
    await act(w, stranger, (ctx) => ctx.unlink(second));
    w.system.exit(stranger, 'kill');
    await act(w, first, (ctx) => ctx.unlink(stranger));
    w.system.exit(second, 'kill');
    await settle();
    expect(w.system.alive(first)).toBe(false);
  });
});

describe('an exit signal from a process', () => {
  test('comes in its name to who traps exits, and ends who does not, except normal', async () => {
    const w = world();
    const log: Info[] = [];
    const sender = await w.start(doer());
    const trapping = await w.start(doer(log), { trapExit: true });
    const plain = await w.start(doer());
    for (const pid of [trapping, plain]) {
      await act(w, sender, (ctx) => ctx.exit(pid, 'normal'));
      await act(w, sender, (ctx) => ctx.exit(pid, { shutdown: 'x' }));
    }
    const told = { type: 'exit', pid: sender, atMs: expect.any(Number) };
    expect(log).toEqual([
      { ...told, reason: 'normal' },
      { ...told, reason: { shutdown: 'x' } },
    ]);
    expect(w.of('exit').map(({ pid, reason }) => [pid, reason])).toEqual([[plain, { shutdown: 'x' }]]);
  });

  test('that is a kill cannot be trapped; who is linked hears killed', async () => {
    const { w, logs, first, second } = await pair({ first: true, second: true });
    const sender = await w.start(doer());
    await act(w, sender, (ctx) => {
      ctx.exit(second, 'kill');
      expect(w.system.alive(second)).toBe(false);
    });
    expect(w.of('exit').map(({ pid, reason }) => [pid, reason])).toEqual([[second, 'killed']]);
    expect(logs).toEqual([[{ type: 'exit', pid: second, reason: 'killed', atMs: expect.any(Number) }], []]);
    expect(w.system.alive(first)).toBe(true);
  });

  test('to itself ends it, and to one that has ended is nothing', async () => {
    const w = world();
    const [sender, gone] = [await w.start(doer()), await w.start(doer())];
    w.system.exit(gone, 'kill');
    await act(w, sender, (ctx) => ctx.exit(gone, 'shutdown'));
    await act(w, sender, (ctx) => ctx.exit(ctx.self, 'shutdown'));
    expect(w.of('exit').map(({ pid, reason }) => [pid, reason])).toEqual([
      [gone, 'killed'],
      [sender, 'shutdown'],
    ]);
    expect(w.system.deadLetters).toBe(0);
  });
});
