/** Another spec for a supervisor that runs: OTP's code change, without the code. */
import { expect, test } from 'vitest';
import { genServer } from '../../src/runtime/gen-server.ts';
import type { AutoShutdown, ChildSpec } from '../../src/supervision/child-spec.ts';
import {
  type DynamicSpec,
  dynamicSupervisor,
  type SupervisorPid,
  type SupervisorSpec,
} from '../../src/supervision/supervisor.ts';
import {
  getCallbackModule,
  getChildSpec,
  restartChild,
  startChild,
  updateDynamicSpec,
  updateSpec,
  whichChildren,
} from '../../src/supervision/supervisor-admin.ts';
import { gate, settle, type World } from '../unit/runtime/world.ts';
import { deps, startSupervisor } from '../unit/supervision/nursery.ts';
import { type Roll, reasonOf, roll, stillWorld } from './children-b.ts';

const strategy = 'one_for_one';

/** What can be seen of a supervisor: its children and their specs. */
async function seen(w: World, sup: SupervisorPid) {
  const children = (await whichChildren(w.system, sup)) ?? [];
  const specs = await Promise.all(children.map(({ id }) => getChildSpec(w.system, sup, id)));
  return {
    children,
    specs,
    module: getCallbackModule(w.system, sup),
    strategy: w.system.inspect(sup)?.strategy,
  };
}

/** How many kills of this child the supervisor survives, at most `most`. */
async function survived(w: World, sup: SupervisorPid, { pid }: Roll, id: string, most: number) {
  for (let kills = 0; kills < most; kills += 1) {
    w.system.exit(pid(id), 'kill');
    await settle();
    if (!w.system.alive(sup)) return kills;
  }
  return most;
}

test('57 code_change: children that run keep running, those gone from the spec are not ended, new ones wait for restart_child', async () => {
  const w = stillWorld();
  const { system } = w;
  const { log, pid, spec } = roll();
  const sup = await startSupervisor(w, { strategy, children: [] });

  const child1 = spec('child1', { shutdown: 2000 });
  const child2 = spec('child2', { shutdown: 'brutal_kill' });
  expect(await updateSpec(system, sup, { strategy, children: [child1, child2] })).toEqual({ ok: true });
  await settle();
  expect(log).toEqual([]);
  expect(await whichChildren(system, sup)).toMatchObject([
    { id: 'child2', state: 'stopped', pid: null },
    { id: 'child1', state: 'stopped', pid: null },
  ]);
  expect(await restartChild(system, sup, 'child1')).toEqual({ ok: true, pid: pid('child1') });
  expect(await restartChild(system, sup, 'child2')).toEqual({ ok: true, pid: pid('child2') });
  expect(await getChildSpec(system, sup, 'child1')).toMatchObject({ ok: true, spec: { shutdown: 2000 } });

  // child1 changed, child2 removed, child3 added.
  const [one, two] = [pid('child1'), pid('child2')];
  const changed = [spec('child1', { shutdown: 1000 }), spec('child3', { shutdown: 'brutal_kill' })];
  expect(await updateSpec(system, sup, { strategy, children: changed })).toEqual({ ok: true });
  await settle();
  expect(log).toEqual(['+child1', '+child2']);
  expect(await whichChildren(system, sup)).toMatchObject([
    { id: 'child2', state: 'running', pid: two },
    { id: 'child3', state: 'stopped', pid: null },
    { id: 'child1', state: 'running', pid: one },
  ]);
  expect(await getChildSpec(system, sup, 'child1')).toMatchObject({ ok: true, spec: { shutdown: 1000 } });
  expect(await getChildSpec(system, sup, 'child2')).toMatchObject({
    ok: true,
    spec: { shutdown: 'brutal_kill' },
  });

  // What was removed is still looked after.
  system.exit(two, 'kill');
  await settle();
  expect(pid('child2')).not.toBe(two);
  expect(system.alive(pid('child2'))).toBe(true);
});

