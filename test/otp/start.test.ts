/** OTP's checklist, lines 1 to 14: how a supervisor and its children start, and how they do not. */
import { expect, test } from 'vitest';
import type { ExitReason } from '../../src/runtime/exit-reason.ts';
import { genServer, ignore, type ServerMessage } from '../../src/runtime/gen-server.ts';
import { processName } from '../../src/runtime/process-name.ts';
import { NameTaken } from '../../src/runtime/start-outcome.ts';
import { type ChildSpec, checkChildSpecs, faultOfChild } from '../../src/supervision/child-spec.ts';
import { SpecFault, type SpecFaultCode } from '../../src/supervision/spec-fault.ts';
import { startFailure } from '../../src/supervision/start-failure.ts';
import {
  type Definition,
  type DynamicSpec,
  dynamicSupervisor,
  type SupervisorSpec,
  supervisor,
} from '../../src/supervision/supervisor.ts';
import {
  getChildSpec,
  restartChild,
  startChild,
  terminateChild,
  whichChild,
  whichChildren,
} from '../../src/supervision/supervisor-admin.ts';
import { settle, type World, world } from '../unit/runtime/world.ts';
import { child, childPid, deps, spec, startSupervisor } from '../unit/supervision/nursery.ts';
import {
  caller,
  childCounts,
  exitsIn,
  lingerer,
  pidIn,
  refusing,
  startDynamic,
  teller,
  unneeded,
  unseenSpec,
} from './children-a.ts';

const oneForOne = { strategy: 'one_for_one', children: [] } as const;
const startChildless = (w: World) => startSupervisor(w, oneForOne);

/** Every way in which the start of a child can fail. */
const failures: readonly (readonly [how: string, start: (error: Error) => ChildSpec['start']])[] = [
  [
    'its start throws',
    (error) => () => {
      throw error;
    },
  ],
  ['its start rejects', (error) => () => Promise.reject(error)],
  [
    'its init throws',
    (error) => () =>
      genServer({
        init() {
          throw error;
        },
      }),
  ],
  ['its init rejects', (error) => () => genServer({ init: () => Promise.reject(error) })],
  ['its init says so', (error) => () => refusing({ error })],
];

// --- 1: it starts and ends ----------------------------------------------------------------------------------------

test('1 sup_start_normal: starts without children', async () => {
  const w = world();
  const sup = await startSupervisor(w, oneForOne);
  expect(w.system.alive(sup)).toBe(true);
  expect(await whichChildren(w.system, sup)).toEqual([]);
  expect(await childCounts(w.system, sup)).toEqual([0, 0, 0, 0]);
});

test('1 sup_start_normal: ends with the reason shutdown when it is stopped, and its starter hears so', async () => {
  const w = world();
  const { pid: link, heard } = await caller(w);
  const sup = await w.start(supervisor(oneForOne, deps), { link });
  const ended = w.system.ended(sup);
  await w.system.stop(sup, 'shutdown', Number.POSITIVE_INFINITY);
  expect(await ended).toBe('shutdown');
  await settle();
  expect(heard).toMatchObject([{ type: 'exit', pid: sup, reason: 'shutdown' }]);
});

test('1 sup_start_normal: ends with the reason shutdown by an exit signal from outside', async () => {
  const w = world();
  const sup = await startSupervisor(w, oneForOne);
  const ended = w.system.ended(sup);
  w.system.exit(sup, 'shutdown');
  expect(await ended).toBe('shutdown');
});

test('1 sup_start_normal: ends with the reason shutdown by an exit signal from its parent', async () => {
  const w = world();
  const parent = await w.start(teller('shutdown'), { trapExit: true });
  const sup = await w.start(supervisor(oneForOne, deps), { link: parent });
  w.system.cast(parent, sup);
  await settle();
  expect(exitsIn(w).map(([, reason]) => reason)).toEqual(['shutdown']);
  expect(w.system.alive(sup)).toBe(false);
});

// --- 2 to 5: ignore ---------------------------------------------------------------------------------------------------

