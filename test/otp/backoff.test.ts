import { describe, expect, test } from 'vitest';
import type { Random } from '../../src/lib/random.ts';
import type { ChildSpec } from '../../src/supervision/child-spec.ts';
import { type Backoff, dynamicSupervisor, supervisor } from '../../src/supervision/supervisor.ts';
import {
  countChildren,
  deleteChild,
  restartChild,
  startChild,
  terminateChild,
  terminateDynamicChild,
  whichChild,
  whichChildren,
} from '../../src/supervision/supervisor-admin.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { settle, world } from '../unit/runtime/world.ts';
import { child, childPid, fragile, noRandom, pidOf, spec } from '../unit/supervision/nursery.ts';
import { dice, heardClock } from './children-c.ts';

const plain: Backoff = { minMs: 100, maxMs: 1_000, factor: 2, jitter: 0, resetAfterMs: 5_000 };

interface Options {
  readonly backoff?: Backoff | undefined;
  readonly intensity?: number;
  readonly periodMs?: number;
  readonly children?: readonly ChildSpec[];
  readonly random?: Random;
  readonly strategy?: 'one_for_one' | 'one_for_all';
}

async function family({ intensity = 1_000, periodMs = 1e6, random = noRandom, ...options }: Options = {}) {
  const clock = heardClock();
  const w = world({ clock });
  const { children = [spec('a')], strategy = 'one_for_one' } = options;
  const backoff = 'backoff' in options ? options.backoff : plain;
  const sup = await w.start(supervisor({ strategy, intensity, periodMs, backoff, children }, { random }), {
    id: 'sup',
  });
  return {
    ...w,
    clock,
    sup,
    state: (id = 'a') => w.system.inspect(sup)?.children?.find((info) => info.id === id)?.state,
    async crash(id = 'a') {
      w.system.exit(childPid(w.system, sup, id), 'kill');
      await settle();
    },
    async pass(ms: number) {
      clock.advance(ms);
      await settle();
    },
  };
}