test('57 code_change: the next incarnation of a child is made by the new spec', async () => {
  const w = stillWorld();
  const { log, mortal, pid, spec } = roll();
  const sup = await startSupervisor(w, { strategy, children: [spec('c')] });
  const next: ChildSpec = { id: 'c', restart: 'transient', start: () => mortal('c of the new spec') };
  await updateSpec(w.system, sup, { strategy, children: [next] });
  w.system.exit(pid('c'), 'kill');
  await settle();
  expect(log).toEqual(['+c', '+c of the new spec']);
  w.system.cast(pid('c of the new spec'), 'normal');
  await settle();
  expect(await whichChildren(w.system, sup)).toMatchObject([{ id: 'c', state: 'stopped' }]);
});

test('57 code_change: the order is that of the new spec, and the strategy goes by it', async () => {
  const w = stillWorld();
  const r = roll();
  const { log, pid, spec } = r;
  const sup = await startSupervisor(w, {
    strategy,
    intensity: 9,
    children: [spec('a'), spec('b'), spec('c')],
  });
  const reversed: SupervisorSpec = {
    strategy: 'rest_for_one',
    intensity: 9,
    module: 'second',
    children: [spec('c'), spec('b'), spec('a')],
  };
  expect(await updateSpec(w.system, sup, reversed)).toEqual({ ok: true });
  expect(w.system.inspect(sup)).toMatchObject({ strategy: 'rest_for_one', module: 'second' });
  log.length = 0;
  w.system.exit(pid('b'), 'kill');
  await settle();
  expect(log).toEqual(['-a', '+b', '+a']);
  await w.system.stop(sup, 'shutdown', 1000);
  expect(log.slice(3)).toEqual(['-a', '-b', '-c']);
});

test('57 code_change: another intensity holds from now on, and restarts there have been still count', async () => {
  const w = stillWorld();
  const r = roll();
  const children = [r.spec('c')];
  const sup = await startSupervisor(w, { strategy, intensity: 3, periodMs: 1000, children });
  expect(await survived(w, sup, r, 'c', 2)).toBe(2);
  expect(await updateSpec(w.system, sup, { strategy, intensity: 4, periodMs: 1000, children })).toEqual({
    ok: true,
  });
  expect(await survived(w, sup, r, 'c', 9)).toBe(2);
  expect(reasonOf(w, sup)).toBe('shutdown');
});

test('57 code_change: a shorter period holds from now on', async () => {
  const w = stillWorld();
  const r = roll();
  const children = [r.spec('c')];
  const sup = await startSupervisor(w, { strategy, intensity: 1, periodMs: 10_000, children });
  expect(await survived(w, sup, r, 'c', 1)).toBe(1);
  await updateSpec(w.system, sup, { strategy, intensity: 1, periodMs: 100, children });
  w.clock.advance(101);
  expect(await survived(w, sup, r, 'c', 9)).toBe(1);
});

test('57 code_change: it is taken up when no start is under way, and answered then', async () => {
  const w = stillWorld();
  const { system } = w;
  const { pid, spec } = roll();
  const opened = gate();
  const sup = await startSupervisor(w, { strategy, children: [spec('a')] });
  const slow: ChildSpec = { id: 'slow', start: () => genServer({ init: () => opened.promise }) };
  const started = startChild(system, sup, slow);
  await settle();
  let answered: boolean = false;
  const updated = updateSpec(system, sup, { strategy, children: [spec('b')] }).then((answer) => {
    answered = true;
    return answer;
  });
  await settle();
  expect(answered).toBe(false);
  expect(await whichChildren(system, sup)).toMatchObject([{ id: 'slow' }, { id: 'a', pid: pid('a') }]);
  opened.resolve();
  expect(await started).toMatchObject({ ok: true });
  expect(await updated).toEqual({ ok: true });
  expect(await whichChildren(system, sup)).toMatchObject([
    { id: 'slow', state: 'running' },
    { id: 'a', state: 'running' },
    { id: 'b', state: 'stopped' },
  ]);
});

