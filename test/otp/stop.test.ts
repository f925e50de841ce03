/** OTP's checklist, lines 15 to 22: how a supervisor ends its children, and what they can do about it. */
import { expect, test } from 'vitest';
import type { ExitReason } from '../../src/runtime/exit-reason.ts';
import { genServer } from '../../src/runtime/gen-server.ts';
import type { Pid } from '../../src/runtime/pid.ts';
import type { ChildSpec } from '../../src/supervision/child-spec.ts';
import { supervisor } from '../../src/supervision/supervisor.ts';
import { startChild, terminateChild, whichChildren } from '../../src/supervision/supervisor-admin.ts';
import { manualClock } from '../support/manual-clock.ts';
import { gate, settle, type World, world } from '../unit/runtime/world.ts';
import { childPid, deps, spec, startSupervisor } from '../unit/supervision/nursery.ts';
import {
  childCounts,
  exitsIn,
  headstrong,
  leaver,
  lingerer,
  pidIn,
  sleeper,
  startDynamic,
} from './children-a.ts';

/** Tells a supervisor to end and gives it as long as it wants. */
const end = (w: World, sup: Pid) => w.system.stop(sup, 'shutdown', Number.POSITIVE_INFINITY);

const yearMs = 365 * 24 * 3_600_000;
const restartTypes = ['temporary', 'transient', 'permanent'] as const;

/** How a child that ends by itself may end; each with a name for its id. */
const ownReasons: readonly (readonly [name: string, ExitReason])[] = [
  ['normal', 'normal'],
  ['shutdown', 'shutdown'],
  ['shutdown-test', { shutdown: 'test' }],
  ['other', { error: new Error('other') }],
];

/** A child for each restart type and each reason. */
function ofEachKind(start: (reason: ExitReason) => ChildSpec['start']): readonly ChildSpec[] {
  return restartTypes.flatMap((restart) =>
    ownReasons.map(([name, reason]) => ({
      id: `${restart}-${name}`,
      restart,
      shutdown: 1000,
      start: start(reason),
    })),
  );
}

/** What each child made by `ofEachKind` ends with if it has its way. */
const ownEnds = restartTypes.flatMap((restart) =>
  ownReasons.map(([name, reason]) => [`sup/${restart}-${name}`, reason] as const),
);

// --- 15 to 17: how long it waits ----------------------------------------------------------------------------------

test('15 sup_stop_infinity: waits for a worker and for a supervisor, however long they take', async () => {
  const clock = manualClock();
  const w = world({ clock });
  const log: string[] = [];
  const [worker, inner] = [gate(), gate()];
  const below: ChildSpec = {
    id: 'below',
    shutdown: 'infinity',
    start: () => lingerer('below', log, () => inner.promise),
  };
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    children: [
      {
        id: 'inner',
        shutdown: 'infinity',
        start: () => supervisor({ strategy: 'one_for_one', children: [below] }, deps),
      },
      { id: 'worker', shutdown: 'infinity', start: () => lingerer('worker', log, () => worker.promise) },
    ],
  });
  const ended = end(w, sup);
  await settle();
  clock.advance(yearMs);
  await settle();
  expect(log).toEqual(['+below', '+worker', '>worker']);
  expect(exitsIn(w)).toEqual([]);
  worker.resolve();
  await settle();
  clock.advance(yearMs);
  await settle();
  expect(log.slice(3)).toEqual(['-worker', '>below']);
  expect(exitsIn(w)).toEqual([['sup/worker', 'shutdown']]);
  inner.resolve();
  await ended;
  expect(log.slice(5)).toEqual(['-below']);
  expect(exitsIn(w)).toEqual([
    ['sup/worker', 'shutdown'],
    ['sup/inner/below', 'shutdown'],
    ['sup/inner', 'shutdown'],
    ['sup', 'shutdown'],
  ]);
});

