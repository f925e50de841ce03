/** Who is restarted after which end, and what a supervisor keeps of a child that is not. */
import { expect, test } from 'vitest';
import type { ChildSpec, RestartType } from '../../src/supervision/child-spec.ts';
import type { Strategy } from '../../src/supervision/decide.ts';
import { dynamicSupervisor } from '../../src/supervision/supervisor.ts';
import {
  countChildren,
  getChildSpec,
  restartChild,
  startChild,
  terminateChild,
  whichChildren,
} from '../../src/supervision/supervisor-admin.ts';
import { settle } from '../unit/runtime/world.ts';
import { childPid, deps, startSupervisor } from '../unit/supervision/nursery.ts';
import {
  collector,
  type Ending,
  endings,
  type Home,
  homes,
  isCollected,
  raise,
  reasonOf,
  roll,
  stillWorld,
} from './children-b.ts';

const none = { specs: 0, active: 0, supervisors: 0, workers: 0 };
const one = { specs: 1, active: 1, supervisors: 0, workers: 1 };
const atRest = { specs: 1, active: 0, supervisors: 0, workers: 1 };

/** One child `c` of this restart type in this home, after this end. */
async function afterEnd(restart: RestartType, home: Home, ending: Ending) {
  const w = stillWorld();
  const { pid, spec, starts } = roll();
  const { sup, start } = await home.open(w, spec('c', { restart }));
  const old = pid('c');
  ending.end(w.system, old);
  await settle();
  expect(reasonOf(w, old)).toEqual(ending.reason);
  expect(w.system.alive(old)).toBe(false);
  expect(w.system.alive(sup)).toBe(true);
  return { ...w, sup, start, old, pid, starts };
}

async function expectRestart(restart: RestartType, home: Home, ending: Ending): Promise<void> {
  const { system, of, sup, old, pid, starts } = await afterEnd(restart, home, ending);
  expect(starts('c')).toBe(2);
  expect(pid('c')).not.toBe(old);
  expect(system.alive(pid('c'))).toBe(true);
  expect(of('restart').map(({ path, oldPid, newPid }) => [path, oldPid, newPid])).toEqual([
    ['sup/c', old, pid('c')],
  ]);
  expect(of('not-restarted')).toEqual([]);
  expect(await whichChildren(system, sup)).toMatchObject([
    { id: 'c', state: 'running', pid: pid('c'), restarts: 1 },
  ]);
  expect(await countChildren(system, sup)).toEqual(one);
}

for (const ending of endings) {
  for (const home of homes) {
    test(`32 permanent_${ending.group} (${home.name}): ${ending.how} is followed by a restart`, () =>
      expectRestart('permanent', home, ending));
  }
}

for (const ending of endings.filter(({ group }) => group === 'abnormal')) {
  for (const home of homes) {
    test(`33 transient_abnormal (${home.name}): ${ending.how} is followed by a restart`, () =>
      expectRestart('transient', home, ending));
  }
}

for (const ending of endings.filter(({ group }) => group !== 'abnormal')) {
  for (const home of homes.filter(({ name }) => name !== 'simple')) {
    test(`33 transient_${ending.group} (${home.name}): ${ending.how} is final, and the spec stays`, async () => {
      const { system, of, sup, old, pid, starts, start } = await afterEnd('transient', home, ending);
      expect(starts('c')).toBe(1);
      expect(of('restart')).toEqual([]);
      expect(of('not-restarted')).toEqual([
        { type: 'not-restarted', path: 'sup/c', oldPid: old, reason: ending.reason },
      ]);
      expect(await whichChildren(system, sup)).toMatchObject([{ id: 'c', state: 'stopped', pid: null }]);
      expect(await countChildren(system, sup)).toEqual(atRest);
      expect(await getChildSpec(system, sup, 'c')).toMatchObject({
        ok: true,
        spec: { restart: 'transient' },
      });
      expect(await start()).toEqual({ ok: false, error: 'already_present' });
      expect(await restartChild(system, sup, 'c')).toEqual({ ok: true, pid: pid('c') });
      expect(system.alive(pid('c'))).toBe(true);
    });
  }

  test(`33 transient_${ending.group} (simple): ${ending.how} is final; what stays is the supervisor's template`, async () => {
    const simple = homes.find(({ name }) => name === 'simple');
    if (simple === undefined) throw new Error('no simple home');
    const { system, of, sup, old, starts, start } = await afterEnd('transient', simple, ending);
    expect(starts('c')).toBe(1);
    expect(of('restart')).toEqual([]);
    expect(of('not-restarted').map(({ oldPid, reason }) => [oldPid, reason])).toEqual([[old, ending.reason]]);
    expect(await whichChildren(system, sup)).toEqual([]);
    expect(await countChildren(system, sup)).toEqual(none);
    expect(await start()).toMatchObject({ ok: true });
    expect(starts('c')).toBe(2);
  });
}