test('57 code_change: a supervisor that is gone says so', async () => {
  const w = stillWorld();
  const sup = await startSupervisor(w, { strategy, children: [] });
  w.system.exit(sup, 'kill');
  expect(await updateSpec(w.system, sup, { strategy, children: [] })).toEqual({ ok: false, error: 'noproc' });
});

/** Faulty specs, as they come from code that no compiler has seen. */
const faulty: readonly { readonly code: string; readonly spec: string }[] = [
  {
    code: 'invalid_intensity',
    spec: '{"strategy":"one_for_one","children":[],"intensity":"faulty_intensity"}',
  },
  { code: 'invalid_intensity', spec: '{"strategy":"one_for_one","children":[],"intensity":-1}' },
  { code: 'invalid_period', spec: '{"strategy":"one_for_one","children":[],"periodMs":0}' },
  { code: 'invalid_strategy', spec: '{"strategy":"faulty_strategy","children":[]}' },
  { code: 'invalid_strategy', spec: '{"children":[]}' },
  { code: 'invalid_auto_shutdown', spec: '{"strategy":"one_for_one","children":[],"autoShutdown":"faulty"}' },
  { code: 'bad_start_spec', spec: '"faulty_flags"' },
  { code: 'bad_start_spec', spec: 'null' },
  { code: 'bad_start_spec', spec: '{"strategy":"one_for_one"}' },
  { code: 'missing_id', spec: '{"strategy":"one_for_one","children":[{}]}' },
  { code: 'missing_start', spec: '{"strategy":"one_for_one","children":[{"id":"faulty_child"}]}' },
  { code: 'invalid_child_spec', spec: '{"strategy":"one_for_one","children":["faulty_child"]}' },
];

for (const { code, spec: text } of faulty) {
  test(`57 code_change: ${text} is refused as ${code} and leaves the old state`, async () => {
    const w = stillWorld();
    const r = roll();
    const children = [r.spec('a', { shutdown: 1 }), r.spec('b', { restart: 'transient' })];
    const flags = { strategy: 'rest_for_one', intensity: 2, periodMs: 1000, module: 'first' } as const;
    const sup = await startSupervisor(w, { ...flags, children });
    const before = await seen(w, sup);
    const spec: SupervisorSpec = JSON.parse(text);
    expect(await updateSpec(w.system, sup, spec)).toMatchObject({
      ok: false,
      error: { spec: { name: 'SpecFault', code } },
    });
    await settle();
    expect(await seen(w, sup)).toEqual(before);
    // Flags too: still rest_for_one, and two restarts in a second.
    r.log.length = 0;
    expect(await survived(w, sup, r, 'a', 9)).toBe(2);
    expect(r.log).toEqual(['-b', '+a', '+b', '-b', '+a', '+b', '-b']);
  });
}

test('57 code_change: a faulty child among good ones changes none of them', async () => {
  const w = stillWorld();
  const { pid, spec } = roll();
  const sup = await startSupervisor(w, { strategy, children: [spec('a', { shutdown: 1 })] });
  const before = await seen(w, sup);
  const children = [spec('a', { shutdown: 2 }), spec('new'), spec('new')];
  expect(await updateSpec(w.system, sup, { strategy, children })).toMatchObject({
    ok: false,
    error: { spec: { code: 'duplicate_child_name' } },
  });
  expect(await seen(w, sup)).toEqual(before);
  expect(w.system.alive(pid('a'))).toBe(true);
});