test('16 sup_stop_timeout: the obedient child ends with shutdown, the sleeping one after its time with killed', async () => {
  const clock = manualClock();
  const w = world({ clock });
  const log: string[] = [];
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    children: [
      spec('obedient', log, { shutdown: 1000 }),
      { id: 'sleeping', start: () => sleeper('sleeping', log), shutdown: 1000 },
    ],
  });
  await settle();
  const ended = end(w, sup);
  await settle();
  clock.advance(999);
  await settle();
  expect(exitsIn(w)).toEqual([]);
  clock.advance(1);
  await ended;
  expect(exitsIn(w)).toEqual([
    ['sup/sleeping', 'killed'],
    ['sup/obedient', 'shutdown'],
    ['sup', 'shutdown'],
  ]);
  expect(log).toEqual(['+obedient', '+sleeping', '-obedient']);
  expect(clock.monotonicMs()).toBe(1000);
  expect(clock.timers).toBe(0);
});

test('16 sup_stop_timeout_dynamic: the same under simple_one_for_one', async () => {
  const clock = manualClock();
  const w = world({ clock });
  const log: string[] = [];
  const sup = await startDynamic(w);
  const obedient = spec('obedient', log, { restart: 'temporary', shutdown: 1000 });
  const sleeping = { id: 'sleeping', start: () => sleeper('sleeping', log), shutdown: 1000 } as const;
  await startChild(w.system, sup, obedient);
  await startChild(w.system, sup, { ...sleeping, restart: 'temporary' });
  await settle();
  const ended = end(w, sup);
  await settle();
  clock.advance(999);
  await settle();
  expect(exitsIn(w)).toEqual([['dyn/obedient', 'shutdown']]);
  clock.advance(1);
  await ended;
  expect(exitsIn(w)).toEqual([
    ['dyn/obedient', 'shutdown'],
    ['dyn/sleeping', 'killed'],
    ['dyn', 'shutdown'],
  ]);
  expect(log).toEqual(['+obedient', '+sleeping', '-obedient']);
  expect(clock.timers).toBe(0);
});

test('16 sup_stop_timeout: terminateChild waits as long as the child has, and no longer', async () => {
  const clock = manualClock();
  const w = world({ clock });
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    children: [{ id: 'sleeping', start: () => sleeper('sleeping', []), shutdown: 1000 }],
  });
  await settle();
  const answers: unknown[] = [];
  const terminated = terminateChild(w.system, sup, 'sleeping').then((answer) => answers.push(answer));
  await settle();
  clock.advance(999);
  await settle();
  expect(answers).toEqual([]);
  clock.advance(1);
  await terminated;
  expect(answers).toEqual([{ ok: true }]);
  expect(exitsIn(w)).toEqual([['sup/sleeping', 'killed']]);
});

test('17 sup_stop_brutal_kill: the child is killed at once, whatever it does, and its terminate is not run', async () => {
  const clock = manualClock();
  const w = world({ clock });
  const log: string[] = [];
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    children: [
      spec('obedient', log, { shutdown: 1000 }),
      spec('idle', log, { shutdown: 'brutal_kill' }),
      { id: 'busy', start: () => sleeper('busy', log), shutdown: 'brutal_kill' },
    ],
  });
  await settle();
  await end(w, sup);
  expect(exitsIn(w)).toEqual([
    ['sup/busy', 'killed'],
    ['sup/idle', 'killed'],
    ['sup/obedient', 'shutdown'],
    ['sup', 'shutdown'],
  ]);
  expect(log).toEqual(['+obedient', '+idle', '+busy', '-obedient']);
  expect(clock.monotonicMs()).toBe(0);
});

test('17 sup_stop_brutal_kill_dynamic: the same under simple_one_for_one', async () => {
  const clock = manualClock();
  const w = world({ clock });
  const log: string[] = [];
  const sup = await startDynamic(w);
  for (let i = 0; i < 10; i += 1) {
    const start = i % 2 === 0 ? spec(`c${i}`, log).start : () => sleeper(`c${i}`, log);
    await startChild(w.system, sup, { id: `c${i}`, start, restart: 'temporary', shutdown: 'brutal_kill' });
  }
  await settle();
  await end(w, sup);
  const killed = Array.from({ length: 10 }, (_, i) => [`dyn/c${i}`, 'killed']);
  expect(exitsIn(w)).toEqual([...killed, ['dyn', 'shutdown']]);
  expect(log.filter((word) => word.startsWith('-'))).toEqual([]);
  expect(clock.monotonicMs()).toBe(0);
});