for (const ending of endings) {
  for (const home of homes) {
    test(`34 temporary_${ending.group} (${home.name}): ${ending.how} is final, and the spec goes`, async () => {
      const { system, of, sup, old, pid, starts, start } = await afterEnd('temporary', home, ending);
      expect(starts('c')).toBe(1);
      expect(of('restart')).toEqual([]);
      expect(of('not-restarted')).toEqual([
        { type: 'not-restarted', path: 'sup/c', oldPid: old, reason: ending.reason },
      ]);
      expect(await whichChildren(system, sup)).toEqual([]);
      expect(await countChildren(system, sup)).toEqual(none);
      expect(await getChildSpec(system, sup, 'c')).toEqual({ ok: false, error: 'not_found' });
      // Nothing is left that could stand in the way of another of this id.
      expect(await start()).toEqual({ ok: true, pid: pid('c') });
      expect(pid('c')).not.toBe(old);
    });
  }
}

const bystanders = [
  { strategy: 'one_for_all', ids: ['t', 'c'] },
  { strategy: 'one_for_all', ids: ['c', 't'] },
  { strategy: 'rest_for_one', ids: ['c', 't'] },
] as const;

for (const { strategy, ids } of bystanders) {
  for (const how of ['static', 'start_child'] as const) {
    test(`35 temporary_bystander (${strategy}, ${how}, ${ids}): is ended with its sibling, not restarted, and no failure`, async () => {
      const w = stillWorld();
      const { pid, spec, starts } = roll();
      const restart = { c: 'permanent', t: 'temporary' } as const;
      const children = ids.map((id) => spec(id, { restart: restart[id] }));
      // One restart is allowed: an attempt at the bystander would be one too many.
      const sup = await raise(w, how, { strategy, intensity: 1, children });
      const [c, t] = [pid('c'), pid('t')];
      w.system.cast(c, 'normal');
      await settle();
      expect(reasonOf(w, t)).toBe('shutdown');
      expect(w.system.alive(sup)).toBe(true);
      expect([starts('c'), starts('t')]).toEqual([2, 1]);
      expect(await whichChildren(w.system, sup)).toMatchObject([
        { id: 'c', pid: pid('c'), state: 'running' },
      ]);
      expect(await getChildSpec(w.system, sup, 't')).toEqual({ ok: false, error: 'not_found' });
      expect(w.of('restart').flatMap(({ alsoRestarted }) => alsoRestarted)).toEqual([
        { path: 'sup/t', oldPid: t, newPid: null },
      ]);
      expect(w.of('report').map(({ context, offender }) => [context, offender.id])).toEqual([
        ['child_terminated', 'c'],
      ]);
      expect(w.of('intensity-exceeded')).toEqual([]);
    });
  }
}

test('35 temporary_bystander: one that goes with a restart that fails at first is not in the next attempt', async () => {
  const w = stillWorld();
  const { pid, spec, fragile, starts } = roll();
  let failures = 0;
  const sup = await startSupervisor(w, {
    strategy: 'one_for_all',
    intensity: 3,
    children: [
      spec('t', { restart: 'temporary' }),
      fragile('c', () => failures > 0 && failures-- > 0),
      spec('u', { restart: 'temporary' }),
    ],
  });
  failures = 2;
  w.system.exit(pid('c'), 'kill');
  await settle();
  expect([starts('t'), starts('c'), starts('u')]).toEqual([1, 2, 1]);
  expect(await whichChildren(w.system, sup)).toMatchObject([{ id: 'c', pid: pid('c') }]);
  expect(w.of('report').map(({ context, offender }) => [context, offender.id])).toEqual([
    ['child_terminated', 'c'],
    ['start_error', 'c'],
    ['start_error', 'c'],
  ]);
});

// --- what is kept of a start --------------------------------------------------------------------------------------

/** Much to keep in memory for nothing. */
interface Args {
  readonly id: string;
  readonly parts: readonly string[];
}

const strategies: readonly Strategy[] = ['one_for_one', 'one_for_all', 'rest_for_one', 'simple_one_for_one'];
const collect = collector();