test.each<[string, Definition<SupervisorSpec>]>([
  ['at once', () => ignore],
  ['later', () => Promise.resolve(ignore)],
])(
  '2 sup_start_ignore_init: a definition that says ignore %s is a start that answers ignore, without an exit signal',
  async (_when, definition) => {
    const w = world();
    const { pid: link, heard } = await caller(w);
    expect(await w.system.spawn(supervisor(definition, deps), { link })).toEqual({
      ok: false,
      reason: 'ignore',
    });
    await settle();
    expect(heard).toEqual([]);
    expect(exitsIn(w)).toEqual([]);
    expect([...w.system.processes()].map(({ pid }) => pid)).toEqual([link]);
  },
);

test('2 sup_start_ignore_init: a dynamic one as well', async () => {
  const w = world();
  const { pid: link, heard } = await caller(w);
  const definition: Definition<DynamicSpec<ChildSpec>> = () => ignore;
  expect(await w.system.spawn(dynamicSupervisor(definition, deps), { link })).toEqual({
    ok: false,
    reason: 'ignore',
  });
  await settle();
  expect(heard).toEqual([]);
  expect(exitsIn(w)).toEqual([]);
});

test('3 sup_start_ignore_child: the spec of a permanent child that says ignore is kept, with pid null; specs 2, active 1', async () => {
  const w = world();
  const sup = await startSupervisor(w, oneForOne);
  expect(await startChild(w.system, sup, { id: 'child1', start: unneeded })).toEqual({
    ok: false,
    error: 'ignore',
  });
  const second = pidIn(await startChild(w.system, sup, spec('child2')));
  expect(await whichChildren(w.system, sup)).toMatchObject([
    { id: 'child2', state: 'running', pid: second, kind: 'worker' },
    { id: 'child1', state: 'stopped', pid: null, kind: 'worker' },
  ]);
  expect(await childCounts(w.system, sup)).toEqual([2, 1, 0, 2]);
  await settle();
  expect(w.of('restart')).toEqual([]);
});

test('3 sup_start_ignore_child: also of one that stands in the definition, and it can be started later', async () => {
  const w = world();
  let needed: boolean = false;
  const start = () => (needed ? child('child1') : unneeded());
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    children: [{ id: 'child1', start }, spec('child2')],
  });
  expect(await whichChild(w.system, sup, 'child1')).toMatchObject({
    ok: true,
    child: { state: 'stopped', pid: null },
  });
  expect(await childCounts(w.system, sup)).toEqual([2, 1, 0, 2]);
  expect(await restartChild(w.system, sup, 'child1')).toEqual({ ok: false, error: 'ignore' });
  expect(await childCounts(w.system, sup)).toEqual([2, 1, 0, 2]);
  needed = true;
  expect(await restartChild(w.system, sup, 'child1')).toMatchObject({ ok: true });
  expect(await childCounts(w.system, sup)).toEqual([2, 2, 0, 2]);
});

test('4 sup_start_ignore_temporary_child: the spec of a temporary child that says ignore is not kept', async () => {
  const w = world();
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    children: [
      { id: 'child1', start: unneeded, restart: 'temporary' },
      spec('child2', [], { restart: 'temporary' }),
    ],
  });
  expect(await whichChildren(w.system, sup)).toMatchObject([
    { id: 'child2', pid: childPid(w.system, sup, 'child2') },
  ]);
  expect(await childCounts(w.system, sup)).toEqual([1, 1, 0, 1]);
});

test('4 sup_start_ignore_temporary_child_start_child: nor if startChild brought it', async () => {
  const w = world();
  const sup = await startSupervisor(w, oneForOne);
  const unwanted = { id: 'child1', start: unneeded, restart: 'temporary' } as const;
  expect(await startChild(w.system, sup, unwanted)).toEqual({ ok: false, error: 'ignore' });
  const second = pidIn(await startChild(w.system, sup, spec('child2', [], { restart: 'temporary' })));
  expect(await whichChildren(w.system, sup)).toMatchObject([{ id: 'child2', pid: second }]);
  expect(await childCounts(w.system, sup)).toEqual([1, 1, 0, 1]);
  expect(await restartChild(w.system, sup, 'child1')).toEqual({ ok: false, error: 'not_found' });
});

test('4 sup_start_ignore_temporary_child_start_child_simple: nor under simple_one_for_one', async () => {
  const w = world();
  const sup = await startDynamic(w);
  const unwanted = { id: 'child1', start: unneeded, restart: 'temporary' } as const;
  expect(await startChild(w.system, sup, unwanted)).toEqual({ ok: false, error: 'ignore' });
  const second = pidIn(await startChild(w.system, sup, spec('child2', [], { restart: 'temporary' })));
  expect(await whichChildren(w.system, sup)).toMatchObject([{ id: 'child2', pid: second }]);
  expect(await childCounts(w.system, sup)).toEqual([1, 1, 0, 1]);
});

