import { describe, expect, test } from 'vitest';
import { kill } from '../../../src/actors/kill.ts';
import { findPath } from '../../../src/actors/tree-view.ts';
import { noMeter } from '../../../src/protocols/ports/meter.ts';
import type { Pid } from '../../../src/runtime/pid.ts';
import { createSystem, type System } from '../../../src/runtime/system.ts';
import type { ChildSpec } from '../../../src/supervision/child-spec.ts';
import { supervisor } from '../../../src/supervision/supervisor.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { settle } from '../../support/until.ts';
import { listeningServer } from './listening-server.ts';

const deps = { random: seededRandom(4) };
const leaf = (id: string, more: Partial<ChildSpec> = {}): ChildSpec => ({
  id,
  start: () => listeningServer(),
  ...more,
});

interface World {
  readonly system: System;
  readonly clock: ManualClock;
  readonly root: Pid;
}

/**
 * root: `calm` (rest_for_one: first, second, temporary), `strict` (gives up at the first restart: one), `slow`
 * (one_for_one with a backoff: late).
 */
async function world(): Promise<World> {
  const clock = manualClock();
  const system = createSystem({ name: 'stage', clock, mailboxMax: 1_000 });
  const calm = { strategy: 'rest_for_one', intensity: 100 } as const;
  const backoff = { minMs: 60_000, maxMs: 60_000, factor: 1, jitter: 0, resetAfterMs: 60_000 };
  const children: ChildSpec[] = [
    {
      id: 'calm',
      start: () =>
        supervisor(
          { ...calm, children: [leaf('first'), leaf('second'), leaf('temporary', { restart: 'temporary' })] },
          deps,
        ),
    },
    {
      id: 'strict',
      start: () => supervisor({ strategy: 'one_for_one', intensity: 0, children: [leaf('one')] }, deps),
    },
    {
      id: 'slow',
      start: () =>
        supervisor({ strategy: 'one_for_one', intensity: 100, backoff, children: [leaf('late')] }, deps),
    },
  ];
  const spawned = await system.spawn(
    supervisor({ strategy: 'one_for_one', intensity: 100, children }, deps),
    {
      id: 'root',
    },
  );
  if (!spawned.ok) throw new Error('no root');
  return { system, clock, root: spawned.pid };
}

function pidAt({ system, root }: World, path: string): string {
  const pid = findPath(system, root, path)?.pid;
  if (pid === null || pid === undefined) throw new Error(`nobody at ${path}`);
  return pid.id;
}

const options = (w: World, chaos = false) => ({ ...w, chaos, waitMs: 5_000, meter: noMeter });

