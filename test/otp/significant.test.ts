/** Significant children: whose end is the end of what a supervisor was there for. */
import { expect, test } from 'vitest';
import { processName } from '../../src/runtime/process-name.ts';
import { registry } from '../../src/runtime/registry.ts';
import { type AutoShutdown, type ChildSpec, checkChildSpecs } from '../../src/supervision/child-spec.ts';
import type { SpecFault } from '../../src/supervision/spec-fault.ts';
import { dynamicSupervisor, type SupervisorMessage, supervisor } from '../../src/supervision/supervisor.ts';
import {
  countChildren,
  restartChild,
  startChild,
  terminateChild,
  whichChildren,
} from '../../src/supervision/supervisor-admin.ts';
import { settle, type World, world } from '../unit/runtime/world.ts';
import { childPid, deps, spec, startSupervisor } from '../unit/supervision/nursery.ts';
import { endings, type Roll, raise, reasonOf, roll, stillWorld } from './children-b.ts';

const autoShutdowns: readonly AutoShutdown[] = ['never', 'any_significant', 'all_significant'];
const strategies = ['one_for_one', 'one_for_all', 'rest_for_one'] as const;
const origins = ['static', 'start_child'] as const;
const inOrder = endings.filter(({ group }) => group !== 'abnormal');
const abnormal = endings.filter(({ group }) => group === 'abnormal');

/** `c` and `d` are significant, `e` is not; all of one restart type. */
function family({ spec }: Roll, restart: 'transient' | 'temporary'): readonly ChildSpec[] {
  const significant = true;
  return [spec('c', { restart, significant }), spec('d', { restart, significant }), spec('e', { restart })];
}

/** That all of it is over, in the order of an ordinary end. */
function expectOver(w: World, { log, pid }: Roll, sup: Parameters<typeof reasonOf>[1]): void {
  expect(reasonOf(w, sup)).toBe('shutdown');
  for (const id of ['d', 'e']) expect(reasonOf(w, pid(id))).toBe('shutdown');
  expect(log.slice(-2)).toEqual(['-e', '-d']);
  expect([...w.system.processes()]).toEqual([]);
  // It was no failure.
  expect(w.of('intensity-exceeded')).toEqual([]);
}

for (const restart of ['temporary', 'transient'] as const) {
  for (const autoShutdown of autoShutdowns) {
    for (const ending of endings) {
      test(`50 nonsignificant_${restart} (${autoShutdown}): ${ending.how} of a child that is not significant does not end the supervisor`, async () => {
        const w = stillWorld();
        const { pid, spec, starts } = roll();
        const children = [spec('c', { restart, significant: false })];
        const sup = await startSupervisor(w, { strategy: 'one_for_one', autoShutdown, children });
        const old = pid('c');
        ending.end(w.system, old);
        await settle();
        expect(reasonOf(w, old)).toEqual(ending.reason);
        expect(w.system.alive(sup)).toBe(true);
        expect(starts('c')).toBe(restart === 'transient' && ending.group === 'abnormal' ? 2 : 1);
      });
    }

    test(`50 nonsignificant_${restart} (${autoShutdown}): nor does terminate_child`, async () => {
      const w = stillWorld();
      const { pid, spec } = roll();
      const children = [spec('c', { restart })];
      const sup = await startSupervisor(w, { strategy: 'one_for_one', autoShutdown, children });
      expect(await terminateChild(w.system, sup, 'c')).toEqual({ ok: true });
      await settle();
      expect(w.system.alive(pid('c'))).toBe(false);
      expect(w.system.alive(sup)).toBe(true);
    });
  }
}

