import { describe, expect, test } from 'vitest';
import { genServer } from '../../../src/runtime/gen-server.ts';
import { processName } from '../../../src/runtime/process-name.ts';
import { registry } from '../../../src/runtime/registry.ts';
import type { ChildSpec } from '../../../src/supervision/child-spec.ts';
import { type DynamicMessage, dynamicSupervisor, supervisor } from '../../../src/supervision/supervisor.ts';
import {
  countChildren,
  deleteChild,
  restartChild,
  startChild,
  terminateChild,
  whichChildren,
} from '../../../src/supervision/supervisor-admin.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { counter, gate, settle, world } from '../runtime/world.ts';
import { childPid, deps, fragile, pidOf, spec, startSupervisor } from './nursery.ts';

describe('a static supervisor', () => {
  test('answers what OTP answers about children that run, are stopped, or are unknown', async () => {
    const w = world();
    const { system } = w;
    const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [spec('a')] });
    const a = childPid(system, sup, 'a');
    expect(await startChild(system, sup, spec('a'))).toEqual({ ok: false, error: 'already_started', pid: a });
    expect(await restartChild(system, sup, 'a')).toEqual({ ok: false, error: 'running' });
    expect(await deleteChild(system, sup, 'a')).toEqual({ ok: false, error: 'running' });
    expect(await terminateChild(system, sup, 'x')).toEqual({ ok: false, error: 'not_found' });
    expect(await restartChild(system, sup, 'x')).toEqual({ ok: false, error: 'not_found' });
    expect(await deleteChild(system, sup, 'x')).toEqual({ ok: false, error: 'not_found' });

    expect(await terminateChild(system, sup, 'a')).toEqual({ ok: true });
    expect(await terminateChild(system, sup, 'a')).toEqual({ ok: true });
    expect(await countChildren(system, sup)).toEqual({ specs: 1, active: 0, supervisors: 0, workers: 1 });
    expect(await startChild(system, sup, spec('a'))).toEqual({ ok: false, error: 'already_present' });

    const restarted = await restartChild(system, sup, 'a');
    expect(restarted).toEqual({ ok: true, pid: childPid(system, sup, 'a') });
    await terminateChild(system, sup, 'a');
    expect(await deleteChild(system, sup, 'a')).toEqual({ ok: true });
    expect(await restartChild(system, sup, 'a')).toEqual({ ok: false, error: 'not_found' });
  });

  test('does not restart a child that was ended on purpose', async () => {
    const w = world();
    const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [spec('a')] });
    await terminateChild(w.system, sup, 'a');
    await settle();
    expect(w.of('restart')).toEqual([]);
    expect(w.of('not-restarted')).toEqual([]);
  });

  test('gives back the error of a start and lists nothing of it', async () => {
    const w = world();
    const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [] });
    expect(
      await startChild(
        w.system,
        sup,
        fragile('a', () => true),
      ),
    ).toEqual({
      ok: false,
      error: { start: { error: new Error('a is broken') } },
    });
    expect(await whichChildren(w.system, sup)).toEqual([]);
  });

  test('lists its children in reverse start order', async () => {
    const w = world();
    const inner = () => supervisor({ strategy: 'rest_for_one', children: [] }, deps);
    const children = [spec('a'), { id: 'inner', start: inner }];
    const sup = await startSupervisor(w, { strategy: 'one_for_one', children });
    expect(await whichChildren(w.system, sup)).toMatchObject([
      { id: 'inner', kind: 'supervisor' },
      { id: 'a', kind: 'worker' },
    ]);
    expect(await countChildren(w.system, sup)).toEqual({ specs: 2, active: 2, supervisors: 1, workers: 1 });
  });

  test('that is gone answers noproc', async () => {
    const w = world();
    const { system } = w;
    const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [] });
    system.exit(sup, 'kill');
    expect(await startChild(system, sup, spec('a'))).toEqual({ ok: false, error: 'noproc' });
    expect(await terminateChild(system, sup, 'a')).toEqual({ ok: false, error: 'noproc' });
    expect(await countChildren(system, sup)).toBe(null);
  });

  test('under one_for_one is not held up by one child that takes long to start', async () => {
    const w = world();
    const { system } = w;
    const opened = gate();
    const slow = (): ChildSpec => ({ id: 'slow', start: () => genServer({ init: () => opened.promise }) });
    const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [spec('a')] });
    const first = startChild(system, sup, slow());
    const second = startChild(system, sup, slow());
    const restart = w.next('restart');
    system.exit(childPid(system, sup, 'a'), 'kill');
    await restart;
    opened.resolve();
    const started = await first;
    if (!started.ok) throw new Error('not started');
    expect(await second).toEqual({ ok: false, error: 'already_started', pid: started.pid });
  });
});