test('5 sup_start_ignore_permanent_child_start_child_simple: a dynamic child that says ignore is not kept, and the later shutdown is clean', async () => {
  const w = world();
  const sup = await startDynamic(w);
  expect(await startChild(w.system, sup, { id: 'child1', start: unneeded, restart: 'permanent' })).toEqual({
    ok: false,
    error: 'ignore',
  });
  const second = pidIn(await startChild(w.system, sup, spec('child2')));
  expect(await whichChildren(w.system, sup)).toMatchObject([{ id: 'child2', pid: second }]);
  expect(await childCounts(w.system, sup)).toEqual([1, 1, 0, 1]);
  const ended = w.system.ended(sup);
  w.system.exit(sup, 'shutdown');
  expect(await ended).toBe('shutdown');
  expect(exitsIn(w)).toEqual([
    ['dyn/child2', 'shutdown'],
    ['dyn', 'shutdown'],
  ]);
  expect(w.of('report')).toEqual([]);
});

// --- 6 to 10: starts that fail ------------------------------------------------------------------------------------

test.each(['"invalid"', 'null', '7', 'true'])(
  '6 sup_start_error_return: a definition that gives %s fails the start by name, without a stray exit',
  async (json) => {
    const w = world();
    const { pid: link, heard } = await caller(w);
    const definitions: Definition<SupervisorSpec>[] = [
      () => JSON.parse(json),
      () => Promise.resolve(JSON.parse(json)),
    ];
    for (const definition of definitions) {
      expect(await w.system.spawn(supervisor(definition, deps), { link })).toEqual({
        ok: false,
        reason: { error: expect.objectContaining({ name: 'SpecFault', code: 'bad_start_spec' }) },
      });
    }
    await settle();
    expect(heard).toEqual([]);
    expect([...w.system.processes()].map(({ pid }) => pid)).toEqual([link]);
  },
);

test('6 sup_start_fail: a definition that throws or rejects fails the start with that very error, its stack in it, without a stray exit', async () => {
  const w = world();
  const { pid: link, heard } = await caller(w);
  const fail = new Error('badmatch 2');
  const definitions: Definition<SupervisorSpec>[] = [
    () => {
      throw fail;
    },
    () => Promise.reject(fail),
  ];
  for (const definition of definitions) {
    const spawned = await w.system.spawn(supervisor(definition, deps), { link });
    const error = errorIn(spawned);
    expect(error).toBe(fail);
    expect(error?.stack).toContain('start.test.ts');
  }
  await settle();
  expect(heard).toEqual([]);
  expect([...w.system.processes()].map(({ pid }) => pid)).toEqual([link]);
});

test.each(
  failures.flatMap(([how, start]) => [
    [`: if ${how}, startChild answers the error and nothing is listed`, start, startChildless] as const,
    [`_simple: if ${how}, the same under simple_one_for_one`, start, startDynamic] as const,
  ]),
)('7 sup_start_child_returns_error%s', async (_how, start, startSup) => {
  const w = world();
  const sup = await startSup(w);
  const error = new Error('reason');
  expect(await startChild(w.system, sup, { id: 'child1', start: start(error) })).toEqual({
    ok: false,
    error: { start: { error } },
  });
  expect(await whichChildren(w.system, sup)).toEqual([]);
  expect(await childCounts(w.system, sup)).toEqual([0, 0, 0, 0]);
  expect(await startChild(w.system, sup, spec('child1'))).toMatchObject({ ok: true });
});

test.each(failures)(
  '8 sup_start_restart_child_returns_error: if %s, restartChild answers the error and the spec stays with pid null',
  async (_how, start) => {
    const w = world();
    const error = new Error('reason');
    const failing = start(error);
    let fails: boolean = false;
    const sup = await startSupervisor(w, {
      strategy: 'one_for_one',
      children: [{ id: 'child1', start: () => (fails ? failing() : child('child1')) }],
    });
    await terminateChild(w.system, sup, 'child1');
    fails = true;
    expect(await restartChild(w.system, sup, 'child1')).toEqual({ ok: false, error: { start: { error } } });
    expect(await whichChildren(w.system, sup)).toMatchObject([{ id: 'child1', state: 'stopped', pid: null }]);
    expect(await childCounts(w.system, sup)).toEqual([1, 0, 0, 1]);
    await settle();
    expect(w.of('restart')).toEqual([]);
    fails = false;
    expect(await restartChild(w.system, sup, 'child1')).toMatchObject({ ok: true });
  },
);

