import { describe, expect, test } from 'vitest';
import { genServer, ignore } from '../../../src/runtime/gen-server.ts';
import { processName } from '../../../src/runtime/process-name.ts';
import { registry } from '../../../src/runtime/registry.ts';
import { supervisor } from '../../../src/supervision/supervisor.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { type CounterMessage, counter, settle, world } from '../runtime/world.ts';
import { childPid, deps, fragile, pidOf, spec, startSupervisor } from './nursery.ts';

const never = () => new Promise<void>(() => {});

describe('a supervisor starts', () => {
  test('its children in list order, each under its own path and id', async () => {
    const w = world();
    const log: string[] = [];
    const sup = await startSupervisor(w, {
      strategy: 'one_for_one',
      children: [spec('a', log), spec('b', log)],
    });
    expect(log).toEqual(['+a', '+b']);
    expect(w.of('start').map((event) => event.path)).toEqual(['sup/a', 'sup/b', 'sup']);
    expect(w.system.inspect(sup)).toMatchObject({
      kind: 'supervisor',
      strategy: 'one_for_one',
      children: [
        { id: 'a', path: 'sup/a', kind: 'worker', state: 'running', restarts: 0 },
        { id: 'b', path: 'sup/b', kind: 'worker', state: 'running', restarts: 0 },
      ],
    });
  });

  test('not at all if a child fails to: those before it are ended in reverse and the reason names it', async () => {
    const w = world();
    const log: string[] = [];
    const definition = {
      strategy: 'one_for_one',
      children: [spec('a', log), spec('b', log), fragile('c', () => true), spec('d', log)],
    } as const;
    const spawned = await w.system.spawn(supervisor(definition, deps));
    expect(spawned).toEqual({
      ok: false,
      reason: { shutdown: { failed_to_start_child: 'c', reason: { error: new Error('c is broken') } } },
    });
    expect(log).toEqual(['+a', '+b', '-b', '-a']);
    expect([...w.system.processes()]).toEqual([]);
  });

  test('without a child that is not needed, whose spec stays unless it is temporary', async () => {
    const w = world();
    const start = () => genServer({ init: () => ignore });
    const sup = await startSupervisor(w, {
      strategy: 'one_for_one',
      children: [
        { id: 'a', start },
        { id: 'b', start, restart: 'temporary' },
      ],
    });
    expect(w.system.inspect(sup)?.children).toMatchObject([{ id: 'a', state: 'stopped', pid: null }]);
  });

  test.each([
    ['a slash in an id', [spec('a/b')], {}],
    ['an id given twice', [spec('a'), spec('a')], {}],
    ['a significant child', [spec('a', [], { significant: true })], {}],
    ['a negative shutdown', [spec('a', [], { shutdown: -1 })], {}],
    ['an intensity below 0', [], { intensity: -1 }],
    ['an endless period', [], { periodMs: Number.POSITIVE_INFINITY }],
  ])('never with %s', (_what, children, limits) => {
    expect(() => supervisor({ strategy: 'one_for_one', children, ...limits }, deps)).toThrow();
  });
});