/** A supervisor without children, and how to add one with arguments that nobody else holds; they come back weak. */
async function keeper(strategy: Strategy, restart: RestartType) {
  const w = stillWorld();
  const { mortal, pid, log } = roll();
  // The child takes from its arguments what it needs and does not hold on to them.
  const specOf = ({ id, parts }: Args): ChildSpec => {
    return { id, restart, start: () => mortal(`${id} of ${parts.length}`) };
  };
  const adder = async () => {
    if (strategy === 'simple_one_for_one') {
      const sup = await w.start(dynamicSupervisor({ strategy, child: specOf }, deps), { id: 'sup' });
      return (args: Args) => startChild(w.system, sup, args);
    }
    const sup = await startSupervisor(w, { strategy, children: [] });
    return (args: Args) => startChild(w.system, sup, specOf(args));
  };
  const add = await adder();
  async function start(id: string): Promise<WeakRef<object>> {
    // An array that only this child's `start` can reach.
    const parts = Array.from({ length: 1000 }, (_, i) => `${id}${i}`);
    const started = await add({ id, parts });
    if (!started.ok) throw new Error(`${id} was not started`);
    return new WeakRef(parts);
  }
  return { w, log, pid, start };
}

for (const strategy of strategies) {
  test(`36 do_not_save_start_parameters_for_temporary_children (${strategy}): a running temporary child's can be collected`, async () => {
    const { w, pid, start } = await keeper(strategy, 'temporary');
    const refs = [await start('a'), await start('b'), await start('c')];
    for (const ref of refs) expect(await isCollected(ref, collect)).toBe(true);
    for (const id of ['a', 'b', 'c']) expect(w.system.alive(pid(`${id} of 1000`))).toBe(true);
  });

  for (const restart of ['permanent', 'transient'] as const) {
    test(`36 do_not_save_start_parameters_for_temporary_children (${strategy}): a ${restart} child's are kept, and it is restarted with them`, async () => {
      const { w, log, pid, start } = await keeper(strategy, restart);
      const ref = await start('a');
      expect(await isCollected(ref, collect)).toBe(false);
      w.system.exit(pid('a of 1000'), 'kill');
      await settle();
      expect(log).toEqual(['+a of 1000', '+a of 1000']);
      expect(await isCollected(ref, collect)).toBe(false);
    });
  }
}

test('36 do_not_save_start_parameters_for_temporary_children (simple): not even after the first one has ended', async () => {
  // What was OTP-16804: the first end of a temporary child made the supervisor keep the arguments of all after it.
  const { w, pid, start } = await keeper('simple_one_for_one', 'temporary');
  const first = await start('a');
  w.system.cast(pid('a of 1000'), 'crash');
  await settle();
  const second = await start('b');
  expect(await isCollected(first, collect)).toBe(true);
  expect(await isCollected(second, collect)).toBe(true);
  expect(w.system.alive(pid('b of 1000'))).toBe(true);
});

const ways = [
  { how: 'terminate_child', kept: { permanent: 'already_present', transient: 'already_present' } },
  { how: 'a kill', kept: { permanent: 'already_started', transient: 'already_started' } },
  { how: 'ending with an error', kept: { permanent: 'already_started', transient: 'already_started' } },
  { how: 'ending normally', kept: { permanent: 'already_started', transient: 'already_present' } },
] as const;

for (const strategy of ['one_for_one', 'one_for_all', 'rest_for_one'] as const) {
  for (const { how, kept } of ways) {
    test(`36 do_not_save_child_specs_for_temporary_children (${strategy}): after ${how} only a temporary child's spec is gone`, async () => {
      const ending = endings.find((one) => one.how === how);
      const answers = new Map<RestartType, string>();
      for (const restart of ['permanent', 'transient', 'temporary'] as const) {
        const w = stillWorld();
        const { pid, spec } = roll();
        const sup = await startSupervisor(w, { strategy, children: [] });
        await startChild(w.system, sup, spec('c', { restart }));
        if (ending === undefined) await terminateChild(w.system, sup, 'c');
        else ending.end(w.system, pid('c'));
        await settle();
        const again = await startChild(w.system, sup, spec('c', { restart }));
        answers.set(restart, again.ok ? 'started' : String(again.error));
        if (again.ok) expect(childPid(w.system, sup, 'c')).toBe(again.pid);
        else if (again.error === 'already_present') {
          expect(await restartChild(w.system, sup, 'c')).toEqual({ ok: true, pid: pid('c') });
        }
      }
      expect(Object.fromEntries(answers)).toEqual({ ...kept, temporary: 'started' });
    });
  }
}