test.each(failures)(
  '9 sup_start_fail_k: if %s, the children before it end in reverse and the start fails with shutdown naming it',
  async (_how, start) => {
    const w = world();
    const { pid: link, heard } = await caller(w);
    const log: string[] = [];
    const error = new Error('reason');
    const slow = (id: string) => ({ id, start: () => lingerer(id, log, () => settle(3)) });
    const definition: SupervisorSpec = {
      strategy: 'one_for_one',
      children: [slow('a'), slow('b'), slow('c'), { id: 'k', start: start(error) }, slow('z')],
    };
    const spawned = await w.system.spawn(supervisor(definition, deps), { id: 'sup', path: 'sup', link });
    expect(spawned).toEqual({
      ok: false,
      reason: { shutdown: { failed_to_start_child: 'k', reason: { error } } },
    });
    expect(log).toEqual(['+a', '+b', '+c', '>c', '-c', '>b', '-b', '>a', '-a']);
    expect(exitsIn(w).filter(([path]) => path !== 'sup' && path !== 'sup/k')).toEqual([
      ['sup/c', 'shutdown'],
      ['sup/b', 'shutdown'],
      ['sup/a', 'shutdown'],
    ]);
    await settle();
    expect(heard).toEqual([]);
    expect([...w.system.processes()].map(({ pid }) => pid)).toEqual([link]);
  },
);

test('10 faulty_application_shutdown: the reason of the innermost start reaches whoever starts the tree, nested and unchanged', async () => {
  const w = world();
  const undef = new Error('an_undefined_function');
  const log: string[] = [];
  const start = () =>
    genServer({
      init() {
        throw undef;
      },
    });
  const inner = () =>
    supervisor({ strategy: 'one_for_one', children: [spec('b', log), { id: 'server', start }] }, deps);
  const root = supervisor(
    { strategy: 'one_for_all', children: [spec('a', log), { id: 'inner', start: inner }] },
    deps,
  );
  const spawned = await w.system.spawn(root);
  const server = { shutdown: { failed_to_start_child: 'server', reason: { error: undef } } };
  expect(spawned).toEqual({
    ok: false,
    reason: { shutdown: { failed_to_start_child: 'inner', reason: server } },
  });
  if (spawned.ok) throw new Error('started');
  expect(startFailure(spawned.reason)).toBe('an_undefined_function');
  expect(log).toEqual(['+a', '+b', '-b', '-a']);
  expect([...w.system.processes()]).toEqual([]);
});

test.each<[string, ExitReason]>([
  ['an error', { error: new Error('undef') }],
  ['a shutdown with a word', { shutdown: { at: 'the door' } }],
  ['a plain shutdown', 'shutdown'],
])(
  '10 faulty_application_shutdown: %s comes through two supervisors as the very thing it was',
  async (_what, reason) => {
    const w = world();
    const children = [{ id: 'server', start: () => refusing(reason) }];
    const inner = () => supervisor({ strategy: 'one_for_one', children }, deps);
    const root = supervisor({ strategy: 'one_for_one', children: [{ id: 'inner', start: inner }] }, deps);
    const spawned = await w.system.spawn(root);
    if (spawned.ok || spawned.reason === 'ignore') throw new Error('started');
    expect(failedChild(failedChild(spawned.reason, 'inner'), 'server')).toBe(reason);
  },
);

// --- 11 to 13: specs and flags ---------------------------------------------------------------------------------------

