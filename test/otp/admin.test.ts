/** OTP's checklist, lines 23 to 31: what a supervisor answers to those who ask it, and what it shows of its children. */
import { expect, test } from 'vitest';
import { genServer, ignore } from '../../src/runtime/gen-server.ts';
import type { Pid } from '../../src/runtime/pid.ts';
import { processName } from '../../src/runtime/process-name.ts';
import type { ChildSpec } from '../../src/supervision/child-spec.ts';
import {
  dynamicSupervisor,
  type SupervisorMessage,
  type SupervisorPid,
  type SupervisorSpec,
  supervisor,
} from '../../src/supervision/supervisor.ts';
import {
  countChildren,
  deleteChild,
  getCallbackModule,
  getChildSpec,
  restartChild,
  startChild,
  terminateChild,
  terminateDynamicChild,
  updateSpec,
  whichChild,
  whichChildren,
} from '../../src/supervision/supervisor-admin.ts';
import { manualClock } from '../support/manual-clock.ts';
import { gate, settle, type World, world } from '../unit/runtime/world.ts';
import { child, childPid, deps, fragile, pidOf, spec, startSupervisor } from '../unit/supervision/nursery.ts';
import { childCounts, exitsIn, pidIn, startDynamic } from './children-a.ts';

const oneForOne = { strategy: 'one_for_one', children: [] } as const;
const notFound = { ok: false, error: 'not_found' } as const;
const noproc = { ok: false, error: 'noproc' } as const;
/** The first restart is immediate, every further one waits a second. */
const backoff = { minMs: 1000, maxMs: 1000, factor: 1, jitter: 0, resetAfterMs: 1e9 };

// --- 23 to 26: starting, ending, restarting and forgetting children -------------------------------------------------

test('23 child_adm: startChild of a child that runs is already_started, with its pid', async () => {
  const w = world();
  const log: string[] = [];
  const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [spec('child1', log)] });
  const pid = childPid(w.system, sup, 'child1');
  expect(await startChild(w.system, sup, spec('child1', log))).toEqual({
    ok: false,
    error: 'already_started',
    pid,
  });
  expect(log).toEqual(['+child1']);
  expect(await childCounts(w.system, sup)).toEqual([1, 1, 0, 1]);
});

test('23 child_adm: startChild of a stopped spec is already_present, and starts nothing', async () => {
  const w = world();
  const log: string[] = [];
  const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [spec('child1', log)] });
  await terminateChild(w.system, sup, 'child1');
  expect(await startChild(w.system, sup, spec('child1', log))).toEqual({
    ok: false,
    error: 'already_present',
  });
  expect(log).toEqual(['+child1', '-child1']);
});

test('23 child_adm: restartChild and deleteChild of a child that runs answer running, and leave it alone', async () => {
  const w = world();
  const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [spec('child1')] });
  const pid = childPid(w.system, sup, 'child1');
  expect(await restartChild(w.system, sup, 'child1')).toEqual({ ok: false, error: 'running' });
  expect(await deleteChild(w.system, sup, 'child1')).toEqual({ ok: false, error: 'running' });
  expect(await whichChildren(w.system, sup)).toMatchObject([{ id: 'child1', state: 'running', pid }]);
  expect(w.system.alive(pid)).toBe(true);
});

test('23 child_adm: an id that is not known is not_found to everything that takes one', async () => {
  const w = world();
  const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [spec('child1')] });
  expect(await terminateChild(w.system, sup, 'hej')).toEqual(notFound);
  expect(await restartChild(w.system, sup, 'hej')).toEqual(notFound);
  expect(await deleteChild(w.system, sup, 'hej')).toEqual(notFound);
  expect(await whichChild(w.system, sup, 'hej')).toEqual(notFound);
  expect(await getChildSpec(w.system, sup, 'hej')).toEqual(notFound);
  expect(await childCounts(w.system, sup)).toEqual([1, 1, 0, 1]);
});