test('57 code_change: a static supervisor does not become a dynamic one, nor the other way round', async () => {
  const w = stillWorld();
  const { system } = w;
  const { pid, spec } = roll();
  const sup = await startSupervisor(w, { strategy, children: [spec('a')] });
  const dynamic = { strategy: 'simple_one_for_one', child: (child: ChildSpec) => child } as const;
  expect(await updateDynamicSpec(system, sup, dynamic)).toEqual({ ok: false, error: 'other_kind' });
  expect(await whichChildren(system, sup)).toMatchObject([{ id: 'a', pid: pid('a'), state: 'running' }]);
  const simple = await w.start(dynamicSupervisor(dynamic, deps));
  await startChild(system, simple, spec('b'));
  expect(await updateSpec(system, simple, { strategy, children: [] })).toEqual({
    ok: false,
    error: 'other_kind',
  });
  expect(await whichChildren(system, simple)).toMatchObject([{ id: 'b', pid: pid('b'), state: 'running' }]);
});

// --- simple_one_for_one -------------------------------------------------------------------------------------------

/** A dynamic spec of which the children say which one of the specs they are of. */
function simple(
  { mortal }: Roll,
  version: string,
  flags: Partial<DynamicSpec<string>> = {},
): DynamicSpec<string> {
  const child = (id: string): ChildSpec => ({ id, start: () => mortal(`${id} of ${version}`) });
  return { strategy: 'simple_one_for_one', child, ...flags };
}

test('57 code_change_simple: children that run keep running, later ones are of the new spec', async () => {
  const w = stillWorld();
  const { system } = w;
  const r = roll();
  const sup = await w.start(dynamicSupervisor(simple(r, 'v1', { maxChildren: 9 }), deps), { id: 'sup' });
  await startChild(system, sup, 'a');
  const a = r.pid('a of v1');
  expect(await updateDynamicSpec(system, sup, simple(r, 'v2', { maxChildren: 2, module: 'v2' }))).toEqual({
    ok: true,
  });
  expect(r.log).toEqual(['+a of v1']);
  expect(getCallbackModule(system, sup)).toBe('v2');
  await startChild(system, sup, 'b');
  expect(r.log).toEqual(['+a of v1', '+b of v2']);
  expect(await startChild(system, sup, 'c')).toEqual({ ok: false, error: 'max_children' });
  expect(await whichChildren(system, sup)).toMatchObject([
    { id: 'b', pid: r.pid('b of v2') },
    { id: 'a', pid: a },
  ]);
  // A child keeps the spec it was started with.
  system.exit(a, 'kill');
  await settle();
  expect(r.log).toEqual(['+a of v1', '+b of v2', '+a of v1']);
});

const faultySimple: readonly { readonly code: string; readonly spec: string }[] = [
  // OTP: an attempt to add a child to the one, and to remove it.
  { code: 'bad_start_spec', spec: '{"strategy":"simple_one_for_one","children":[{},{}]}' },
  { code: 'bad_start_spec', spec: '{"strategy":"simple_one_for_one","children":[]}' },
  { code: 'bad_start_spec', spec: '{"strategy":"simple_one_for_one"}' },
  { code: 'bad_start_spec', spec: 'null' },
  { code: 'invalid_strategy', spec: '{"strategy":"one_for_one"}' },
];

for (const { code, spec: text } of faultySimple) {
  test(`57 code_change_simple: ${text} is refused as ${code} and leaves the old state`, async () => {
    const w = stillWorld();
    const { system } = w;
    const r = roll();
    const sup = await w.start(dynamicSupervisor(simple(r, 'v1', { intensity: 1 }), deps), { id: 'sup' });
    await startChild(system, sup, 'a');
    const before = await whichChildren(system, sup);
    const spec: DynamicSpec<string> = JSON.parse(text);
    expect(await updateDynamicSpec(system, sup, spec)).toMatchObject({
      ok: false,
      error: { spec: { code } },
    });
    expect(await whichChildren(system, sup)).toEqual(before);
    await startChild(system, sup, 'b');
    expect(r.log).toEqual(['+a of v1', '+b of v1']);
  });
}