// --- 18 and 19: children that end by themselves meanwhile ---------------------------------------------------------------

test.each(['one_for_one', 'one_for_all', 'rest_for_one'] as const)(
  '18 sup_stop_race: under %s, children that leave by themselves while a sibling is ended keep their reasons, none is restarted and the shutdown completes',
  async (strategy) => {
    const w = world({ clock: manualClock() });
    const log: string[] = [];
    const [letGo, z] = [gate(), gate()];
    const leaving = ofEachKind((reason) => () => leaver(letGo.promise.then(() => reason)));
    const sup = await startSupervisor(w, {
      strategy,
      children: [
        spec('a', log, { restart: 'temporary' }),
        ...leaving,
        { id: 'z', restart: 'temporary', start: () => lingerer('z', log, () => z.promise) },
      ],
    });
    const before = w.events.length;
    const ended = end(w, sup);
    await settle();
    expect(exitsIn(w)).toEqual([]);
    letGo.resolve();
    await settle();
    expect(exitsIn(w)).toEqual(ownEnds);
    z.resolve();
    await ended;
    expect(exitsIn(w).slice(ownEnds.length)).toEqual([
      ['sup/z', 'shutdown'],
      ['sup/a', 'shutdown'],
      ['sup', 'shutdown'],
    ]);
    expect(log).toEqual(['+a', '+z', '>z', '-z', '-a']);
    expect(startsSince(w, before)).toEqual([]);
    expect([...w.system.processes()]).toEqual([]);
  },
);

test.each(['one_for_one', 'one_for_all', 'rest_for_one'] as const)(
  '18 sup_stop_race: under %s, so do children that leave by themselves just when they are told to end',
  async (strategy) => {
    const w = world({ clock: manualClock() });
    const children = ofEachKind((reason) => () => headstrong(reason));
    const sup = await startSupervisor(w, { strategy, children });
    await settle();
    const before = w.events.length;
    await end(w, sup);
    expect(exitsIn(w)).toEqual([...ownEnds.toReversed(), ['sup', 'shutdown']]);
    expect(startsSince(w, before)).toEqual([]);
    expect([...w.system.processes()]).toEqual([]);
  },
);

test.each(restartTypes)(
  '19 sup_stop_non_shutdown_exit_dynamic: %s dynamic children that leave by themselves when they are told to end keep their reasons, none is restarted and the shutdown completes',
  async (restart) => {
    const w = world({ clock: manualClock() });
    const sup = await startDynamic(w);
    for (const [id, reason] of ownReasons) {
      await startChild(w.system, sup, { id, restart, start: () => headstrong(reason) });
    }
    await settle();
    const before = w.events.length;
    await end(w, sup);
    const own = ownReasons.map(([id, reason]) => [`dyn/${id}`, reason]);
    expect(exitsIn(w)).toEqual([...own, ['dyn', 'shutdown']]);
    expect(startsSince(w, before)).toEqual([]);
    expect([...w.system.processes()]).toEqual([]);
  },
);