describe('a child that never gets through its init', () => {
  const deaf = (id: string): ChildSpec => ({
    id,
    shutdown: 100,
    start: () => genServer({ init: () => new Promise<null>(() => {}) }),
  });

  test('can be terminated, within its shutdown time; whoever waits for its start is told', async () => {
    const clock = manualClock();
    const { system, start } = world({ clock });
    const sup = await start(supervisor({ strategy: 'one_for_one', children: [spec('a')] }, deps));
    const started = startChild(system, sup, deaf('slow'));
    await settle();
    const terminated = terminateChild(system, sup, 'slow');
    await settle();
    clock.advance(100);
    expect(await started).toEqual({ ok: false, error: { start: 'killed' } });
    // A start that failed leaves no spec behind.
    expect(await terminated).toEqual({ ok: false, error: 'not_found' });
    expect(await countChildren(system, sup)).toMatchObject({ specs: 1, active: 1 });
  });

  test('nor to a behaviour at all, can be terminated at once', async () => {
    const { system, start } = world();
    const sup = await start(supervisor({ strategy: 'one_for_one', children: [] }, deps));
    const { promise, resolve } = gate<ReturnType<typeof counter>>();
    const started = startChild(system, sup, { id: 'slow', start: () => promise });
    await settle();
    expect(await terminateChild(system, sup, 'slow')).toEqual({ ok: false, error: 'not_found' });
    expect(await started).toEqual({ ok: false, error: { start: 'shutdown' } });
    resolve(counter());
    await settle();
    expect([...system.processes()].map(({ id }) => id)).toEqual([sup.id]);
  });
});

test('more admin calls on one child than may wait for their turn are refused as overloaded, and nothing else is', async () => {
  const { system, start } = world({ mailboxMax: 10_000 });
  const opened = gate();
  const slow = { id: 'slow', start: () => genServer({ init: () => opened.promise }) };
  const sup = await start(supervisor({ strategy: 'one_for_one', children: [spec('a')] }, deps));
  const first = startChild(system, sup, slow);
  await settle();
  const others = Array.from({ length: 1_010 }, () => deleteChild(system, sup, 'slow'));
  await settle();
  expect((await Promise.all(others.slice(1_000))).map((answer) => !answer.ok && answer.error)).toEqual(
    Array(10).fill('overloaded'),
  );
  expect(await deleteChild(system, sup, 'a')).toEqual({ ok: false, error: 'running' });
  opened.resolve();
  expect((await first).ok).toBe(true);
  expect(await others[0]).toEqual({ ok: false, error: 'running' });
});

test('a child that sends its supervisor an exit signal and lives is not replaced', async () => {
  const { system, start } = world();
  const sup = await start(supervisor({ strategy: 'one_for_one', children: [] }, deps));
  const liar = genServer({
    init: (ctx) => ctx.setTimer('lie', 0),
    handleInfo: (_timeout, _state, ctx) => ctx.exit(sup, { error: new Error('not dead') }),
  });
  const started = await startChild(system, sup, { id: 'liar', start: () => liar });
  if (!started.ok) throw new Error('not started');
  await settle();
  expect(childPid(system, sup, 'liar')).toBe(started.pid);
  expect([...system.processes()]).toHaveLength(2);
});