test('57 code_change_simple: bad flags with a good child leave the old state too', async () => {
  const w = stillWorld();
  const { system } = w;
  const r = roll();
  const sup = await w.start(dynamicSupervisor(simple(r, 'v1', { intensity: 1 }), deps), { id: 'sup' });
  await startChild(system, sup, 'a');
  for (const flags of [{ intensity: -1 }, { periodMs: 0 }, { maxChildren: -1 }]) {
    expect(await updateDynamicSpec(system, sup, simple(r, 'v2', flags))).toMatchObject({ ok: false });
  }
  await startChild(system, sup, 'b');
  expect(r.log).toEqual(['+a of v1', '+b of v1']);
  for (const id of ['a', 'b']) {
    system.exit(r.pid(`${id} of v1`), 'kill');
    await settle();
  }
  expect(w.of('intensity-exceeded').map(({ restarts }) => restarts)).toEqual([2]);
});

// --- significant children -----------------------------------------------------------------------------------------

const significant = { restart: 'transient', significant: true } as const;
const upgrades: readonly { readonly from: AutoShutdown; readonly to: AutoShutdown }[] = [
  { from: 'never', to: 'any_significant' },
  { from: 'never', to: 'all_significant' },
  { from: 'any_significant', to: 'never' },
  { from: 'any_significant', to: 'all_significant' },
  { from: 'all_significant', to: 'never' },
  { from: 'all_significant', to: 'any_significant' },
];

for (const { from, to } of upgrades) {
  test(`57 significant_upgrade: from ${from} to ${to}, the new rule holds for children there are and for new ones`, async () => {
    const w = stillWorld();
    const { system } = w;
    const { pid, spec } = roll();
    const sup = await startSupervisor(w, { strategy, autoShutdown: from, children: [] });
    const add = (id: string) => startChild(system, sup, spec(id, significant));
    const refused = { ok: false, error: { spec: { code: 'bad_combination' } } };
    expect(await add('a')).toMatchObject(from === 'never' ? refused : { ok: true });
    expect(await updateSpec(system, sup, { strategy, autoShutdown: to, children: [] })).toEqual({ ok: true });
    await settle();
    expect(system.alive(sup)).toBe(true);
    if (from === 'never') expect(await add('a')).toMatchObject({ ok: true });
    expect(await add('b')).toMatchObject(to === 'never' ? refused : { ok: true });
    system.cast(pid('a'), 'normal');
    await settle();
    expect(system.alive(sup)).toBe(to !== 'any_significant');
    if (to === 'all_significant') {
      expect(system.alive(pid('b'))).toBe(true);
      system.cast(pid('b'), 'normal');
      await settle();
      expect(reasonOf(w, sup)).toBe('shutdown');
    }
    if (to === 'never') expect(await restartChild(system, sup, 'a')).toEqual({ ok: true, pid: pid('a') });
  });
}

test('57 significant_upgrade_child: a child becomes significant, or is not any more', async () => {
  for (const becomes of [true, false]) {
    const w = stillWorld();
    const { pid, spec } = roll();
    const definition = (is: boolean): SupervisorSpec => ({
      strategy,
      autoShutdown: 'any_significant',
      children: [spec('c', { ...significant, significant: is })],
    });
    const sup = await startSupervisor(w, definition(!becomes));
    const c = pid('c');
    expect(await updateSpec(w.system, sup, definition(becomes))).toEqual({ ok: true });
    await settle();
    expect([w.system.alive(sup), w.system.alive(c)]).toEqual([true, true]);
    w.system.cast(c, 'normal');
    await settle();
    expect(w.system.alive(sup)).toBe(!becomes);
  }
});

test('57 significant_upgrade_child: not under never, where everything stays as it was', async () => {
  const w = stillWorld();
  const { pid, spec } = roll();
  const sup = await startSupervisor(w, { strategy, children: [spec('c', { restart: 'transient' })] });
  const before = await seen(w, sup);
  expect(await updateSpec(w.system, sup, { strategy, children: [spec('c', significant)] })).toMatchObject({
    ok: false,
    error: { spec: { code: 'bad_combination' } },
  });
  expect(await seen(w, sup)).toEqual(before);
  expect(w.system.alive(pid('c'))).toBe(true);
});