test('11 sup_start_map: what a spec leaves out is permanent, 5000 ms for a worker and infinity for a supervisor', async () => {
  const w = world();
  const inner = () => supervisor(oneForOne, deps);
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    children: [
      { id: 'child1', start: () => child('child1') },
      { id: 'child2', start: () => child('child2'), shutdown: 'brutal_kill' },
      { id: 'child3', start: () => child('child3'), type: 'supervisor' },
      { id: 'child4', start: inner },
    ],
  });
  const common = { restart: 'permanent', significant: false };
  const specOf = (id: string) => getChildSpec(w.system, sup, id);
  expect(await specOf('child1')).toEqual({
    ok: true,
    spec: { ...common, id: 'child1', shutdown: 5000, type: 'worker' },
  });
  expect(await specOf('child2')).toEqual({
    ok: true,
    spec: { ...common, id: 'child2', shutdown: 'brutal_kill', type: 'worker' },
  });
  expect(await specOf('child3')).toEqual({
    ok: true,
    spec: { ...common, id: 'child3', shutdown: 'infinity', type: 'supervisor' },
  });
  expect(await specOf('child4')).toEqual({
    ok: true,
    spec: { ...common, id: 'child4', shutdown: 'infinity', type: 'supervisor' },
  });
});

test('11 sup_start_map: what a spec says is told as it is, also after the child has ended, and an unknown id is not_found', async () => {
  const w = world();
  const said = {
    id: 'child1',
    restart: 'transient',
    shutdown: 10,
    type: 'supervisor',
    significant: true,
  } as const;
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    autoShutdown: 'any_significant',
    children: [{ ...said, start: () => child('child1') }],
  });
  expect(await getChildSpec(w.system, sup, 'child1')).toEqual({ ok: true, spec: said });
  await terminateChild(w.system, sup, 'child1');
  expect(await getChildSpec(w.system, sup, 'child1')).toEqual({ ok: true, spec: said });
  expect(await getChildSpec(w.system, sup, 'child4')).toEqual({ ok: false, error: 'not_found' });
});

test('11 sup_start_map_simple: each dynamic child tells its full spec by its pid, and a foreign pid is not_found', async () => {
  const w = world();
  const sup = await startDynamic(w);
  const stranger = await w.start(child('stranger'));
  for (const id of ['child1', 'child2', 'child3']) {
    const pid = pidIn(await startChild(w.system, sup, spec(id, [], { restart: 'temporary' })));
    expect(await getChildSpec(w.system, sup, pid)).toEqual({
      ok: true,
      spec: { id, restart: 'temporary', shutdown: 5000, type: 'worker', significant: false },
    });
  }
  expect(await getChildSpec(w.system, sup, stranger)).toEqual({ ok: false, error: 'not_found' });
});

/** What a spec says, whether there is a start beside it, and the name of the fault. */
const faultySpecs: readonly (readonly [
  json: string,
  start: 'with a start function' | 'without one',
  code: SpecFaultCode,
])[] = [
  ['{}', 'with a start function', 'missing_id'],
  ['{}', 'without one', 'missing_id'],
  ['{"id":"child"}', 'without one', 'missing_start'],
  ['{"id":"child","start":"mfa"}', 'without one', 'invalid_start'],
  ['"child"', 'without one', 'invalid_child_spec'],
  ['null', 'without one', 'invalid_child_spec'],
  ['{"id":7}', 'with a start function', 'invalid_id'],
  ['{"id":"child","restart":"prmanent"}', 'with a start function', 'invalid_restart_type'],
  ['{"id":"child","restart":["permanent"]}', 'with a start function', 'invalid_restart_type'],
  ['{"id":"child","restart":null}', 'with a start function', 'invalid_restart_type'],
  ['{"id":"child","shutdown":-10}', 'with a start function', 'invalid_shutdown'],
  ['{"id":"child","shutdown":"1000"}', 'with a start function', 'invalid_shutdown'],
  ['{"id":"child","shutdown":"brutal"}', 'with a start function', 'invalid_shutdown'],
  ['{"id":"child","shutdown":null}', 'with a start function', 'invalid_shutdown'],
  ['{"id":"child","type":"wrker"}', 'with a start function', 'invalid_child_type'],
  ['{"id":"child","type":["worker"]}', 'with a start function', 'invalid_child_type'],
  ['{"id":"child","significant":"maybe"}', 'with a start function', 'invalid_significant'],
];

