/** What a supervisor reports of its children: OTP's supervisor and progress reports, as events. */
import { expect, test } from 'vitest';
import { describeReason, type ExitReason } from '../../src/runtime/exit-reason.ts';
import { genServer, ignore } from '../../src/runtime/gen-server.ts';
import { dynamicSupervisor, supervisor } from '../../src/supervision/supervisor.ts';
import { restartChild, startChild, terminateChild } from '../../src/supervision/supervisor-admin.ts';
import { settle, type World } from '../unit/runtime/world.ts';
import { deps, startSupervisor } from '../unit/supervision/nursery.ts';
import { endings, homes, roll, stillWorld } from './children-b.ts';

const strategy = 'one_for_one';
const never = () => new Promise<void>(() => {});

/** The offender `c` as OTP's report shows it: its spec, filled in, and the incarnation concerned. */
const worker = {
  id: 'c',
  path: 'sup/c',
  restart: 'permanent',
  shutdown: 5000,
  type: 'worker',
  significant: false,
};

function contexts(w: World): unknown[] {
  return w.of('report').map(({ context, reason, offender }) => [context, offender.id, reason]);
}

// --- start_error --------------------------------------------------------------------------------------------------

const tooMany = { shutdown: 'reached_max_restart_intensity' };

test('58 format_log: start_error, with supervisor, reason and offender, when a supervisor cannot start a child of its own', async () => {
  const w = stillWorld();
  const { fragile, spec } = roll();
  const broken = fragile('c', () => true, { restart: 'transient', shutdown: 'brutal_kill' });
  const definition = { strategy, children: [spec('a'), broken, spec('never reached')] } as const;
  const starting = w.system.start(supervisor(definition, deps), { id: 'sup' });
  await starting.started;
  expect(w.of('report')).toEqual([
    {
      type: 'report',
      path: 'sup',
      pid: starting.pid,
      context: 'start_error',
      reason: { error: new Error('c is broken') },
      offender: { ...worker, pid: null, restart: 'transient', shutdown: 'brutal_kill' },
    },
  ]);
});

test('58 format_log: start_error when start_child, restart_child or a restart fails, in start and in init alike', async () => {
  const w = stillWorld();
  const { mortal, pid } = roll();
  let fault: 'none' | 'start' | 'init' = 'none';
  const failing = () =>
    genServer({
      init() {
        throw new Error('in init');
      },
    });
  const start = () => {
    if (fault === 'start') throw new Error('in start');
    return fault === 'init' ? failing() : mortal('c');
  };
  const sup = await startSupervisor(w, { strategy, intensity: 1, children: [] });
  const expectStartErrors = (texts: readonly string[]) => {
    const startErrors = w.of('report').filter(({ context }) => context === 'start_error');
    expect(startErrors).toEqual(
      texts.map((text) => ({
        type: 'report',
        path: 'sup',
        pid: sup,
        context: 'start_error',
        reason: { error: new Error(text) },
        offender: { ...worker, pid: null },
      })),
    );
  };
  for (fault of ['start', 'init'] as const) await startChild(w.system, sup, { id: 'c', start });
  expectStartErrors(['in start', 'in init']);
  fault = 'none';
  await startChild(w.system, sup, { id: 'c', start });
  await terminateChild(w.system, sup, 'c');
  for (fault of ['start', 'init'] as const) await restartChild(w.system, sup, 'c');
  expectStartErrors(['in start', 'in init', 'in start', 'in init']);
  fault = 'none';
  await restartChild(w.system, sup, 'c');
  fault = 'init';
  w.system.exit(pid('c'), 'kill');
  await settle();
  expectStartErrors(['in start', 'in init', 'in start', 'in init', 'in init']);
});

// --- child_terminated ---------------------------------------------------------------------------------------------

for (const restart of ['permanent', 'transient', 'temporary'] as const) {
  for (const ending of endings) {
    for (const home of homes) {
      const reported = restart === 'permanent' || ending.group === 'abnormal';
      test(`58 format_log (${home.name}): ${ending.how} of a ${restart} child is ${reported ? 'reported as child_terminated' : 'in order, and not reported'}`, async () => {
        const w = stillWorld();
        const { pid, spec } = roll();
        const { sup } = await home.open(w, spec('c', { restart }));
        const old = pid('c');
        ending.end(w.system, old);
        await settle();
        const report = {
          type: 'report',
          path: 'sup',
          pid: sup,
          context: 'child_terminated',
          reason: ending.reason,
          offender: { ...worker, restart, pid: old },
        };
        expect(w.of('report')).toEqual(reported ? [report] : []);
      });
    }
  }
}

// --- shutdown -----------------------------------------------------------------------------------------------------