test.each(restartTypes)(
  '19 sup_stop_non_shutdown_exit_dynamic: so do %s ones that leave while a sibling takes its time to end',
  async (restart) => {
    const w = world({ clock: manualClock() });
    const sup = await startDynamic(w);
    const [work, slow] = [gate(), gate()];
    const busy = () =>
      genServer<null, never, 'work'>({
        init(ctx) {
          ctx.cast(ctx.self, 'work');
          return null;
        },
        async handleCast() {
          await work.promise;
          throw new Error('crashed in the middle of it');
        },
      });
    await startChild(w.system, sup, { id: 'slow', start: () => lingerer('slow', [], () => slow.promise) });
    await startChild(w.system, sup, { id: 'busy', restart, start: busy });
    await settle();
    const before = w.events.length;
    const ended = end(w, sup);
    await settle();
    expect(exitsIn(w)).toEqual([]);
    work.resolve();
    await settle();
    expect(exitsIn(w)).toEqual([['dyn/busy', { error: new Error('crashed in the middle of it') }]]);
    slow.resolve();
    await ended;
    expect(exitsIn(w).slice(1)).toEqual([
      ['dyn/slow', 'shutdown'],
      ['dyn', 'shutdown'],
    ]);
    expect(startsSince(w, before)).toEqual([]);
  },
);

// --- 20 to 22: in which order -------------------------------------------------------------------------------------

/** Neither in the order of their letters nor in that of their numbers. */
const ids = ['ch7', '3', 'ch10', '2', 'ch5'];
const lingering = (log: string[]) =>
  ids.map((id) => ({ id, start: () => lingerer(id, log, () => settle(2)) }));
/** One after the other: told to end, and ended. */
const endsOf = (some: readonly string[]) => some.flatMap((id) => [`>${id}`, `-${id}`]);
const startsOf = (some: readonly string[]) => some.map((id) => `+${id}`);

test.each(['one_for_one', 'one_for_all', 'rest_for_one'] as const)(
  '20 order_of_children: under %s they start in list order and are ended in reverse, each when the one before has ended',
  async (strategy) => {
    const w = world();
    const log: string[] = [];
    const sup = await startSupervisor(w, { strategy, children: lingering(log) });
    expect(log).toEqual(startsOf(ids));
    expect((await whichChildren(w.system, sup))?.map(({ id }) => id)).toEqual(ids.toReversed());
    log.length = 0;
    await end(w, sup);
    expect(log).toEqual(endsOf(ids.toReversed()));
  },
);

test('20 order_of_children: each starts when the one before has done its init', async () => {
  const w = world();
  const log: string[] = [];
  const children = ids.map((id) => ({
    id,
    start: () =>
      genServer({
        async init() {
          log.push(`>${id}`);
          await settle(2);
          log.push(`-${id}`);
        },
      }),
  }));
  await startSupervisor(w, { strategy: 'one_for_one', children });
  expect(log).toEqual(endsOf(ids));
});

test('20 order_of_children: a child that was added later comes last both ways', async () => {
  const w = world();
  const log: string[] = [];
  const sup = await startSupervisor(w, { strategy: 'one_for_one', children: lingering(log) });
  await startChild(w.system, sup, { id: '1', start: () => lingerer('1', log, () => settle(2)) });
  log.length = 0;
  await end(w, sup);
  expect(log).toEqual(endsOf(['1', ...ids.toReversed()]));
});

test('20 order_of_children: rest_for_one ends those behind the fallen one in reverse and starts them in list order, and the end is the reverse of that', async () => {
  const w = world();
  const log: string[] = [];
  const sup = await startSupervisor(w, { strategy: 'rest_for_one', children: lingering(log) });
  const old = ids.map((id) => childPid(w.system, sup, id));
  log.length = 0;
  const restart = w.next('restart');
  w.system.exit(childPid(w.system, sup, 'ch10'), 'kill');
  await restart;
  expect(log).toEqual([...endsOf(['ch5', '2']), ...startsOf(['ch10', '2', 'ch5'])]);
  const now = ids.map((id) => childPid(w.system, sup, id));
  expect(now.map((pid, at) => pid === old[at])).toEqual([true, true, false, false, false]);
  log.length = 0;
  await end(w, sup);
  expect(log).toEqual(endsOf(ids.toReversed()));
});