describe('a kill', () => {
  test('by path tells who took the place, how fast, by which strategy and who was restarted along', async () => {
    const w = await world();
    const [first, second, temporary] = ['first', 'second', 'temporary'].map((id) =>
      pidAt(w, `root/calm/${id}`),
    );
    const answer = await kill({ path: 'root/calm/first' }, options(w));
    expect(answer).toEqual({
      ok: true,
      value: {
        path: 'root/calm/first',
        oldPid: first,
        newPid: pidAt(w, 'root/calm/first'),
        outcome: 'restarted',
        restartLatencyUs: 0,
        strategy: 'rest_for_one',
        alsoRestarted: [
          { path: 'root/calm/second', oldPid: second, newPid: pidAt(w, 'root/calm/second') },
          { path: 'root/calm/temporary', oldPid: temporary, newPid: null },
        ],
      },
    });
    expect(pidAt(w, 'root/calm/first')).not.toBe(first);
    expect(w.clock.timers).toBe(0);
  });

  test('by pid is the same', async () => {
    const w = await world();
    const pid = pidAt(w, 'root/calm/second');
    const answer = await kill({ pid }, options(w));
    expect(answer).toMatchObject({
      ok: true,
      value: { path: 'root/calm/second', oldPid: pid, outcome: 'restarted' },
    });
  });

  test('of a temporary process tells that nobody takes its place', async () => {
    const w = await world();
    const answer = await kill({ path: 'root/calm/temporary' }, options(w));
    expect(answer).toMatchObject({
      ok: true,
      value: { outcome: 'not-restarted', newPid: null, restartLatencyUs: null, alsoRestarted: [] },
    });
  });

  test('that is one too many tells that the supervisor above was restarted, with it or the branch', async () => {
    const w = await world();
    const [strict, one] = [pidAt(w, 'root/strict'), pidAt(w, 'root/strict/one')];
    const answer = await kill({ path: 'root/strict/one' }, options(w));
    expect(answer).toMatchObject({
      ok: true,
      value: {
        oldPid: one,
        newPid: pidAt(w, 'root/strict/one'),
        outcome: 'escalated',
        alsoRestarted: [{ path: 'root/strict', oldPid: strict, newPid: pidAt(w, 'root/strict') }],
      },
    });
    expect(pidAt(w, 'root/strict/one')).not.toBe(one);
  });

  test('whose restart takes too long is answered pending, and goes on', async () => {
    const w = await world();
    await kill({ path: 'root/slow/late' }, options(w));
    const answer = kill({ path: 'root/slow/late' }, options(w));
    await settle();
    w.clock.advance(5_000);
    expect(await answer).toMatchObject({ ok: true, value: { outcome: 'pending', newPid: null } });
    w.clock.advance(60_000);
    await settle();
    expect(pidAt(w, 'root/slow/late')).toMatch(/^p/);
  });

  test('that the end of the whole tree overtakes is answered with it, and leaves no timer', async () => {
    const w = await world();
    await kill({ path: 'root/slow/late' }, options(w));
    const pid = pidAt(w, 'root/calm/first');
    const answer = kill({ path: 'root/calm/first' }, options(w));
    w.system.exit(w.root, 'kill');
    expect(await answer).toMatchObject({ value: { outcome: 'pending', oldPid: pid, newPid: null } });
  });

  test('of two siblings at once tells of each what became of it', async () => {
    const w = await world();
    const answers = await Promise.all([
      kill({ path: 'root/calm/first' }, options(w)),
      kill({ path: 'root/calm/second' }, options(w)),
    ]);
    const [first, second] = ['first', 'second'].map((id) => pidAt(w, `root/calm/${id}`));
    expect(answers).toMatchObject([
      { ok: true, value: { outcome: 'restarted', newPid: first } },
      { ok: true, value: { outcome: 'restarted', newPid: second } },
    ]);
  });

  test('of the root is refused, or under chaos answered before it is carried out', async () => {
    const w = await world();
    expect(await kill({ path: 'root' }, options(w))).toMatchObject({ ok: false, code: 'not-killable' });
    expect(w.system.alive(w.root)).toBe(true);
    expect(await kill({ path: 'root' }, options(w, true))).toMatchObject({
      ok: true,
      value: { outcome: 'pending' },
    });
    w.clock.advance(50);
    expect(w.system.alive(w.root)).toBe(false);
  });
});

describe('a kill is refused', () => {
  test.each([
    ['both path and pid', { path: 'root/calm', pid: 'p1' }, 'bad-request'],
    ['neither of them', {}, 'bad-request'],
    ['a path where nobody is', { path: 'root/nobody' }, 'unknown-process'],
    ['another tree', { path: 'toor/calm' }, 'unknown-process'],
    ['no path at all', { path: '' }, 'unknown-process'],
    ['the pid of nobody any more', { pid: 'pzzz' }, 'stale-pid'],
    ['what is no pid', { pid: 'root' }, 'unknown-process'],
  ])('for %s', async (_what, target, code) => {
    const w = await world();
    const living = [...w.system.processes()].length;
    expect(await kill(target, options(w))).toMatchObject({ ok: false, code });
    await settle();
    expect([...w.system.processes()]).toHaveLength(living);
  });

  test('for who has been replaced meanwhile, so that its successor is spared', async () => {
    const w = await world();
    const pid = pidAt(w, 'root/calm/first');
    await kill({ pid }, options(w));
    const successor = pidAt(w, 'root/calm/first');
    expect(await kill({ pid }, options(w))).toMatchObject({ ok: false, code: 'stale-pid' });
    expect(pidAt(w, 'root/calm/first')).toBe(successor);
  });

  test('for who is just being restarted', async () => {
    const w = await world();
    await kill({ path: 'root/slow/late' }, options(w));
    void kill({ path: 'root/slow/late' }, options(w));
    await settle();
    expect(await kill({ path: 'root/slow/late' }, options(w))).toMatchObject({
      ok: false,
      code: 'stale-pid',
    });
    w.clock.advance(5_000);
  });
});