describe('a supervisor ends', () => {
  test('its children in reverse order, then itself', async () => {
    const w = world();
    const log: string[] = [];
    const sup = await startSupervisor(w, {
      strategy: 'one_for_one',
      children: [spec('a', log), spec('b', log)],
    });
    await w.system.stop(sup, 'shutdown', 1000);
    expect(log).toEqual(['+a', '+b', '-b', '-a']);
    expect(w.of('exit').map((event) => [event.path, event.reason])).toEqual([
      ['sup/b', 'shutdown'],
      ['sup/a', 'shutdown'],
      ['sup', 'shutdown'],
    ]);
  });

  test('obedient children in order, the deaf after their time, and the brutally killed at once', async () => {
    const clock = manualClock();
    const w = world({ clock });
    const log: string[] = [];
    const deaf = () => genServer({ init: () => 0, terminate: never });
    const sup = await startSupervisor(w, {
      strategy: 'one_for_one',
      children: [
        spec('obedient', log),
        { id: 'deaf', start: deaf, shutdown: 300 },
        spec('brutal', log, { shutdown: 'brutal_kill' }),
      ],
    });
    const stopped = w.system.stop(sup, 'shutdown', Number.POSITIVE_INFINITY);
    await settle();
    clock.advance(299);
    await settle();
    expect(w.of('exit').map((event) => event.path)).toEqual(['sup/brutal']);
    clock.advance(1);
    await stopped;
    expect(log).toEqual(['+obedient', '+brutal', '-obedient']);
    expect(w.of('exit').map((event) => event.reason)).toEqual(['killed', 'killed', 'shutdown', 'shutdown']);
  });

  test('by a kill with its whole subtree in the same moment', async () => {
    const w = world();
    const inner = () => supervisor({ strategy: 'one_for_one', children: [spec('x'), spec('y')] }, deps);
    const sup = await startSupervisor(w, {
      strategy: 'one_for_one',
      children: [{ id: 'inner', start: inner }],
    });
    w.system.exit(sup, 'kill');
    expect([...w.system.processes()]).toEqual([]);
  });

  test('while a child is still in its init', async () => {
    const w = world();
    const start = () => genServer({ init: never });
    const starting = w.system.start(
      supervisor({ strategy: 'one_for_one', children: [spec('a'), { id: 'slow', start }] }, deps),
    );
    await settle();
    if (starting.pid !== null) w.system.exit(starting.pid, 'kill');
    expect(await starting.started).toEqual({ ok: false, reason: 'killed' });
    expect([...w.system.processes()]).toEqual([]);
  });
});