test('23 child_adm: from start over end, restart and deletion to the next start, all is as it is told', async () => {
  const w = world();
  const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [spec('child1')] });
  const first = childPid(w.system, sup, 'child1');
  expect(await terminateChild(w.system, sup, 'child1')).toEqual({ ok: true });
  expect(exitsIn(w)).toEqual([['sup/child1', 'shutdown']]);
  expect(await whichChildren(w.system, sup)).toMatchObject([{ id: 'child1', state: 'stopped', pid: null }]);
  const second = await restartChild(w.system, sup, 'child1');
  expect(second).toEqual({ ok: true, pid: childPid(w.system, sup, 'child1') });
  expect(childPid(w.system, sup, 'child1')).not.toBe(first);
  expect(await childCounts(w.system, sup)).toEqual([1, 1, 0, 1]);
  await terminateChild(w.system, sup, 'child1');
  expect(await deleteChild(w.system, sup, 'child1')).toEqual({ ok: true });
  const third = pidIn(await startChild(w.system, sup, spec('child1')));
  expect(await whichChildren(w.system, sup)).toMatchObject([{ id: 'child1', state: 'running', pid: third }]);
  await settle();
  expect(w.of('restart')).toEqual([]);
});

test('23 child_adm: a static child is not ended by its pid: not_found, and it lives', async () => {
  const w = world();
  const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [spec('child1')] });
  const pid = childPid(w.system, sup, 'child1');
  expect(await terminateChild(w.system, sup, pid)).toEqual(notFound);
  expect(w.system.alive(pid)).toBe(true);
  expect(await childCounts(w.system, sup)).toEqual([1, 1, 0, 1]);
});

test.each(['permanent', 'transient'] as const)(
  '24 terminate_child: twice is ok both times; the spec of a %s child stays, and it counts as active no more',
  async (restart) => {
    const w = world();
    const sup = await startSupervisor(w, {
      strategy: 'one_for_one',
      children: [spec('child1', [], { restart })],
    });
    const pid = childPid(w.system, sup, 'child1');
    for (const _ of [1, 2]) {
      expect(await terminateChild(w.system, sup, 'child1')).toEqual({ ok: true });
      expect(w.system.alive(pid)).toBe(false);
      expect(await childCounts(w.system, sup)).toEqual([1, 0, 0, 1]);
      expect(await whichChildren(w.system, sup)).toMatchObject([
        { id: 'child1', state: 'stopped', pid: null },
      ]);
      expect(await getChildSpec(w.system, sup, 'child1')).toMatchObject({
        ok: true,
        spec: { id: 'child1', restart },
      });
    }
    await settle();
    expect(exitsIn(w)).toEqual([['sup/child1', 'shutdown']]);
    expect(w.of('restart')).toEqual([]);
  },
);

test('24 terminate_child: the spec of a temporary child goes with it', async () => {
  const w = world();
  const children = [spec('child1', [], { restart: 'temporary' })];
  const sup = await startSupervisor(w, { strategy: 'one_for_one', children });
  expect(await terminateChild(w.system, sup, 'child1')).toEqual({ ok: true });
  expect(await childCounts(w.system, sup)).toEqual([0, 0, 0, 0]);
  expect(await terminateChild(w.system, sup, 'child1')).toEqual(notFound);
});

test('25 delete_child: the child is gone, and restartChild does not find it', async () => {
  const w = world();
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    children: [spec('child1'), spec('child2')],
  });
  await terminateChild(w.system, sup, 'child1');
  expect(await deleteChild(w.system, sup, 'child1')).toEqual({ ok: true });
  expect((await whichChildren(w.system, sup))?.map(({ id }) => id)).toEqual(['child2']);
  expect(await whichChild(w.system, sup, 'child1')).toEqual(notFound);
  expect(await getChildSpec(w.system, sup, 'child1')).toEqual(notFound);
  expect(await childCounts(w.system, sup)).toEqual([1, 1, 0, 1]);
  expect(await restartChild(w.system, sup, 'child1')).toEqual(notFound);
  expect(await deleteChild(w.system, sup, 'child1')).toEqual(notFound);
  expect(await terminateChild(w.system, sup, 'child1')).toEqual(notFound);
});