test.each(faultySpecs)(
  '12 child_specs_map: %s %s is rejected as %s wherever a spec is given, and nothing is started',
  async (json, how, code) => {
    const w = world();
    let starts = 0;
    const start = () => {
      starts += 1;
      return child('child');
    };
    const faulty = unseenSpec(json, how === 'with a start function' ? start : undefined);
    const named = expect.objectContaining({ name: 'SpecFault', code });
    const definition: SupervisorSpec = {
      strategy: 'one_for_one',
      children: [{ id: 'before', start }, faulty],
    };

    expect(faultOfChild(faulty)).toEqual(named);
    expect(checkChildSpecs([faulty])).toEqual({ ok: false, error: named });
    expect(checkChildSpecs([spec('before'), faulty])).toEqual({ ok: false, error: named });
    expect(codeOf(() => supervisor(definition, deps))).toBe(code);
    expect(
      await w.system.spawn(
        supervisor(() => definition, deps),
        { id: 'failing' },
      ),
    ).toEqual({
      ok: false,
      reason: { error: named },
    });
    const sup = await startSupervisor(w, oneForOne);
    expect(await startChild(w.system, sup, faulty)).toEqual({ ok: false, error: { spec: named } });
    expect(await childCounts(w.system, sup)).toEqual([0, 0, 0, 0]);
    const dynamic = await startDynamic(w);
    expect(await startChild(w.system, dynamic, faulty)).toEqual({ ok: false, error: { spec: named } });
    expect(await childCounts(w.system, dynamic)).toEqual([0, 0, 0, 0]);
    expect(starts).toBe(0);
  },
);

test('12 child_specs: an id given twice is rejected as duplicate_child_name', async () => {
  const w = world();
  const log: string[] = [];
  const twice = [spec('child', log), spec('other', log), spec('child', log, { type: 'supervisor' })];
  const definition: SupervisorSpec = { strategy: 'one_for_one', children: twice };
  const named = expect.objectContaining({ name: 'SpecFault', code: 'duplicate_child_name' });
  expect(checkChildSpecs(twice)).toEqual({ ok: false, error: named });
  expect(codeOf(() => supervisor(definition, deps))).toBe('duplicate_child_name');
  expect(await w.system.spawn(supervisor(() => definition, deps))).toEqual({
    ok: false,
    reason: { error: named },
  });
  expect(log).toEqual([]);
});

test('12 sup_start_map_faulty_specs: keys that are not known are passed over', async () => {
  const w = world();
  const silly = unseenSpec('{"id":"child3","silly_flag":true,"modules":["m"]}', () => child('child3'));
  expect(checkChildSpecs([silly])).toEqual({ ok: true });
  const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [silly] });
  expect(await childCounts(w.system, sup)).toEqual([1, 1, 0, 1]);
  expect(await getChildSpec(w.system, sup, 'child3')).toEqual({
    ok: true,
    spec: { id: 'child3', restart: 'permanent', shutdown: 5000, type: 'worker', significant: false },
  });
});

test('12 child_specs_map: every combination of what a spec may say passes the check, which starts nothing', () => {
  const log: string[] = [];
  const specs: ChildSpec[] = [];
  for (const restart of [undefined, 'permanent', 'transient', 'temporary'] as const) {
    for (const shutdown of [undefined, 0, 1000, 'infinity', 'brutal_kill'] as const) {
      for (const type of [undefined, 'supervisor', 'worker'] as const) {
        for (const significant of [undefined, false]) {
          specs.push(spec(`child${specs.length}`, log, { restart, shutdown, type, significant }));
        }
      }
    }
  }
  for (const one of specs) expect(checkChildSpecs([one])).toEqual({ ok: true });
  expect(checkChildSpecs(specs)).toEqual({ ok: true });
  expect(log).toEqual([]);
});

/** Flags over those of a supervisor that would start. */
const flags = (json: string): SupervisorSpec => ({ ...oneForOne, ...JSON.parse(json) });

