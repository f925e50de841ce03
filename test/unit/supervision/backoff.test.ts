import { describe, expect, test } from 'vitest';
import { startChild, terminateChild } from '../../../src/supervision/supervisor-admin.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { settle, world } from '../runtime/world.ts';
import { childPid, pidOf, spec, startSupervisor } from './nursery.ts';

const backoff = { minMs: 100, maxMs: 350, factor: 2, jitter: 0, resetAfterMs: 1000 };

async function crashing(intensity = 100, strategy: 'one_for_one' | 'rest_for_one' = 'one_for_one') {
  const clock = manualClock();
  const w = world({ clock });
  const children = [spec('a'), spec('b')];
  const sup = await startSupervisor(w, { strategy, intensity, periodMs: 100_000, backoff, children });
  const state = (id = 'a') => w.system.inspect(sup)?.children?.find((info) => info.id === id)?.state;
  const crash = async (id = 'a') => {
    w.system.exit(childPid(w.system, sup, id), 'kill');
    await settle();
  };
  return { ...w, clock, sup, state, crash };
}

describe('backoff', () => {
  test('restarts at once after a healthy time, then waits ever longer up to its bound', async () => {
    const { clock, crash, state } = await crashing();
    await crash();
    expect(state()).toBe('running');
    for (const delayMs of [100, 200, 350, 350]) {
      await crash();
      expect(state()).toBe('restarting');
      clock.advance(delayMs - 1);
      await settle();
      expect(state()).toBe('restarting');
      clock.advance(1);
      await settle();
      expect(state()).toBe('running');
    }
    clock.advance(1000);
    await crash();
    expect(state()).toBe('running');
  });

  test('hides nothing from intensity', async () => {
    const { clock, crash, of, sup, system } = await crashing(2);
    await crash();
    await crash();
    clock.advance(100);
    await settle();
    await crash();
    expect(of('intensity-exceeded').map((event) => event.restarts)).toEqual([3]);
    expect(system.alive(sup)).toBe(false);
  });

  test('is called off by terminateChild', async () => {
    const { clock, crash, state, sup, system } = await crashing();
    await crash();
    await crash();
    expect(clock.timers).toBe(1);
    expect(await terminateChild(system, sup, 'a')).toEqual({ ok: true });
    expect(clock.timers).toBe(0);
    clock.advance(10_000);
    await settle();
    expect(state()).toBe('stopped');
  });

  test('ends with its supervisor', async () => {
    const { clock, crash, sup, system } = await crashing();
    await crash();
    await crash();
    await system.stop(sup, 'shutdown', 1000);
    expect(clock.timers).toBe(0);
    expect([...system.processes()]).toEqual([]);
  });

  test('does not keep the supervisor from answering', async () => {
    const { crash, sup, system } = await crashing();
    await crash();
    await crash();
    expect((await startChild(system, sup, spec('c'))).ok).toBe(true);
    expect(await startChild(system, sup, spec('a'))).toEqual({ ok: false, error: 'already_present' });
  });

  test('keeps the siblings a strategy ends down until its time, and restarts them together', async () => {
    const { clock, crash, of, state, sup, system } = await crashing(100, 'rest_for_one');
    await crash();
    const b = pidOf(system, sup, 'b');
    await crash();
    expect([state('a'), state('b')]).toEqual(['restarting', 'restarting']);
    clock.advance(100);
    await settle();
    expect([state('a'), state('b')]).toEqual(['running', 'running']);
    expect(
      of('restart')
        .at(-1)
        ?.alsoRestarted.map((also) => also.oldPid),
    ).toEqual([b]);
    expect(of('restart').at(-1)?.latencyUs).toBe(100_000);
  });

  test('of a later sibling gives way to the fall of an earlier one', async () => {
    const { clock, crash, of, state } = await crashing(100, 'rest_for_one');
    await crash('b');
    await crash('b');
    expect(state('b')).toBe('restarting');
    await crash('a');
    expect([state('a'), state('b')]).toEqual(['running', 'running']);
    expect(
      of('restart')
        .at(-1)
        ?.alsoRestarted.map((also) => also.path),
    ).toEqual(['sup/b']);
    const restarts = of('restart').length;
    expect(clock.timers).toBe(0);
    clock.advance(10_000);
    await settle();
    expect(of('restart')).toHaveLength(restarts);
  });
});