for (const origin of origins) {
  for (const ending of endings) {
    test(`51 significant_temporary (any_significant, ${origin}): ${ending.how} of one ends the siblings, then the supervisor`, async () => {
      const w = stillWorld();
      const r = roll();
      const definition = { strategy: 'one_for_one', autoShutdown: 'any_significant' } as const;
      const sup = await raise(w, origin, { ...definition, children: family(r, 'temporary') });
      const c = r.pid('c');
      ending.end(w.system, c);
      await settle();
      expect(reasonOf(w, c)).toEqual(ending.reason);
      expect(r.starts('c')).toBe(1);
      expectOver(w, r, sup);
    });
  }

  test(`51 significant_temporary (any_significant, ${origin}): terminate_child of one does not`, async () => {
    const w = stillWorld();
    const r = roll();
    const definition = { strategy: 'one_for_one', autoShutdown: 'any_significant' } as const;
    const sup = await raise(w, origin, { ...definition, children: family(r, 'temporary') });
    expect(await terminateChild(w.system, sup, 'c')).toEqual({ ok: true });
    await settle();
    expect(w.system.alive(sup)).toBe(true);
    expect(await whichChildren(w.system, sup)).toMatchObject([
      { id: 'e', pid: r.pid('e') },
      { id: 'd', pid: r.pid('d') },
    ]);
    // Started anew, it is significant again.
    await startChild(w.system, sup, r.spec('c', { restart: 'temporary', significant: true }));
    w.system.exit(r.pid('c'), 'kill');
    await settle();
    expectOver(w, r, sup);
  });

  for (const ending of abnormal) {
    test(`52 significant_transient (any_significant, ${origin}): ${ending.how} of one is followed by a restart, no more`, async () => {
      const w = stillWorld();
      const r = roll();
      const definition = { strategy: 'one_for_one', autoShutdown: 'any_significant' } as const;
      const sup = await raise(w, origin, { ...definition, children: family(r, 'transient') });
      const [c, d, e] = ['c', 'd', 'e'].map((id) => r.pid(id));
      ending.end(w.system, r.pid('c'));
      await settle();
      expect(w.system.alive(sup)).toBe(true);
      expect(r.pid('c')).not.toBe(c);
      expect(await whichChildren(w.system, sup)).toMatchObject([
        { id: 'e', pid: e, state: 'running' },
        { id: 'd', pid: d, state: 'running' },
        { id: 'c', pid: r.pid('c'), state: 'running' },
      ]);
    });
  }

  for (const ending of inOrder) {
    test(`52 significant_transient (any_significant, ${origin}): ${ending.how} of one ends the siblings, then the supervisor`, async () => {
      const w = stillWorld();
      const r = roll();
      const definition = { strategy: 'one_for_one', autoShutdown: 'any_significant' } as const;
      const sup = await raise(w, origin, { ...definition, children: family(r, 'transient') });
      ending.end(w.system, r.pid('c'));
      await settle();
      expect(r.starts('c')).toBe(1);
      expectOver(w, r, sup);
    });
  }

  test(`52 significant_transient (any_significant, ${origin}): terminate_child of one does not, nor is the end after restart_child forgotten`, async () => {
    const w = stillWorld();
    const r = roll();
    const definition = { strategy: 'one_for_one', autoShutdown: 'any_significant' } as const;
    const sup = await raise(w, origin, { ...definition, children: family(r, 'transient') });
    expect(await terminateChild(w.system, sup, 'c')).toEqual({ ok: true });
    await settle();
    expect(w.system.alive(sup)).toBe(true);
    expect(await countChildren(w.system, sup)).toMatchObject({ specs: 3, active: 2 });
    expect(await restartChild(w.system, sup, 'c')).toMatchObject({ ok: true });
    w.system.cast(r.pid('c'), 'normal');
    await settle();
    expectOver(w, r, sup);
  });

  for (const restart of ['temporary', 'transient'] as const) {
    test(`53 all_significant (${restart}, ${origin}): the end of the last one ends the supervisor, and only that`, async () => {
      const w = stillWorld();
      const r = roll();
      const definition = { strategy: 'one_for_one', autoShutdown: 'all_significant' } as const;
      const sup = await raise(w, origin, { ...definition, children: family(r, restart) });
      const [d, e] = [r.pid('d'), r.pid('e')];
      w.system.cast(r.pid('c'), 'normal');
      await settle();
      expect(w.system.alive(sup)).toBe(true);
      expect([w.system.alive(d), w.system.alive(e)]).toEqual([true, true]);
      w.system.cast(d, 'normal');
      await settle();
      expect(reasonOf(w, d)).toBe('normal');
      expect(reasonOf(w, e)).toBe('shutdown');
      expect(reasonOf(w, sup)).toBe('shutdown');
      expect([...w.system.processes()]).toEqual([]);
    });
  }
}