describe('a child that ends', () => {
  test('under one_for_one is replaced alone; the event says by whom and how fast', async () => {
    const w = world();
    const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [spec('a'), spec('b')] });
    const [a, b] = [childPid(w.system, sup, 'a'), childPid(w.system, sup, 'b')];
    const restart = w.next('restart');
    w.system.exit(a, 'kill');
    const event = await restart;
    expect(event).toMatchObject({ path: 'sup/a', oldPid: a, strategy: 'one_for_one', alsoRestarted: [] });
    expect(event.newPid).toBe(childPid(w.system, sup, 'a'));
    expect(event.newPid).not.toBe(a);
    expect(event.latencyUs).toBeGreaterThan(0);
    expect(childPid(w.system, sup, 'b')).toBe(b);
    expect(w.system.inspect(sup)?.children).toMatchObject([{ restarts: 1 }, { restarts: 0 }]);
  });

  test('has its restart measured from its exit to the end of the new init, on the monotonic clock', async () => {
    const clock = manualClock();
    const w = world({ clock });
    let slow: boolean = false;
    const start = () =>
      genServer({
        async init() {
          await settle(2);
          if (slow) clock.advance(3);
        },
      });
    const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [{ id: 'a', start }] });
    slow = true;
    const restart = w.next('restart');
    w.system.exit(childPid(w.system, sup, 'a'), 'kill');
    expect((await restart).latencyUs).toBe(3000);
  });

  test('under rest_for_one takes along what was started after it, in order', async () => {
    const w = world();
    const log: string[] = [];
    const children = ['a', 'b', 'c', 'd'].map((id) => spec(id, log));
    const sup = await startSupervisor(w, { strategy: 'rest_for_one', children });
    const old = new Map(['a', 'b', 'c', 'd'].map((id) => [id, childPid(w.system, sup, id)]));
    log.length = 0;
    const restart = w.next('restart');
    w.system.exit(childPid(w.system, sup, 'b'), 'kill');
    const event = await restart;
    expect(log).toEqual(['-d', '-c', '+b', '+c', '+d']);
    expect(childPid(w.system, sup, 'a')).toBe(old.get('a'));
    expect(event.alsoRestarted).toEqual([
      { path: 'sup/c', oldPid: old.get('c'), newPid: childPid(w.system, sup, 'c') },
      { path: 'sup/d', oldPid: old.get('d'), newPid: childPid(w.system, sup, 'd') },
    ]);
  });

  test('under one_for_all takes all along; every old one is dead before the first new one starts', async () => {
    const w = world();
    const sup = await startSupervisor(w, {
      strategy: 'one_for_all',
      children: [spec('a'), spec('b'), spec('t', [], { restart: 'temporary' }), spec('c')],
    });
    const old = ['a', 'b', 't', 'c'].map((id) => childPid(w.system, sup, id));
    const before = w.events.length;
    const restart = w.next('restart');
    w.system.exit(childPid(w.system, sup, 'b'), 'kill');
    const event = await restart;
    const lives = w.events.slice(before).filter(({ type }) => type !== 'report' && type !== 'progress');
    expect(lives.map((e) => `${e.type} ${'path' in e ? e.path : ''}`)).toEqual([
      'exit sup/b',
      'exit sup/c',
      'exit sup/t',
      'exit sup/a',
      'start sup/a',
      'start sup/b',
      'start sup/c',
      'restart sup/b',
    ]);
    expect(old.map((pid) => w.system.alive(pid))).toEqual([false, false, false, false]);
    expect(event.alsoRestarted.map((also) => [also.path, also.newPid !== null])).toEqual([
      ['sup/a', true],
      ['sup/t', false],
      ['sup/c', true],
    ]);
  });

  test('normally is not replaced if transient, and forgotten if temporary', async () => {
    const w = world();
    const sup = await startSupervisor(w, {
      strategy: 'one_for_one',
      children: [spec('tr', [], { restart: 'transient' }), spec('te', [], { restart: 'temporary' })],
    });
    const tr = childPid(w.system, sup, 'tr');
    const te = childPid(w.system, sup, 'te');
    await w.system.stop(tr, 'normal', 1000);
    w.system.exit(te, 'kill');
    await settle();
    expect(w.of('not-restarted')).toEqual([
      { type: 'not-restarted', path: 'sup/tr', oldPid: tr, reason: 'normal' },
      { type: 'not-restarted', path: 'sup/te', oldPid: te, reason: 'killed' },
    ]);
    expect(w.system.inspect(sup)?.children).toMatchObject([{ id: 'tr', state: 'stopped', pid: null }]);
  });

  test('with a name answers to it again', async () => {
    const w = world();
    const name = processName<CounterMessage>('c');
    const children = [
      { id: 'registry', start: () => registry(w.system) },
      { id: 'c', name, start: counter },
    ];
    await startSupervisor(w, { strategy: 'one_for_one', intensity: 10, children });
    const old = w.system.whereis(name);
    for (const path of ['sup/c', 'sup/registry']) {
      const restart = w.next('restart', path);
      const victim = [...w.system.processes()].find((process) => process.path === path);
      if (victim !== undefined) w.system.exit(victim.pid, 'kill');
      await restart;
    }
    expect(w.system.whereis(name)).not.toBe(old);
    expect(w.system.whereis(name)).not.toBe(null);
  });

  test('together with its siblings is restarted once, not once for each', async () => {
    const w = world();
    const sup = await startSupervisor(w, {
      strategy: 'one_for_all',
      intensity: 1,
      children: [spec('a'), spec('b'), spec('c')],
    });
    const restart = w.next('restart');
    for (const id of ['a', 'b', 'c']) w.system.exit(childPid(w.system, sup, id), 'kill');
    expect((await restart).alsoRestarted.map((also) => also.path)).toEqual(['sup/b', 'sup/c']);
    await settle();
    expect(w.of('restart')).toHaveLength(1);
    expect(w.system.alive(sup)).toBe(true);
  });
});