test('58 format_log: shutdown, after the end that was one too many', async () => {
  const w = stillWorld();
  const { pid, spec } = roll();
  const sup = await startSupervisor(w, { strategy, intensity: 0, children: [spec('a'), spec('c')] });
  const old = pid('c');
  w.system.exit(old, 'kill');
  await w.system.ended(sup);
  const offender = { ...worker, pid: old };
  expect(w.of('report')).toEqual([
    { type: 'report', path: 'sup', pid: sup, context: 'child_terminated', reason: 'killed', offender },
    { type: 'report', path: 'sup', pid: sup, context: 'shutdown', reason: tooMany, offender },
  ]);
});

test('58 format_log: shutdown, after attempts at a restart that were too many', async () => {
  const w = stillWorld();
  const { fragile, pid } = roll();
  let broken: boolean = false;
  const sup = await startSupervisor(w, { strategy, intensity: 2, children: [fragile('c', () => broken)] });
  broken = true;
  w.system.exit(pid('c'), 'kill');
  await w.system.ended(sup);
  const error = new Error('c is broken');
  expect(contexts(w)).toEqual([
    ['child_terminated', 'c', 'killed'],
    ['start_error', 'c', { error }],
    ['start_error', 'c', { error }],
    ['shutdown', 'c', tooMany],
  ]);
});

// --- shutdown_error -----------------------------------------------------------------------------------------------

/** Ways to end when one is told to: by this `terminate`, with this reason, minded or not. */
const farewells: readonly {
  readonly who: string;
  readonly shutdown: 'brutal_kill' | number;
  readonly reason: ExitReason;
  readonly minded: boolean;
  terminate(): void | Promise<void>;
}[] = [
  { who: 'an obedient child', shutdown: 100, reason: 'shutdown', minded: false, terminate: () => {} },
  { who: 'a deaf child', shutdown: 100, reason: 'killed', minded: true, terminate: never },
  {
    who: 'a brutally killed child',
    shutdown: 'brutal_kill',
    reason: 'killed',
    minded: false,
    terminate: never,
  },
  {
    who: 'a child that fails at its end',
    shutdown: 100,
    reason: { error: new Error('at the end') },
    minded: true,
    terminate() {
      throw new Error('at the end');
    },
  },
];

for (const { who, shutdown, reason, minded, terminate } of farewells) {
  const says = minded ? 'is reported as shutdown_error' : 'is not reported';
  for (const home of homes) {
    test(`58 format_log (${home.name}): the end of ${who} with its supervisor ${says}`, async () => {
      const w = stillWorld();
      const start = () => genServer({ init: () => null, terminate });
      const { sup } = await home.open(w, { id: 'c', shutdown, start });
      const old = w.of('start').find(({ path }) => path === 'sup/c')?.pid;
      const stopped = w.system.stop(sup, 'shutdown', Number.POSITIVE_INFINITY);
      await settle();
      w.clock.advance(100);
      await stopped;
      const offender = { ...worker, shutdown, pid: old };
      const report = { type: 'report', path: 'sup', pid: sup, context: 'shutdown_error', reason, offender };
      expect(w.of('report')).toEqual(minded ? [report] : []);
    });
  }

  test(`58 format_log: the end of ${who} by terminate_child ${says}`, async () => {
    const w = stillWorld();
    const start = () => genServer({ init: () => null, terminate });
    const children = [{ id: 'c', shutdown, start }];
    const sup = await startSupervisor(w, { strategy, children });
    const terminated = terminateChild(w.system, sup, 'c');
    await settle();
    w.clock.advance(100);
    await terminated;
    expect(contexts(w)).toEqual(minded ? [['shutdown_error', 'c', reason]] : []);
  });

  test(`58 format_log: the end of ${who} that falls along with a sibling ${says}`, async () => {
    const w = stillWorld();
    const { pid, spec } = roll();
    const start = () => genServer({ init: () => null, terminate });
    const children = [spec('a'), { id: 'c', shutdown, start }];
    await startSupervisor(w, { strategy: 'rest_for_one', children });
    w.system.exit(pid('a'), 'kill');
    await settle();
    w.clock.advance(100);
    await settle();
    expect(contexts(w)).toEqual([
      ['child_terminated', 'a', 'killed'],
      ...(minded ? [['shutdown_error', 'c', reason]] : []),
    ]);
  });
}

// --- progress -----------------------------------------------------------------------------------------------------

for (const home of homes) {
  test(`58 format_log (${home.name}): a progress report for each start of a child, restarts included`, async () => {
    const w = stillWorld();
    const { pid, spec } = roll();
    const { sup } = await home.open(w, spec('c', { restart: 'transient', shutdown: 'infinity' }));
    const first = pid('c');
    w.system.exit(first, 'kill');
    await settle();
    const started = { ...worker, restart: 'transient', shutdown: 'infinity' };
    expect(w.of('progress')).toEqual([
      { type: 'progress', path: 'sup', pid: sup, started: { ...started, pid: first } },
      { type: 'progress', path: 'sup', pid: sup, started: { ...started, pid: pid('c') } },
    ]);
  });
}