test('53 all_significant: one that is going to be restarted is not gone, one that was terminated is', async () => {
  const w = stillWorld();
  const { fragile, pid, spec } = roll();
  const significant = { restart: 'transient', significant: true } as const;
  let broken: boolean = false;
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    intensity: 1e9,
    autoShutdown: 'all_significant',
    children: [fragile('c', () => broken, significant), spec('d', significant), spec('e', significant)],
  });
  broken = true;
  w.system.exit(pid('c'), 'kill');
  await settle();
  w.system.cast(pid('d'), 'normal');
  await terminateChild(w.system, sup, 'e');
  await settle();
  // Nobody runs, but c is expected back.
  expect(await countChildren(w.system, sup)).toMatchObject({ specs: 3, active: 0 });
  expect(w.system.alive(sup)).toBe(true);
  broken = false;
  await settle();
  w.system.cast(pid('c'), 'normal');
  await settle();
  expect(reasonOf(w, sup)).toBe('shutdown');
});

for (const strategy of strategies) {
  for (const autoShutdown of ['any_significant', 'all_significant'] as const) {
    test(`53 significant_bystander (${strategy}, ${autoShutdown}): ends caused by a sibling's restart do not end the supervisor`, async () => {
      const w = stillWorld();
      const { pid, spec, starts } = roll();
      const significant = { restart: 'transient', significant: true } as const;
      const sup = await startSupervisor(w, {
        strategy,
        intensity: 5,
        autoShutdown,
        children: [spec('a', significant), spec('b', { restart: 'transient' }), spec('c', significant)],
      });
      const old = { a: pid('a'), c: pid('c') };
      w.system.exit(pid('b'), 'kill');
      await settle();
      expect(w.system.alive(sup)).toBe(true);
      expect(reasonOf(w, old.a)).toBe(strategy === 'one_for_all' ? 'shutdown' : undefined);
      expect(reasonOf(w, old.c)).toBe(strategy === 'one_for_one' ? undefined : 'shutdown');
      expect(starts('b')).toBe(2);
      expect(await countChildren(w.system, sup)).toMatchObject({ specs: 3, active: 3 });
    });
  }
}

for (const strategy of ['one_for_all', 'rest_for_one'] as const) {
  for (const autoShutdown of ['any_significant', 'all_significant'] as const) {
    test(`53 significant_bystander (${strategy}, ${autoShutdown}): not even of temporary ones, which do not come back`, async () => {
      const w = stillWorld();
      const { pid, spec } = roll();
      const sup = await startSupervisor(w, {
        strategy,
        autoShutdown,
        children: [spec('b'), spec('c', { restart: 'temporary', significant: true })],
      });
      w.system.exit(pid('b'), 'kill');
      await settle();
      expect(reasonOf(w, pid('c'))).toBe('shutdown');
      expect(w.system.alive(sup)).toBe(true);
      expect(await whichChildren(w.system, sup)).toMatchObject([{ id: 'b', pid: pid('b') }]);
    });
  }
}

/** A supervisor `inner` under `sup`, with a significant child `c`; both end with their significant children. */
async function nested(significant: boolean) {
  const w = stillWorld();
  const { pid, spec } = roll();
  const autoShutdown = 'any_significant';
  const child = spec('c', { restart: 'transient', significant: true });
  const name = processName<SupervisorMessage>('inner');
  const start = () => supervisor({ strategy: 'one_for_one', autoShutdown, children: [child] }, deps);
  await w.start(registry(w.system), { id: 'registry' });
  const children = [spec('a'), { id: 'inner', name, start, restart: 'transient', significant }] as const;
  const sup = await startSupervisor(w, { strategy: 'one_for_one', autoShutdown, children });
  const [a, inner] = [pid('a'), childPid(w.system, sup, 'inner')];
  w.system.cast(pid('c'), 'normal');
  await settle();
  // To its parent this is an orderly end: a transient supervisor is not restarted.
  expect(w.of('not-restarted').map(({ path, reason }) => [path, reason])).toEqual([
    ['sup/inner/c', 'normal'],
    ['sup/inner', 'shutdown'],
  ]);
  return { w, sup, a, inner };
}