test('25 delete_child: whatever is asked of a supervisor that is dead, or of a name that nobody has, fails with noproc', async () => {
  const w = world();
  const dead = await startSupervisor(w, { strategy: 'one_for_one', children: [spec('child1')] });
  const child1 = childPid(w.system, dead, 'child1');
  w.system.exit(dead, 'kill');
  for (const sup of [dead, processName<SupervisorMessage>('foo')]) {
    expect(await startChild(w.system, sup, spec('child1'))).toEqual(noproc);
    expect(await restartChild(w.system, sup, 'child1')).toEqual(noproc);
    expect(await terminateChild(w.system, sup, 'child1')).toEqual(noproc);
    expect(await terminateChild(w.system, sup, child1)).toEqual(noproc);
    expect(await terminateDynamicChild(w.system, sup, 'child1')).toEqual(noproc);
    expect(await deleteChild(w.system, sup, 'child1')).toEqual(noproc);
    expect(await getChildSpec(w.system, sup, 'child1')).toEqual(noproc);
    expect(await whichChild(w.system, sup, 'child1')).toEqual(noproc);
    expect(await updateSpec(w.system, sup, oneForOne)).toEqual(noproc);
    expect(await whichChildren(w.system, sup)).toBe(null);
    expect(await countChildren(w.system, sup)).toBe(null);
  }
  expect(getCallbackModule(w.system, dead)).toBe(null);
});

test('25 delete_child: and so does what is under way when it dies', async () => {
  const w = world();
  const sup = await startSupervisor(w, oneForOne);
  const never = gate();
  const start = () => genServer({ init: () => never.promise });
  const started = startChild(w.system, sup, { id: 'slow', start });
  const deleted = deleteChild(w.system, sup, 'slow');
  await settle();
  w.system.exit(sup, 'kill');
  expect(await started).toEqual(noproc);
  expect(await deleted).toEqual(noproc);
});

test('26 child_adm_simple: what names a dynamic child by its id is refused with simple_one_for_one', async () => {
  const w = world();
  const sup = await startDynamic(w);
  const pid = pidIn(await startChild(w.system, sup, spec('child1')));
  const simple = { ok: false, error: 'simple_one_for_one' };
  for (const id of ['child1', 'child2']) {
    expect(await terminateChild(w.system, sup, id)).toEqual(simple);
    expect(await restartChild(w.system, sup, id)).toEqual(simple);
    expect(await deleteChild(w.system, sup, id)).toEqual(simple);
  }
  expect(w.system.alive(pid)).toBe(true);
  expect(await childCounts(w.system, sup)).toEqual([1, 1, 0, 1]);
});

test('26 child_adm_simple: by its pid it is ended, ok also if it is dead already, and none other with it', async () => {
  const w = world();
  const sup = await startDynamic(w);
  expect(await whichChildren(w.system, sup)).toEqual([]);
  const first = pidIn(await startChild(w.system, sup, spec('child1')));
  const second = pidIn(await startChild(w.system, sup, spec('child2')));
  expect(await childCounts(w.system, sup)).toEqual([2, 2, 0, 2]);
  for (const _ of [1, 2]) {
    expect(await terminateChild(w.system, sup, first)).toEqual({ ok: true });
    expect(w.system.alive(first)).toBe(false);
    expect(await whichChildren(w.system, sup)).toMatchObject([{ id: 'child2', pid: second }]);
    expect(await childCounts(w.system, sup)).toEqual([1, 1, 0, 1]);
  }
  expect(w.system.alive(second)).toBe(true);
  expect(exitsIn(w)).toEqual([['dyn/child1', 'shutdown']]);
});