describe('line 59', () => {
  test('59 backoff: the first restart is immediate, each after it waits longer, until the longest wait there is', async () => {
    const { clock, crash, pass, state } = await family();
    await crash();
    expect(state()).toBe('running');
    expect(clock.delays).toEqual([]);
    const waits = [100, 200, 400, 800, 1_000, 1_000];
    for (const waitMs of waits) {
      await crash();
      await pass(waitMs - 1);
      expect(state()).toBe('restarting');
      await pass(1);
      expect(state()).toBe('running');
    }
    expect(clock.delays).toEqual(waits);
  });

  test.each([
    ['without a backoff', undefined],
    ['with one that waits longer than the period in all', plain],
  ])(
    '59 backoff: the wait hides nothing: %s the same lives end the supervisor at the same fall',
    async (_how, backoff) => {
      const { crash, pass, state, sup, system } = await family({ backoff, intensity: 5, periodMs: 1_000 });
      const lifeMs = 150;
      for (let fall = 1; fall <= 5; fall += 1) {
        await pass(lifeMs);
        await crash();
        // However long it waits, it has not lived meanwhile.
        while (state() === 'restarting') await pass(100);
        expect(state()).toBe('running');
      }
      await pass(lifeMs);
      await crash();
      expect(system.alive(sup)).toBe(false);
    },
  );

  test('59 backoff: a restart that fails waits longer each time as well, and is not tried before its time', async () => {
    let [broken, attempts] = [false, 0];
    const flaky = fragile('a', () => {
      attempts += 1;
      return broken;
    });
    // Less than the waits together: to wait is not to be healthy.
    const backoff = { ...plain, resetAfterMs: 500 };
    const { clock, crash, pass, state } = await family({ backoff, children: [flaky] });
    broken = true;
    await crash();
    const waits = [100, 200, 400, 800, 1_000];
    for (const [failed, waitMs] of waits.entries()) {
      // The very first start, the immediate restart, and one for each wait that is over.
      expect(attempts).toBe(2 + failed);
      await pass(waitMs - 1);
      expect(attempts).toBe(2 + failed);
      broken = failed + 1 < waits.length;
      await pass(1);
    }
    expect(clock.delays).toEqual(waits);
    expect(state()).toBe('running');
  });

  test('59 backoff: chance takes its share of each delay, and no more', async () => {
    const random = dice([0, 0.5, 0.999]);
    const { clock, crash, pass } = await family({ backoff: { ...plain, jitter: 0.5 }, random });
    await crash();
    for (let i = 0; i < 4; i += 1) {
      await crash();
      await pass(1_000);
    }
    expect(clock.delays).toEqual([100, 200 * 0.75, 400 * (1 - 0.5 * 0.999), 800]);
  });

  test('59 backoff: children that fall together come back apart, each when its own delay is over', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `c${index}`);
    const { clock, of, pass, sup, system } = await family({
      backoff: { ...plain, jitter: 0.5 },
      children: ids.map((id) => spec(id)),
      random: seededRandom(59),
    });
    for (let round = 0; round < 2; round += 1) {
      for (const id of ids) system.exit(childPid(system, sup, id), 'kill');
      await settle();
    }
    expect(clock.delays).toHaveLength(50);
    expect(new Set(clock.delays).size).toBe(50);
    expect(clock.delays.every((ms) => ms > 50 && ms <= 100)).toBe(true);
    const restarted = of('restart').length;
    const sorted = clock.delays.toSorted((a, b) => a - b);
    for (const [back, delayMs] of sorted.entries()) {
      await pass(delayMs - clock.monotonicMs());
      expect(of('restart')).toHaveLength(restarted + back + 1);
    }
  });

  test('59 backoff: after a healthy period a restart is immediate and delays begin anew; a moment less is none', async () => {
    const { clock, crash, pass, state } = await family();
    await crash();
    await crash();
    await pass(100);
    await pass(plain.resetAfterMs - 1);
    await crash();
    expect(clock.delays).toEqual([100, 200]);
    await pass(200);
    await pass(plain.resetAfterMs);
    await crash();
    expect(state()).toBe('running');
    await crash();
    expect(clock.delays).toEqual([100, 200, 100]);
  });

  test('59 backoff: the time a child waits is no healthy time', async () => {
    const { clock, crash, pass } = await family({ backoff: { ...plain, resetAfterMs: 50 } });
    await crash();
    for (const waitMs of [100, 200, 400]) {
      await crash();
      await pass(waitMs);
    }
    expect(clock.delays).toEqual([100, 200, 400]);
  });

  test('59 backoff: siblings have delays of their own', async () => {
    const { clock, crash, pass } = await family({ children: [spec('a'), spec('b')] });
    await crash('a');
    await crash('a');
    await crash('b');
    await crash('b');
    await pass(100);
    await crash('a');
    expect(clock.delays).toEqual([100, 100, 200]);
  });

  test('59 backoff: a waiting child shows `restarting`, has no pid and is not active', async () => {
    const { crash, pass, sup, system } = await family({ children: [spec('a'), spec('b')] });
    await crash();
    await crash();
    const waiting = { id: 'a', state: 'restarting', pid: null };
    expect(await whichChild(system, sup, 'a')).toMatchObject({ ok: true, child: waiting });
    expect(await whichChildren(system, sup)).toMatchObject([{ id: 'b', state: 'running' }, waiting]);
    expect(system.inspect(sup)?.children).toMatchObject([waiting, { id: 'b' }]);
    expect(await countChildren(system, sup)).toEqual({ specs: 2, active: 1, supervisors: 0, workers: 2 });
    expect(await restartChild(system, sup, 'a')).toEqual({ ok: false, error: 'restarting' });
    expect(await deleteChild(system, sup, 'a')).toEqual({ ok: false, error: 'restarting' });
    await pass(100);
    expect(await whichChild(system, sup, 'a')).toMatchObject({ child: { state: 'running', restarts: 2 } });
    expect(await countChildren(system, sup)).toMatchObject({ active: 2 });
  });

  test('59 backoff: terminateChild cancels the timer of a waiting child, which stays down', async () => {
    const { clock, crash, of, pass, state, sup, system } = await family();
    await crash();
    await crash();
    expect(clock.timers).toBe(1);
    expect(await terminateChild(system, sup, 'a')).toEqual({ ok: true });
    expect(clock.timers).toBe(0);
    const restarts = of('restart').length;
    await pass(100_000);
    expect(of('restart')).toHaveLength(restarts);
    expect(state()).toBe('stopped');
    expect((await restartChild(system, sup, 'a')).ok).toBe(true);
    expect(clock.timers).toBe(0);
  });

  test('59 backoff: a timer that several wait for is cancelled when the last of them is terminated', async () => {
    const { clock, crash, pass, state, sup, system } = await family({
      strategy: 'one_for_all',
      children: [spec('a'), spec('b')],
    });
    await crash('a');
    await crash('a');
    expect([state('a'), state('b'), clock.timers]).toEqual(['restarting', 'restarting', 1]);
    await terminateChild(system, sup, 'a');
    expect([state('a'), state('b'), clock.timers]).toEqual(['stopped', 'restarting', 1]);
    await terminateChild(system, sup, 'b');
    expect([state('a'), state('b'), clock.timers]).toEqual(['stopped', 'stopped', 0]);
    await pass(100_000);
    expect([state('a'), state('b')]).toEqual(['stopped', 'stopped']);
  });

  test('59 backoff: terminateChild cancels the timer of a dynamic child, and the end of the supervisor all of them', async () => {
    const clock = heardClock();
    const w = world({ clock });
    const sup = await w.start(
      dynamicSupervisor(
        {
          strategy: 'simple_one_for_one',
          intensity: 100,
          backoff: plain,
          child: (id: string) => ({ id, start: () => child(id) }),
        },
        { random: noRandom },
      ),
    );
    const ids = ['a', 'b', 'c'];
    for (const id of ids) await startChild(w.system, sup, id);
    for (let round = 0; round < 2; round += 1) {
      for (const id of ids) w.system.exit(childPid(w.system, sup, id), 'kill');
      await settle();
    }
    expect(clock.timers).toBe(3);
    expect(await terminateDynamicChild(w.system, sup, 'a')).toEqual({ ok: true });
    expect(clock.timers).toBe(2);
    await w.system.stop(sup, 'shutdown', 1_000);
    expect(clock.timers).toBe(0);
    clock.advance(100_000);
    await settle();
    expect([...w.system.processes()]).toEqual([]);
  });

  test('59 backoff: a fall counts when it happens, and the one too many ends the supervisor at once, not after a delay', async () => {
    const { clock, crash, of, pass, state, sup, system } = await family({ intensity: 3, periodMs: 700 });
    await crash();
    await crash();
    await pass(100);
    await crash();
    await pass(200);
    expect(state()).toBe('running');
    await crash();
    expect(system.alive(sup)).toBe(false);
    expect(of('intensity-exceeded').map(({ restarts }) => restarts)).toEqual([4]);
    expect(clock.timers).toBe(0);
  });

  test('59 backoff: siblings that wait count for the intensity of all', async () => {
    const { crash, sup, system } = await family({ intensity: 4, children: [spec('a'), spec('b')] });
    for (const id of ['a', 'a', 'b', 'b']) await crash(id);
    expect(system.alive(sup)).toBe(true);
    expect([pidOf(system, sup, 'a'), pidOf(system, sup, 'b')]).toEqual([null, null]);
    expect(await startChild(system, sup, spec('c'))).toMatchObject({ ok: true });
    await crash('c');
    expect(system.alive(sup)).toBe(false);
  });

  test.each([plain, undefined])(
    '59 backoff: a child that cannot start uses up the intensity, with delays or without (%j)',
    async (backoff) => {
      let [broken, attempts] = [false, 0];
      const flaky = fragile('a', () => {
        if (broken) attempts += 1;
        return broken;
      });
      const { clock, crash, of, pass, sup, system } = await family({
        backoff,
        intensity: 5,
        children: [flaky],
      });
      broken = true;
      await crash();
      while (clock.timers > 0) await pass(1_000);
      expect(attempts).toBe(5);
      expect(of('intensity-exceeded').map(({ restarts }) => restarts)).toEqual([6]);
      expect(system.alive(sup)).toBe(false);
    },
  );
});