test('54 significant_escalation: the end of a significant supervisor ends its parent in turn', async () => {
  const { w, sup, a, inner } = await nested(true);
  expect(reasonOf(w, inner)).toBe('shutdown');
  expect(reasonOf(w, a)).toBe('shutdown');
  expect(reasonOf(w, sup)).toBe('shutdown');
  expect([...w.system.processes()].map(({ path }) => path)).toEqual(['registry']);
});

test('54 significant_escalation: that of one which is not significant does not', async () => {
  const { w, sup, a, inner } = await nested(false);
  expect(reasonOf(w, inner)).toBe('shutdown');
  expect([w.system.alive(sup), w.system.alive(a)]).toEqual([true, true]);
  expect(await whichChildren(w.system, sup)).toMatchObject([
    { id: 'inner', state: 'stopped', pid: null },
    { id: 'a', state: 'running', pid: a },
  ]);
});

// --- what does not go together ------------------------------------------------------------------------------------

const badCombination: Partial<SpecFault> = { name: 'SpecFault', code: 'bad_combination' };

const misfits: readonly {
  readonly what: string;
  readonly autoShutdowns: readonly AutoShutdown[];
  readonly child: ChildSpec;
}[] = [
  {
    what: 'permanent and significant',
    autoShutdowns,
    child: spec('c', [], { restart: 'permanent', significant: true }),
  },
  {
    what: 'significant, and permanent because nothing else is said',
    autoShutdowns,
    child: spec('c', [], { significant: true }),
  },
  {
    what: 'transient and significant under never',
    autoShutdowns: ['never'],
    child: spec('c', [], { restart: 'transient', significant: true }),
  },
  {
    what: 'temporary and significant under never',
    autoShutdowns: ['never'],
    child: spec('c', [], { restart: 'temporary', significant: true }),
  },
];

for (const { what, autoShutdowns, child } of misfits) {
  for (const autoShutdown of autoShutdowns) {
    test(`55 bad combinations (${autoShutdown}): a child that is ${what} is refused, in a definition and later`, async () => {
      const w = world();
      const definition = { strategy: 'one_for_one', autoShutdown, children: [child] } as const;
      expect(() => supervisor(definition, deps)).toThrow(expect.objectContaining(badCombination));
      const spawned = await w.system.spawn(supervisor(() => definition, deps));
      expect(spawned).toMatchObject({ ok: false, reason: { error: badCombination } });
      expect([...w.system.processes()]).toEqual([]);
      expect(checkChildSpecs([child], autoShutdown)).toMatchObject({ ok: false, error: badCombination });
      const sup = await startSupervisor(w, { ...definition, children: [] });
      expect(await startChild(w.system, sup, child)).toMatchObject({
        ok: false,
        error: { spec: badCombination },
      });
      expect(await whichChildren(w.system, sup)).toEqual([]);
    });
  }
}

for (const autoShutdown of ['any_significant', 'all_significant'] as const) {
  test(`55 bad combinations: simple_one_for_one and ${autoShutdown}`, async () => {
    const w = world();
    const child = (id: string) => spec(id, [], { restart: 'temporary' });
    const definition = { strategy: 'simple_one_for_one', autoShutdown, child } as const;
    expect(() => dynamicSupervisor(definition, deps)).toThrow(expect.objectContaining(badCombination));
    const spawned = await w.system.spawn(dynamicSupervisor(() => definition, deps));
    expect(spawned).toMatchObject({ ok: false, reason: { error: badCombination } });
    expect([...w.system.processes()]).toEqual([]);
  });
}

test('55 bad combinations: simple_one_for_one knows no significant child either, and never is no combination', async () => {
  const w = world();
  const child = (id: string) => spec(id, [], { restart: 'temporary', significant: id === 'significant' });
  const definition = { strategy: 'simple_one_for_one', autoShutdown: 'never', child } as const;
  const sup = await w.start(dynamicSupervisor(definition, deps));
  expect(await startChild(w.system, sup, 'significant')).toMatchObject({
    ok: false,
    error: { spec: badCombination },
  });
  expect(await startChild(w.system, sup, 'insignificant')).toMatchObject({ ok: true });
});