test('26 child_adm_simple: a pid that is no child of it is not_found, and lives', async () => {
  const w = world();
  const sup = await startDynamic(w);
  const other = await startSupervisor(w, { strategy: 'one_for_one', children: [spec('child1')] });
  const strangers: Pid[] = [
    await w.start(child('stranger')),
    other,
    childPid(w.system, other, 'child1'),
    sup,
  ];
  for (const pid of strangers) {
    expect(await terminateChild(w.system, sup, pid)).toEqual(notFound);
    expect(w.system.alive(pid)).toBe(true);
  }
});

// --- 27: what an init has to say besides -------------------------------------------------------------------------------

/** Says this once it has started, if there is something to say. */
function telling(says: () => unknown): ChildSpec['start'] {
  return () =>
    genServer<null, never, 'crash'>({
      init(ctx) {
        const said = says();
        if (said !== undefined) ctx.startInfo(said);
        return null;
      },
      handleCast() {
        throw new Error('crash');
      },
    });
}

test('27 extra_return: what init has to say besides the pid comes through startChild and restartChild unchanged', async () => {
  const w = world();
  const sup = await startSupervisor(w, oneForOne);
  const said = { extra: ['return'] };
  const spec1 = { id: 'child1', start: telling(() => said) };
  const started = await startChild(w.system, sup, spec1);
  expect(started).toEqual({ ok: true, pid: childPid(w.system, sup, 'child1'), info: said });
  expect(started.ok && started.info).toBe(said);
  expect(await whichChildren(w.system, sup)).toMatchObject([{ id: 'child1', pid: pidIn(started) }]);
  await terminateChild(w.system, sup, 'child1');
  const restarted = await restartChild(w.system, sup, 'child1');
  expect(restarted).toEqual({ ok: true, pid: childPid(w.system, sup, 'child1'), info: said });
  expect(restarted.ok && restarted.info).toBe(said);
  expect(await childCounts(w.system, sup)).toEqual([1, 1, 0, 1]);
});

test('27 extra_return: so it does under simple_one_for_one', async () => {
  const w = world();
  const sup = await startDynamic(w);
  const said = { extra: ['return'] };
  const started = await startChild(w.system, sup, { id: 'child1', start: telling(() => said) });
  expect(started).toEqual({ ok: true, pid: childPid(w.system, sup, 'child1'), info: said });
});

test('27 extra_return: it is what this start had to say, not what an earlier one had', async () => {
  const w = world();
  const says: unknown[] = ['first', undefined, null, 0];
  const sup = await startSupervisor(w, oneForOne);
  const started = await startChild(w.system, sup, { id: 'child1', start: telling(() => says.shift()) });
  expect(started).toEqual({ ok: true, pid: pidIn(started), info: 'first' });
  const again = async () => {
    await terminateChild(w.system, sup, 'child1');
    return restartChild(w.system, sup, 'child1');
  };
  expect(await again()).not.toHaveProperty('info');
  expect(await again()).toMatchObject({ ok: true, info: null });
  expect(await again()).toMatchObject({ ok: true, info: 0 });
});

test('27 extra_return: a child that has said something is restarted like any other', async () => {
  const w = world();
  const start = telling(() => 'extra');
  const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [{ id: 'child1', start }] });
  const old = childPid(w.system, sup, 'child1');
  const restart = w.next('restart');
  w.system.exit(old, 'kill');
  expect(await restart).toMatchObject({ oldPid: old, newPid: childPid(w.system, sup, 'child1') });
  expect(await childCounts(w.system, sup)).toEqual([1, 1, 0, 1]);
});

// --- 28 to 30: what is shown of children ---------------------------------------------------------------------------------