test('58 format_log: progress of a supervisor below, in the order of the starts', async () => {
  const w = stillWorld();
  const { spec } = roll();
  const inner = () => supervisor({ strategy, children: [spec('x')] }, deps);
  await startSupervisor(w, { strategy, children: [{ id: 'inner', start: inner }, spec('c')] });
  expect(w.of('progress').map(({ path, started }) => [path, started.path])).toEqual([
    ['sup/inner', 'sup/inner/x'],
    ['sup', 'sup/inner'],
    ['sup', 'sup/c'],
  ]);
  expect(w.of('progress')[1]?.started).toMatchObject({ type: 'supervisor', shutdown: 'infinity' });
});

test('58 format_log: no progress where nothing was started', async () => {
  const w = stillWorld();
  const { fragile } = roll();
  const unneeded = () => genServer({ init: () => ignore });
  const sup = await startSupervisor(w, { strategy, children: [{ id: 'unneeded', start: unneeded }] });
  await startChild(
    w.system,
    sup,
    fragile('c', () => true),
  );
  expect(w.of('progress')).toEqual([]);
  // Not to be needed is no error.
  expect(contexts(w)).toEqual([['start_error', 'c', { error: new Error('c is broken') }]]);
});

// --- bounded length -----------------------------------------------------------------------------------------------

const reasonMax = 300;
const long = 'x'.repeat(1_000_000);

/** An onion of failed starts, as nested supervisors report it. */
function nested(depth: number): ExitReason {
  let reason: ExitReason = { error: new Error(long) };
  for (let i = 0; i < depth; i += 1) reason = { shutdown: { failed_to_start_child: `c${i}`, reason } };
  return reason;
}

const longReasons: readonly { readonly what: string; readonly reason: ExitReason }[] = [
  { what: 'an error with a long message', reason: { error: new Error(long) } },
  {
    what: 'an error with a long name and cause',
    reason: { error: new Error('e', { cause: new Error(long) }) },
  },
  { what: 'a long text', reason: { shutdown: long } },
  { what: 'a long list', reason: { shutdown: Array.from({ length: 100_000 }, (_, i) => i) } },
  {
    what: 'a large object',
    reason: { shutdown: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [i, i])) },
  },
  { what: 'a start that failed three levels down', reason: nested(3) },
  { what: 'a start that failed a hundred levels down', reason: nested(100) },
];

for (const { what, reason } of longReasons) {
  test(`58 format_log_1: ${what} is told in at most ${reasonMax} characters`, async () => {
    const w = stillWorld();
    const { pid, spec } = roll();
    await startSupervisor(w, { strategy, children: [spec('c')] });
    w.system.cast(pid('c'), reason);
    await settle();
    const [report] = w.of('report');
    // The report itself has all of it; what is cut is the line for people.
    expect(report?.reason).toBe(reason);
    const text = describeReason(report?.reason ?? 'noproc');
    expect(text.length).toBeLessThanOrEqual(reasonMax);
    expect(text).toMatch(/^(error|shutdown): /);
  });
}

test('58 format_log_1: what fits is told in full, what does not ends in an ellipsis', () => {
  const fits = 'x'.repeat(reasonMax - 'error: '.length);
  expect(describeReason({ error: new Error(fits) })).toBe(`error: ${fits}`);
  expect(describeReason({ error: new Error(`${fits}x`) })).toBe(`error: ${fits.slice(1)}…`);
  for (const reason of ['normal', 'shutdown', 'killed', 'noproc'] as const)
    expect(describeReason(reason)).toBe(reason);
});

for (const { what, reason } of [
  { what: 'an error whose message has several', reason: { error: new Error('one\ntwo\r\nthree') } },
  {
    what: 'a nested failure, stack and all',
    reason: { shutdown: { reason: { error: new Error('nested') } } },
  },
  { what: 'a text with several', reason: { shutdown: 'one\ntwo' } },
] as const) {
  test(`58 format_log_2 (single_line): the reason is one line, even ${what}`, () => {
    expect(describeReason(reason).split(/[\r\n\u2028\u2029]/)).toHaveLength(1);
  });
}

test('58 format_log: a dynamic supervisor reports a thousand failures as a thousand, each with its own child', async () => {
  const w = stillWorld();
  const child = (id: string) => ({
    id,
    start: () =>
      genServer({
        init() {
          throw new Error(`${id} is broken`);
        },
      }),
  });
  const sup = await w.start(dynamicSupervisor({ strategy: 'simple_one_for_one', child }, deps), {
    id: 'sup',
  });
  const ids = Array.from({ length: 1000 }, (_, i) => `c${i}`);
  await Promise.all(ids.map((id) => startChild(w.system, sup, id)));
  expect(contexts(w)).toEqual(ids.map((id) => ['start_error', id, { error: new Error(`${id} is broken`) }]));
});