const faultyFlags: readonly (readonly [what: string, spec: SupervisorSpec, code: SpecFaultCode])[] = [
  ['strategy none_for_one', flags('{"strategy":"none_for_one"}'), 'invalid_strategy'],
  ['strategy null', flags('{"strategy":null}'), 'invalid_strategy'],
  ['no strategy', JSON.parse('{"children":[]}'), 'invalid_strategy'],
  ['intensity infinity', { ...oneForOne, intensity: Number.POSITIVE_INFINITY }, 'invalid_intensity'],
  ['intensity NaN', { ...oneForOne, intensity: Number.NaN }, 'invalid_intensity'],
  ['intensity -1', { ...oneForOne, intensity: -1 }, 'invalid_intensity'],
  ['intensity 1.5', { ...oneForOne, intensity: 1.5 }, 'invalid_intensity'],
  ['intensity "2"', flags('{"intensity":"2"}'), 'invalid_intensity'],
  ['intensity null', flags('{"intensity":null}'), 'invalid_intensity'],
  ['period 0', { ...oneForOne, periodMs: 0 }, 'invalid_period'],
  ['period infinity', { ...oneForOne, periodMs: Number.POSITIVE_INFINITY }, 'invalid_period'],
  ['period NaN', { ...oneForOne, periodMs: Number.NaN }, 'invalid_period'],
  ['period -1', { ...oneForOne, periodMs: -1 }, 'invalid_period'],
  ['period "5000"', flags('{"periodMs":"5000"}'), 'invalid_period'],
  ['period null', flags('{"periodMs":null}'), 'invalid_period'],
  ['autoShutdown sometimes', flags('{"autoShutdown":"sometimes"}'), 'invalid_auto_shutdown'],
  ['autoShutdown null', flags('{"autoShutdown":null}'), 'invalid_auto_shutdown'],
  ['a text instead of flags', JSON.parse('"one_for_one"'), 'bad_start_spec'],
  ['null instead of flags', JSON.parse('null'), 'bad_start_spec'],
];

test.each(faultyFlags)(
  '13 sup_flags: %s is rejected by name, where it is written and where a function gives it',
  async (_what, faulty, code) => {
    const w = world();
    expect(codeOf(() => supervisor(faulty, deps))).toBe(code);
    expect(await w.system.spawn(supervisor(() => faulty, deps))).toEqual({
      ok: false,
      reason: { error: expect.objectContaining({ name: 'SpecFault', code }) },
    });
    expect([...w.system.processes()]).toEqual([]);
  },
);

test('13 sup_flags: intensity and period are checked under simple_one_for_one too', () => {
  const flagsOf = (more: object): DynamicSpec<ChildSpec> => ({
    strategy: 'simple_one_for_one',
    child: (it) => it,
    ...more,
  });
  expect(codeOf(() => dynamicSupervisor(flagsOf({ intensity: -1 }), deps))).toBe('invalid_intensity');
  expect(codeOf(() => dynamicSupervisor(flagsOf({ periodMs: 0 }), deps))).toBe('invalid_period');
  expect(codeOf(() => dynamicSupervisor(flagsOf({ periodMs: Number.POSITIVE_INFINITY }), deps))).toBe(
    'invalid_period',
  );
});

test('13 sup_flags: flags that are not known are passed over', async () => {
  const w = world();
  const sup = await startSupervisor(w, flags('{"silly_flag":true}'));
  const ended = w.system.ended(sup);
  await w.system.stop(sup, 'shutdown', Number.POSITIVE_INFINITY);
  expect(await ended).toBe('shutdown');
});

const makesChild = (it: ChildSpec) => it;
const wrongChildren: readonly (readonly [what: string, spec: DynamicSpec<ChildSpec>])[] = [
  ['no spec', JSON.parse('{"strategy":"simple_one_for_one"}')],
  ['an empty list of specs', JSON.parse('{"strategy":"simple_one_for_one","children":[]}')],
  ['a list of two specs', { ...JSON.parse('{"strategy":"simple_one_for_one"}'), children: two() }],
  [
    'a spec and a list',
    { ...JSON.parse('{"strategy":"simple_one_for_one","children":[]}'), child: makesChild },
  ],
];

test.each(wrongChildren)(
  '13 sup_flags: simple_one_for_one with %s is rejected as bad_start_spec: it needs exactly one',
  async (_what, faulty) => {
    const w = world();
    expect(codeOf(() => dynamicSupervisor(faulty, deps))).toBe('bad_start_spec');
    expect(await w.system.spawn(dynamicSupervisor(() => faulty, deps))).toEqual({
      ok: false,
      reason: { error: expect.objectContaining({ name: 'SpecFault', code: 'bad_start_spec' }) },
    });
  },
);