test('28 which_children, which_child: in reverse start order, from none over a stopped one, shown without a pid, to a deleted one', async () => {
  const w = world();
  const sup = await startSupervisor(w, oneForOne);
  const which = () => whichChildren(w.system, sup);
  const one = (id: string) => whichChild(w.system, sup, id);
  const running = (id: string, pid: Pid) => ({
    id,
    path: `sup/${id}`,
    kind: 'worker',
    state: 'running',
    pid,
    restarts: 0,
  });
  expect(await which()).toEqual([]);
  expect(await one('childx')).toEqual(notFound);

  const child1 = running('child1', pidIn(await startChild(w.system, sup, spec('child1'))));
  expect(await which()).toEqual([child1]);
  expect(await one('child1')).toEqual({ ok: true, child: child1 });
  const child2 = running('child2', pidIn(await startChild(w.system, sup, spec('child2'))));
  expect(await which()).toEqual([child2, child1]);
  expect(await one('child1')).toEqual({ ok: true, child: child1 });
  expect(await one('child2')).toEqual({ ok: true, child: child2 });
  expect(await one('childx')).toEqual(notFound);

  await terminateChild(w.system, sup, 'child1');
  const stopped = { ...child1, state: 'stopped', pid: null };
  expect(await which()).toEqual([child2, stopped]);
  expect(await one('child1')).toEqual({ ok: true, child: stopped });

  await deleteChild(w.system, sup, 'child1');
  expect(await which()).toEqual([child2]);
  expect(await one('child1')).toEqual(notFound);
  expect(await one('child2')).toEqual({ ok: true, child: child2 });
});

test('28 which_children: a restarted child keeps its place, and supervisors are told from workers', async () => {
  const w = world();
  const inner = () => supervisor({ strategy: 'rest_for_one', children: [] }, deps);
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    intensity: 2,
    children: [spec('2'), { id: 'inner', start: inner }, spec('1')],
  });
  for (const id of ['2', 'inner']) {
    const restart = w.next('restart');
    w.system.exit(childPid(w.system, sup, id), 'kill');
    await restart;
  }
  expect(await whichChildren(w.system, sup)).toMatchObject([
    { id: '1', kind: 'worker', restarts: 0 },
    { id: 'inner', kind: 'supervisor', restarts: 1 },
    { id: '2', kind: 'worker', restarts: 1 },
  ]);
});

test('28 which_children, which_child: a child whose restart has failed is shown as restarting, without a pid, until it runs again', async () => {
  const clock = manualClock();
  const w = world({ clock });
  let broken: boolean = false;
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    intensity: 10,
    backoff,
    children: [spec('before'), fragile('child1', () => broken), spec('behind')],
  });
  broken = true;
  w.system.exit(childPid(w.system, sup, 'child1'), 'kill');
  await settle();
  const restarting = { id: 'child1', kind: 'worker', state: 'restarting', pid: null };
  expect(await whichChildren(w.system, sup)).toMatchObject([
    { id: 'behind', state: 'running' },
    restarting,
    { id: 'before', state: 'running' },
  ]);
  expect(await whichChild(w.system, sup, 'child1')).toMatchObject({ ok: true, child: restarting });
  broken = false;
  const restart = w.next('restart');
  clock.advance(1000);
  await restart;
  expect(await whichChild(w.system, sup, 'child1')).toMatchObject({
    ok: true,
    child: { state: 'running', pid: childPid(w.system, sup, 'child1') },
  });
});

test('28 which_children_simple, which_child: dynamic children in reverse start order, and restarting as well; an ended one is not listed', async () => {
  const clock = manualClock();
  const w = world({ clock });
  let broken: boolean = false;
  const sup = await startDynamic(w, { intensity: 10, backoff });
  expect(await whichChildren(w.system, sup)).toEqual([]);
  const child1 = pidIn(await startChild(w.system, sup, spec('child1')));
  const child2 = pidIn(
    await startChild(
      w.system,
      sup,
      fragile('child2', () => broken),
    ),
  );
  const child3 = pidIn(await startChild(w.system, sup, spec('child3')));
  const running = (id: string, pid: Pid) => ({ id, path: `dyn/${id}`, state: 'running', pid });
  expect(await whichChildren(w.system, sup)).toMatchObject([
    running('child3', child3),
    running('child2', child2),
    running('child1', child1),
  ]);
  expect(await whichChild(w.system, sup, 'child1')).toMatchObject({
    ok: true,
    child: running('child1', child1),
  });
  expect(await whichChild(w.system, sup, 'childx')).toEqual(notFound);

  await terminateChild(w.system, sup, child1);
  expect(await whichChild(w.system, sup, 'child1')).toEqual(notFound);
  broken = true;
  w.system.exit(child2, 'kill');
  await settle();
  expect(await whichChildren(w.system, sup)).toMatchObject([
    running('child3', child3),
    { id: 'child2', state: 'restarting', pid: null },
  ]);
});