describe('intensity', () => {
  test('exceeded ends the children in reverse and the supervisor with shutdown, and its parent replaces it', async () => {
    const w = world();
    const log: string[] = [];
    const inner = () =>
      supervisor({ strategy: 'one_for_one', intensity: 1, children: [spec('x', log), spec('y', log)] }, deps);
    const sup = await startSupervisor(w, {
      strategy: 'one_for_one',
      children: [{ id: 'inner', start: inner }],
    });
    const innerPid = childPid(w.system, sup, 'inner');
    const once = w.next('restart', 'sup/inner/x');
    w.system.exit(childPid(w.system, innerPid, 'x'), 'kill');
    await once;
    log.length = 0;
    const escalated = w.next('restart', 'sup/inner');
    w.system.exit(childPid(w.system, innerPid, 'x'), 'kill');
    await escalated;
    expect(log).toEqual(['-y', '+x', '+y']);
    expect(w.of('intensity-exceeded')).toEqual([
      { type: 'intensity-exceeded', path: 'sup/inner', pid: innerPid, restarts: 2 },
    ]);
    expect(w.of('exit').find((event) => event.pid === innerPid)?.reason).toBe('shutdown');
  });

  test('is used up by a restart that keeps failing, and the supervisor answers meanwhile', async () => {
    const w = world();
    let broken: boolean = false;
    let attempts = 0;
    let rounds = 0;
    const countRounds = () => {
      rounds += 1;
      if (attempts < 50) setImmediate(countRounds);
    };
    const flaky = fragile('a', () => {
      if (broken) attempts += 1;
      return broken;
    });
    const sup = await startSupervisor(w, { strategy: 'one_for_one', intensity: 50, children: [flaky] });
    broken = true;
    const exceeded = w.next('intensity-exceeded');
    w.system.exit(childPid(w.system, sup, 'a'), 'kill');
    setImmediate(countRounds);
    expect((await exceeded).restarts).toBe(51);
    expect(attempts).toBe(50);
    // At least one round of the event loop for each attempt: nothing else starves.
    expect(rounds).toBeGreaterThanOrEqual(50);
  });
});

describe('a restart that fails half way', () => {
  const broken = (id: string, when: () => boolean, log: string[]) => fragile(id, when, log);

  test('under rest_for_one leaves those alone that it has restarted already', async () => {
    const w = world();
    const log: string[] = [];
    let failures = 0;
    const children = [
      spec('a', log),
      spec('b', log),
      broken('c', () => failures > 0 && failures-- > 0, log),
      spec('d', log),
    ];
    const sup = await startSupervisor(w, { strategy: 'rest_for_one', intensity: 10, children });
    failures = 2;
    log.length = 0;
    const restart = w.next('restart');
    w.system.exit(childPid(w.system, sup, 'b'), 'kill');
    const event = await restart;
    expect(log).toEqual(['-d', '-c', '+b', '+c', '+d']);
    expect(event.path).toBe('sup/b');
    expect(event.alsoRestarted.map((also) => also.path)).toEqual(['sup/c', 'sup/d']);
  });

  test('under one_for_all begins from the start with everybody', async () => {
    const w = world();
    const log: string[] = [];
    let failures = 0;
    const children = [spec('a', log), broken('b', () => failures > 0 && failures-- > 0, log)];
    const sup = await startSupervisor(w, { strategy: 'one_for_all', intensity: 10, children });
    failures = 1;
    log.length = 0;
    const restart = w.next('restart');
    w.system.exit(childPid(w.system, sup, 'a'), 'kill');
    expect((await restart).path).toBe('sup/a');
    expect(log).toEqual(['-b', '+a', '-a', '+a', '+b']);
  });
});

describe('two thousand ends at once', () => {
  test('are all answered by restarts, though the mailbox holds ten messages', async () => {
    const w = world({ mailboxMax: 10 });
    const children = Array.from({ length: 2000 }, (_, i) => spec(`c${i}`));
    const sup = await startSupervisor(w, { strategy: 'one_for_one', intensity: 1e6, periodMs: 1, children });
    for (const info of w.system.inspect(sup)?.children ?? [])
      if (info.pid !== null) w.system.exit(info.pid, 'kill');
    while (w.of('restart').length < 2000) await settle(1);
    expect(w.system.inspect(sup)?.children?.every((info) => info.state === 'running')).toBe(true);
    expect(pidOf(w.system, sup, 'c1999')).not.toBe(null);
  });
});