describe('a dynamic supervisor', () => {
  const definition = (options: { maxChildren?: number; restart?: 'transient' | 'temporary' } = {}) =>
    dynamicSupervisor(
      {
        strategy: 'simple_one_for_one',
        ...options,
        child: (n: number) => ({ id: `c${n}`, start: counter, restart: options.restart }),
      },
      deps,
    );

  test('starts a child per arguments, under the id its spec gives it, once', async () => {
    const { system, start } = world();
    const sup = await start(definition(), { id: 'dyn' });
    const started = await startChild(system, sup, 7);
    expect(started).toEqual({ ok: true, pid: childPid(system, sup, 'c7') });
    expect(system.inspect(childPid(system, sup, 'c7'))?.path).toBe('dyn/c7');
    expect(await startChild(system, sup, 7)).toMatchObject({ ok: false, error: 'already_started' });
  });

  test('restarts a child that ends abnormally, with its own arguments', async () => {
    const w = world();
    const sup = await w.start(definition({ restart: 'transient' }), { id: 'dyn' });
    await startChild(w.system, sup, 1);
    await startChild(w.system, sup, 2);
    const other = childPid(w.system, sup, 'c1');
    const restart = w.next('restart');
    w.system.exit(childPid(w.system, sup, 'c2'), 'kill');
    expect(await restart).toMatchObject({ path: 'dyn/c2', strategy: 'simple_one_for_one' });
    expect(childPid(w.system, sup, 'c1')).toBe(other);
  });

  test('forgets a child that ended and is not restarted, so that its id is free', async () => {
    const w = world();
    const sup = await w.start(definition({ restart: 'transient', maxChildren: 1 }));
    await startChild(w.system, sup, 1);
    expect(await startChild(w.system, sup, 2)).toEqual({ ok: false, error: 'max_children' });
    await w.system.stop(childPid(w.system, sup, 'c1'), 'normal', 1000);
    await settle();
    expect(pidOf(w.system, sup, 'c1')).toBe(null);
    expect((await startChild(w.system, sup, 2)).ok).toBe(true);
    expect((await terminateChild(w.system, sup, childPid(w.system, sup, 'c2'))).ok).toBe(true);
    expect(await countChildren(w.system, sup)).toEqual({ specs: 0, active: 0, supervisors: 0, workers: 0 });
  });

  test('refuses what makes no sense for it', async () => {
    const { system, start } = world();
    const sup = await start(definition());
    await startChild(system, sup, 1);
    expect(await restartChild(system, sup, 'c1')).toEqual({ ok: false, error: 'simple_one_for_one' });
    expect(await deleteChild(system, sup, 'c1')).toEqual({ ok: false, error: 'simple_one_for_one' });
  });

  test('ends its children side by side: together they take as long as the slowest', async () => {
    const clock = manualClock();
    const w = world({ clock });
    const deaf = (n: number): ChildSpec => ({
      id: `c${n}`,
      shutdown: n,
      start: () => genServer({ init: () => 0, terminate: () => new Promise<void>(() => {}) }),
    });
    const sup = await w.start(dynamicSupervisor({ strategy: 'simple_one_for_one', child: deaf }, deps));
    for (const n of [100, 200, 300]) await startChild(w.system, sup, n);
    const stopped = w.system.stop(sup, 'shutdown', Number.POSITIVE_INFINITY);
    await settle();
    clock.advance(300);
    await stopped;
    expect(clock.monotonicMs()).toBe(300);
  });

  test('comes back from a kill without children', async () => {
    const w = world();
    const name = processName<DynamicMessage<number>>('dyn');
    const sup = await startSupervisor(w, {
      strategy: 'one_for_one',
      children: [
        { id: 'registry', start: () => registry(w.system) },
        { id: 'dyn', name, start: () => definition() },
      ],
    });
    expect((await startChild(w.system, name, 1)).ok).toBe(true);
    const restart = w.next('restart');
    w.system.exit(childPid(w.system, sup, 'dyn'), 'kill');
    expect([...w.system.processes()].map((process) => process.path)).toEqual(['sup', 'sup/registry']);
    const { newPid } = await restart;
    expect(w.system.inspect(newPid)?.children).toEqual([]);
  });
});
