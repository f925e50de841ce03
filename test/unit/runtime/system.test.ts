import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { From } from '../../../src/runtime/call.ts';
import { genServer } from '../../../src/runtime/gen-server.ts';
import type { System } from '../../../src/runtime/system.ts';
import { counter, gate, settle, world } from './world.ts';

describe('the system', () => {
  test('gives every incarnation a pid of its own that never comes back', async () => {
    const { system, start } = world();
    const first = await start(counter());
    system.exit(first, 'kill');
    const second = await start(counter());
    expect([first.id, second.id]).toEqual(['p1', 'p2']);
    expect(system.find('p1')).toBe(null);
    expect(system.find('p2')).toBe(second);
  });

  test('counts every cast to a dead pid and tells of the 1st, 2nd, 4th …', async () => {
    const { system, start, of } = world();
    const pid = await start(counter(), { id: 'a' });
    system.exit(pid, 'kill');
    for (let i = 0; i < 5; i += 1) system.cast(pid, { type: 'crash' });
    expect(system.deadLetters).toBe(5);
    expect(of('dead-letter')).toEqual(
      [1, 2, 4].map((total) => ({ type: 'dead-letter', path: 'a', pid, total })),
    );
  });

  test('lets no listener that throws disturb anybody', async () => {
    const { system, start } = world();
    const heard: string[] = [];
    system.onEvent(() => {
      throw new Error('bad listener');
    });
    const off = system.onEvent((event) => heard.push(event.type));
    const pid = await start(counter());
    expect(heard).toEqual(['start']);
    expect(system.listenerFaults).toBe(1);
    off();
    system.exit(pid, 'kill');
    expect(heard).toEqual(['start']);
  });

  test('tells a process what happens as long as that lives', async () => {
    const { system, start } = world();
    const heard: string[] = [];
    const listener = await start(
      genServer<System>({
        init(ctx) {
          ctx.system.onEvent((event) => heard.push(event.type));
          return ctx.system;
        },
        terminate(_reason, own) {
          setImmediate(() => own.onEvent((event) => heard.push(`late ${event.type}`)));
        },
      }),
    );
    await start(counter());
    expect(heard).toEqual(['start', 'start']);
    await system.stop(listener, 'normal', 1000);
    await settle();
    const before = heard.length;
    await start(counter());
    expect(heard).toHaveLength(before);
  });

  test('shows what waits in a mailbox', async () => {
    const { system, start } = world();
    const pid = await start(counter(), { id: 'a' });
    system.cast(pid, { type: 'add', by: 1 });
    system.cast(pid, { type: 'add', by: 1 });
    expect(system.inspect(pid)).toEqual({ pid, id: 'a', path: 'a', kind: 'worker', mailbox: 2, dropped: 0 });
    await settle();
    expect([...system.processes()].map((process) => process.mailbox)).toEqual([0]);
    system.exit(pid, 'kill');
    expect(system.inspect(pid)).toBe(null);
  });

  test('tells how a process ends: with its reason, to everybody who waits, and noproc if it has ended before', async () => {
    const { system, start } = world();
    const crashed = await start(counter());
    const waiting = [system.ended(crashed), system.ended(crashed)];
    system.cast(crashed, { type: 'crash' });
    const reason = { error: new Error('crash') };
    expect(await Promise.all(waiting)).toEqual([reason, reason]);
    expect(await system.ended(crashed)).toBe('noproc');
    const killed = await start(counter());
    const end = system.ended(killed);
    system.exit(killed, 'kill');
    expect(await end).toBe('killed');
  });

  test('tells how a process ends whose init fails, and says so only when terminate is done', async () => {
    const { system, start } = world();
    const error = new Error('no');
    const failing = system.start(genServer({ init: () => Promise.reject(error) }));
    if (failing.pid === null) throw new Error('no pid');
    expect(await system.ended(failing.pid)).toEqual({ error });

    const [go, ended] = [gate(), [] as unknown[]];
    const slow = await start(genServer({ init: () => 0, terminate: () => go.promise }));
    void system.ended(slow).then((reason) => ended.push(reason));
    void system.stop(slow, 'shutdown', Number.POSITIVE_INFINITY);
    await settle();
    expect(ended).toEqual([]);
    go.resolve();
    await settle();
    expect(ended).toEqual(['shutdown']);
  });

  test('counts what full mailboxes refuse, of each and of all; calls count as well', async () => {
    const { system, start } = world({ mailboxMax: 2 });
    const [a, b] = [await start(counter()), await start(counter())];
    for (let i = 0; i < 5; i += 1) system.cast(a, { type: 'add', by: 1 });
    for (let i = 0; i < 2; i += 1) system.cast(b, { type: 'add', by: 1 });
    const refused = await system.call(b, (from: From<number>) => ({ type: 'get', from }), 1_000);
    expect(refused.ok).toBe(false);
    expect([system.inspect(a)?.dropped, system.inspect(b)?.dropped, system.dropped]).toEqual([3, 1, 4]);
    expect(system.deadLetters).toBe(0);
  });

  test('gives a process the mailbox its start asks for, and others the usual', async () => {
    const { system, start } = world({ mailboxMax: 3 });
    const small = await start(counter(), { mailboxMax: 1 });
    const large = await start(counter(), { mailboxMax: 10 });
    const usual = await start(counter());
    for (const pid of [small, large, usual]) {
      for (let i = 0; i < 8; i += 1) system.cast(pid, { type: 'add', by: 1 });
    }
    const infos = [small, large, usual].map((pid) => system.inspect(pid));
    expect(infos.map((info) => [info?.mailbox, info?.dropped])).toEqual([
      [1, 7],
      [8, 0],
      [3, 5],
    ]);
  });

  test('keeps no node process alive, and lets no process live on by itself', () => {
    const program = `
      const { createSystem } = await import('${new URL('../../../src/runtime/system.ts', import.meta.url)}');
      const { systemClock } = await import('${new URL('../../../src/lib/clock.ts', import.meta.url)}');
      const { genServer } = await import('${new URL('../../../src/runtime/gen-server.ts', import.meta.url)}');
      const system = createSystem({ name: 'x', clock: systemClock, mailboxMax: 10 });
      const spawned = await system.spawn(genServer({ init: (ctx) => { ctx.setTimer('t', 60000); return 0; } }));
      await system.stop(spawned.pid, 'shutdown', 60000);
      console.log('stopped');`;
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', program], { timeout: 4000 });
    expect(String(ran.stderr)).toBe('');
    expect(String(ran.stdout)).toBe('stopped\n');
    expect(ran.status).toBe(0);
  });
});