/** Counts at 0, 1000 and 2000 dynamic children, the same whenever it is asked, and after all have died at once. */
async function countUpAndDown(w: World, start: ChildSpec['start'], counts: (n: number) => number[]) {
  const sup = await startDynamic(w);
  const startThousand = async (from: number) => {
    for (let i = from; i < from + 1000; i += 1) {
      await startChild(w.system, sup, { id: `c${i}`, start, restart: 'temporary' });
    }
  };
  expect(await childCounts(w.system, sup)).toEqual(counts(0));
  for (const n of [1000, 2000]) {
    await startThousand(n - 1000);
    const children = await whichChildren(w.system, sup);
    expect(children).toHaveLength(n);
    expect(await childCounts(w.system, sup)).toEqual(counts(n));
    expect(await whichChildren(w.system, sup)).toEqual(children);
    expect(await childCounts(w.system, sup)).toEqual(counts(n));
  }
  for (const { pid } of (await whichChildren(w.system, sup)) ?? []) {
    if (pid !== null) w.system.exit(pid, 'kill');
  }
  expect(await childCounts(w.system, sup)).toEqual(counts(0));
  expect(await whichChildren(w.system, sup)).toEqual([]);
}

test('29 count_children: specs, active and workers are right at 0, 1000 and 2000 workers', async () => {
  const w = world({ mailboxMax: 10_000 });
  await countUpAndDown(w, spec('').start, (n) => [n, n, 0, n]);
});

test('29 count_children_supervisor: specs, active and supervisors are right at 0, 1000 and 2000 supervisors', async () => {
  const w = world({ mailboxMax: 10_000 });
  const start = () => supervisor(oneForOne, deps);
  await countUpAndDown(w, start, (n) => [n, n, n, 0]);
});

test('29 count_children: a static supervisor counts both kinds, whether they run or not', async () => {
  const w = world();
  const inner = () => supervisor(oneForOne, deps);
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    children: [spec('a'), { id: 'b', start: inner }, spec('c'), { id: 'd', start: inner }, spec('e')],
  });
  expect(await countChildren(w.system, sup)).toEqual({ specs: 5, active: 5, supervisors: 2, workers: 3 });
  await terminateChild(w.system, sup, 'a');
  await terminateChild(w.system, sup, 'b');
  expect(await countChildren(w.system, sup)).toEqual({ specs: 5, active: 3, supervisors: 2, workers: 3 });
  await deleteChild(w.system, sup, 'b');
  expect(await countChildren(w.system, sup)).toEqual({ specs: 4, active: 3, supervisors: 1, workers: 3 });
});

test('30 count_restarting_children: a child whose restart has failed counts as worker, not as active, until it runs again', async () => {
  const clock = manualClock();
  const w = world({ clock });
  let broken: boolean = false;
  const sup = await startDynamic(w, { intensity: 20, backoff });
  expect(await childCounts(w.system, sup)).toEqual([0, 0, 0, 0]);
  const ids = ['c1', 'c2', 'c3'];
  for (const id of ids) {
    await startChild(
      w.system,
      sup,
      fragile(id, () => broken),
    );
  }
  expect(await childCounts(w.system, sup)).toEqual([3, 3, 0, 3]);
  for (const id of ids) w.system.exit(childPid(w.system, sup, id), 'kill');
  await settle();
  expect(w.of('restart')).toHaveLength(3);
  expect(await childCounts(w.system, sup)).toEqual([3, 3, 0, 3]);

  broken = true;
  for (const id of ['c1', 'c2']) w.system.exit(childPid(w.system, sup, id), 'kill');
  await settle();
  expect(await childCounts(w.system, sup)).toEqual([3, 1, 0, 3]);
  clock.advance(1000);
  await settle();
  expect(await childCounts(w.system, sup)).toEqual([3, 1, 0, 3]);

  broken = false;
  clock.advance(1000);
  await settle();
  expect(await childCounts(w.system, sup)).toEqual([3, 3, 0, 3]);
  for (const left of [2, 1, 0]) {
    await terminateChild(w.system, sup, childPid(w.system, sup, ids[left] ?? ''));
    expect(await childCounts(w.system, sup)).toEqual([left, left, 0, left]);
  }
});