test('13 sup_flags: the strategy and the kind of supervisor belong together', () => {
  const asStatic: SupervisorSpec = JSON.parse('{"strategy":"simple_one_for_one","children":[]}');
  expect(codeOf(() => supervisor(asStatic, deps))).toBe('invalid_strategy');
  const asDynamic: DynamicSpec<ChildSpec> = {
    ...JSON.parse('{"strategy":"one_for_one"}'),
    child: makesChild,
  };
  expect(codeOf(() => dynamicSupervisor(asDynamic, deps))).toBe('invalid_strategy');
});

// --- 14: somebody else has the name ------------------------------------------------------------------------------

const registered = () => processName<ServerMessage<never, ExitReason>>('registered_name');

test('14 already_started_outside_supervisor: startChild answers an error, and the outsider lives and is no child', async () => {
  const w = world();
  const name = registered();
  const outsider = await w.start(child('outsider'), { name });
  const supervisors = [await startSupervisor(w, oneForOne), await startDynamic(w)];
  for (const sup of supervisors) {
    expect(await startChild(w.system, sup, { id: 'child', start: () => child('child'), name })).toEqual({
      ok: false,
      error: { start: { error: new NameTaken('registered_name') } },
    });
    expect(await whichChildren(w.system, sup)).toEqual([]);
    expect(await childCounts(w.system, sup)).toEqual([0, 0, 0, 0]);
    await w.system.stop(sup, 'shutdown', Number.POSITIVE_INFINITY);
  }
  expect(w.system.alive(outsider)).toBe(true);
  expect([...w.system.processes()].map(({ pid }) => pid)).toEqual([outsider]);
});

test('14 already_started_outside_supervisor: the start of a supervisor fails by it as by any child, and the outsider lives', async () => {
  const w = world();
  const name = registered();
  const log: string[] = [];
  const outsider = await w.start(child('outsider'), { name });
  const definition: SupervisorSpec = {
    strategy: 'one_for_one',
    children: [spec('a', log), { id: 'child', start: () => child('child', log), name }],
  };
  const spawned = await w.system.spawn(supervisor(definition, deps));
  expect(spawned).toEqual({
    ok: false,
    reason: {
      shutdown: { failed_to_start_child: 'child', reason: { error: new NameTaken('registered_name') } },
    },
  });
  expect(log).toEqual(['+a', '-a']);
  expect(w.system.alive(outsider)).toBe(true);
  expect([...w.system.processes()].map(({ pid }) => pid)).toEqual([outsider]);
});

test('14 already_started_outside_supervisor: restartChild answers an error too; once the name is free the child starts', async () => {
  const w = world();
  const name = registered();
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    children: [{ id: 'child', start: () => child('child'), name }],
  });
  await terminateChild(w.system, sup, 'child');
  const outsider = await w.start(child('outsider'), { name });
  expect(await restartChild(w.system, sup, 'child')).toEqual({
    ok: false,
    error: { start: { error: new NameTaken('registered_name') } },
  });
  expect(await whichChildren(w.system, sup)).toMatchObject([{ id: 'child', state: 'stopped', pid: null }]);
  expect(w.system.alive(outsider)).toBe(true);
  await w.system.stop(outsider, 'normal', 1000);
  const restarted = await restartChild(w.system, sup, 'child');
  expect(restarted).toEqual({ ok: true, pid: childPid(w.system, sup, 'child') });
});

// --- what the tests above ask with -----------------------------------------------------------------------------------

/** The code of the `SpecFault` that this throws; what else it throws is thrown on. */
function codeOf(make: () => unknown): SpecFaultCode | null {
  try {
    make();
    return null;
  } catch (thrown) {
    if (thrown instanceof SpecFault) return thrown.code;
    throw thrown;
  }
}

/** The error by which a start failed. */
function errorIn(spawned: { ok: boolean; reason?: ExitReason | 'ignore' }): Error | null {
  const { reason } = spawned;
  return typeof reason === 'object' && 'error' in reason ? reason.error : null;
}

/** The reason why this child failed, out of the reason of its supervisor's failed start. */
function failedChild(reason: unknown, id: string): unknown {
  if (typeof reason !== 'object' || reason === null || !('shutdown' in reason)) return null;
  const { shutdown } = reason;
  if (typeof shutdown !== 'object' || shutdown === null || !('reason' in shutdown)) return null;
  return 'failed_to_start_child' in shutdown && shutdown.failed_to_start_child === id
    ? shutdown.reason
    : null;
}

function two(): ChildSpec[] {
  return [spec('a'), spec('b')];
}