test('21 child_unlink: a child that has broken its link does not hang terminateChild', async () => {
  const w = world();
  const log: string[] = [];
  const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [] });
  const unlinked = () =>
    genServer({
      init(ctx) {
        ctx.unlink(sup);
      },
      terminate: (reason) => void log.push(`- ${String(reason)}`),
    });
  const naughty = pidIn(await startChild(w.system, sup, { id: 'naughty', start: unlinked }));
  expect(await terminateChild(w.system, sup, 'naughty')).toEqual({ ok: true });
  expect(w.system.alive(naughty)).toBe(false);
  expect(log).toEqual(['- shutdown']);
  expect(await whichChildren(w.system, sup)).toMatchObject([{ id: 'naughty', state: 'stopped', pid: null }]);
});

test('21 child_unlink: nor does one that besides never ends; the supervisor answers meanwhile, and its own end does not hang either', async () => {
  const clock = manualClock();
  const w = world({ clock });
  const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [] });
  const naughty = () =>
    genServer<null, never, 'sleep'>({
      init(ctx) {
        ctx.unlink(sup);
        ctx.cast(ctx.self, 'sleep');
        return null;
      },
      handleCast: () => new Promise<null>(() => {}),
    });
  await startChild(w.system, sup, { id: 'naughty1', start: naughty, shutdown: 1000 });
  await startChild(w.system, sup, { id: 'naughty2', start: naughty, shutdown: 1000 });
  await settle();
  const terminated = terminateChild(w.system, sup, 'naughty1');
  await settle();
  expect(await childCounts(w.system, sup)).toEqual([2, 2, 0, 2]);
  clock.advance(1000);
  expect(await terminated).toEqual({ ok: true });
  expect(await childCounts(w.system, sup)).toEqual([2, 1, 0, 2]);
  const ended = end(w, sup);
  await settle();
  clock.advance(1000);
  await ended;
  expect(exitsIn(w)).toEqual([
    ['sup/naughty1', 'killed'],
    ['sup/naughty2', 'killed'],
    ['sup', 'shutdown'],
  ]);
});

test('22 simple_one_for_one_shutdown: dynamic children are ended side by side: together they take as long as the slowest, not as all of them', async () => {
  const clock = manualClock();
  const w = world({ clock });
  const log: string[] = [];
  const sup = await startDynamic(w);
  const timesMs = [300, 1000, 700, 500, 900];
  for (const ms of timesMs) {
    const takeTime = () => new Promise<void>((resolve) => clock.schedule(ms, resolve));
    const start = () => lingerer(`${ms}`, log, takeTime);
    await startChild(w.system, sup, { id: `c${ms}`, start, shutdown: 5000 });
  }
  log.length = 0;
  const ended = end(w, sup);
  await settle();
  expect(log).toEqual(timesMs.map((ms) => `>${ms}`));
  for (let ms = 0; ms < 1000; ms += 100) {
    expect(w.system.alive(sup)).toBe(true);
    clock.advance(100);
    await settle();
  }
  await ended;
  expect(clock.monotonicMs()).toBe(Math.max(...timesMs));
  expect(log.slice(timesMs.length)).toEqual(['-300', '-500', '-700', '-900', '-1000']);
  expect(exitsIn(w).at(-1)).toEqual(['dyn', 'shutdown']);
});

test('22 simple_one_for_one_shutdown: those that do not end in their time are killed side by side too', async () => {
  const clock = manualClock();
  const w = world({ clock });
  const sup = await startDynamic(w);
  for (const ms of [100, 200, 300]) {
    await startChild(w.system, sup, { id: `c${ms}`, start: () => sleeper(`${ms}`, []), shutdown: ms });
  }
  await settle();
  const ended = end(w, sup);
  await settle();
  clock.advance(300);
  await ended;
  expect(exitsIn(w)).toEqual([
    ['dyn/c100', 'killed'],
    ['dyn/c200', 'killed'],
    ['dyn/c300', 'killed'],
    ['dyn', 'shutdown'],
  ]);
});

/** Paths of what has been started or restarted after so many events. */
function startsSince(w: World, before: number): string[] {
  return w.events
    .slice(before)
    .flatMap((event) => (event.type === 'start' || event.type === 'restart' ? [event.path] : []));
}