test('30 count_restarting_children: one that is tried again and again without a pause does too, whenever it is asked', async () => {
  const w = world({ clock: manualClock() });
  let attempts = 0;
  const flaky = fragile('child1', () => {
    attempts += 1;
    return attempts > 1;
  });
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    intensity: 1_000_000,
    children: [flaky, spec('child2')],
  });
  w.system.exit(childPid(w.system, sup, 'child1'), 'kill');
  for (let i = 0; i < 10; i += 1) {
    await settle(1);
    expect(await childCounts(w.system, sup)).toEqual([2, 1, 0, 2]);
  }
  expect(attempts).toBeGreaterThan(2);
  await w.system.stop(sup, 'shutdown', Number.POSITIVE_INFINITY);
});

test('30 count_restarting_children: nor is one active whose restart is still in its init', async () => {
  const w = world();
  const opened = gate();
  let slow: boolean = false;
  const start = () => genServer({ init: () => (slow ? opened.promise : undefined) });
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    children: [{ id: 'child1', start }, spec('child2')],
  });
  slow = true;
  const restart = w.next('restart');
  w.system.exit(childPid(w.system, sup, 'child1'), 'kill');
  await settle();
  expect(await whichChild(w.system, sup, 'child1')).toMatchObject({
    ok: true,
    child: { state: 'restarting' },
  });
  expect(await childCounts(w.system, sup)).toEqual([2, 1, 0, 2]);
  opened.resolve();
  await restart;
  expect(await childCounts(w.system, sup)).toEqual([2, 2, 0, 2]);
});

// --- 31: what it is an instance of --------------------------------------------------------------------------------------

test('31 get_callback_module: a supervisor names its definition, a written one and one that a function gives', async () => {
  const w = world();
  const definition: SupervisorSpec = { ...oneForOne, module: 'supervisor_SUITE' };
  const written = await w.start(supervisor(definition, deps));
  const given = await w.start(supervisor(() => definition, deps));
  const later = await w.start(supervisor(() => Promise.resolve(definition), deps));
  const dynamic = await startDynamic(w, { module: 'supervisor_SUITE' });
  for (const sup of [written, given, later, dynamic]) {
    expect(getCallbackModule(w.system, sup)).toBe('supervisor_SUITE');
  }
});

test('31 get_callback_module: also as somebody’s child; and not where there is no name, no supervisor, or no process', async () => {
  const w = world();
  const inner = () =>
    dynamicSupervisor({ strategy: 'simple_one_for_one', child: spec, module: 'inner' }, deps);
  const unneeded = () => genServer({ init: () => ignore });
  const sup: SupervisorPid = await startSupervisor(w, {
    strategy: 'one_for_one',
    module: 'outer',
    children: [{ id: 'inner', start: inner }, spec('worker'), { id: 'unneeded', start: unneeded }],
  });
  expect(getCallbackModule(w.system, sup)).toBe('outer');
  expect(getCallbackModule(w.system, childPid(w.system, sup, 'inner'))).toBe('inner');
  expect(getCallbackModule(w.system, childPid(w.system, sup, 'worker'))).toBe(null);
  expect(pidOf(w.system, sup, 'unneeded')).toBe(null);
  expect(getCallbackModule(w.system, await w.start(supervisor(oneForOne, deps)))).toBe(null);
  w.system.exit(sup, 'kill');
  expect(getCallbackModule(w.system, sup)).toBe(null);
});
