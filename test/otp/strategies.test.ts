/** Who falls with whom, in which order they come back, and when a supervisor has had enough. */
import { expect, test } from 'vitest';
import type { From } from '../../src/runtime/call.ts';
import type { ExitReason } from '../../src/runtime/exit-reason.ts';
import { genServer, ignore, type ServerMessage, stop } from '../../src/runtime/gen-server.ts';
import type { Pid } from '../../src/runtime/pid.ts';
import { processName } from '../../src/runtime/process-name.ts';
import { registry } from '../../src/runtime/registry.ts';
import type { System } from '../../src/runtime/system.ts';
import type { ChildSpec } from '../../src/supervision/child-spec.ts';
import {
  type DynamicMessage,
  dynamicSupervisor,
  type SupervisorMessage,
  type SupervisorPid,
  supervisor,
} from '../../src/supervision/supervisor.ts';
import {
  countChildren,
  deleteChild,
  restartChild,
  startChild,
  terminateChild,
  whichChildren,
} from '../../src/supervision/supervisor-admin.ts';
import {
  type CounterCall,
  type CounterMessage,
  counter,
  gate,
  settle,
  type World,
} from '../unit/runtime/world.ts';
import { childPid, deps, startSupervisor } from '../unit/supervision/nursery.ts';
import { raise, reasonOf, roll, stillWorld, type Word } from './children-b.ts';

const ids = ['a', 'b', 'c', 'd'] as const;
type Id = (typeof ids)[number];
const strategies = ['one_for_one', 'one_for_all', 'rest_for_one'] as const;
const origins = ['static', 'start_child'] as const;

/** What the strategies differ in: from which child on others fall with the victim. */
const cases = [
  { line: 37, strategy: 'one_for_one', says: 'only the dead one changes its pid', falls: only },
  { line: 38, strategy: 'one_for_all', says: 'all get new pids, the old all dead first', falls: everybody },
  {
    line: 39,
    strategy: 'rest_for_one',
    says: 'later ones are restarted, earlier keep their pid',
    falls: rest,
  },
] as const;

function only(victim: Id): readonly string[] {
  return [victim];
}

function everybody(): readonly string[] {
  return ids;
}

function rest(victim: Id): readonly string[] {
  return ids.slice(ids.indexOf(victim));
}

for (const { line, strategy, says, falls } of cases) {
  for (const origin of origins) {
    for (const victim of ids) {
      test(`${line} ${strategy} (${origin}, ${victim} dies): ${says}`, async () => {
        const w = stillWorld();
        const { system } = w;
        const { log, mortal, pid } = roll();
        const old = new Map<string, Pid>();
        const oldAliveAtStart: string[] = [];
        const children = ids.map((id) => ({
          id,
          start() {
            for (const [other, pid] of old) {
              if (falls(victim).includes(other) && system.alive(pid)) oldAliveAtStart.push(other);
            }
            return mortal(id);
          },
        }));
        const sup = await raise(w, origin, { strategy, intensity: 1, children });
        for (const id of ids) old.set(id, pid(id));
        log.length = 0;
        system.exit(pid(victim), 'kill');
        await settle();

        const fallen = falls(victim);
        const others = fallen.filter((id) => id !== victim);
        expect(log).toEqual([...others.toReversed().map((id) => `-${id}`), ...fallen.map((id) => `+${id}`)]);
        expect(oldAliveAtStart).toEqual([]);
        for (const id of ids) {
          expect(system.alive(pid(id))).toBe(true);
          expect(childPid(system, sup, id)).toBe(pid(id));
          expect(pid(id) !== old.get(id)).toBe(fallen.includes(id));
          expect(system.alive(old.get(id) ?? sup)).toBe(!fallen.includes(id));
        }
        const reasons = others.map((id) => [id, reasonOf(w, old.get(id) ?? sup)]);
        expect(reasons).toEqual(others.map((id) => [id, 'shutdown']));
        expect(w.of('restart').map((event) => event.alsoRestarted)).toEqual([
          others.map((id) => ({ path: `sup/${id}`, oldPid: old.get(id), newPid: pid(id) })),
        ]);
        expect(await countChildren(system, sup)).toEqual({ specs: 4, active: 4, supervisors: 0, workers: 4 });
      });
    }
  }
}

// --- simple_one_for_one -------------------------------------------------------------------------------------------

interface Greeting {
  readonly id: string;
  readonly text: string;
}

interface Ask {
  readonly from: From<string>;
}

type GreeterMessage = ServerMessage<Ask, Word>;

/** Children that answer with the arguments they were started with, and tell them to whoever started them. */
async function greeters(w: World) {
  let specs = 0;
  const latest = new Map<string, Pid<GreeterMessage>>();
  const definition = {
    strategy: 'simple_one_for_one',
    intensity: 2,
    child({ id, text }: Greeting): ChildSpec<GreeterMessage> {
      specs += 1;
      const start = () =>
        genServer<null, Ask, Word>({
          init(ctx) {
            latest.set(id, ctx.self);
            ctx.startInfo(`info of ${text}`);
            return null;
          },
          handleCall({ from }, _state, ctx) {
            ctx.reply(from, text);
            return null;
          },
          handleCast: (word) => stop(word === 'crash' ? 'killed' : word, null),
        });
      return { id, start };
    },
  } as const;
  const sup = await w.start(dynamicSupervisor(definition, deps), { id: 'sup' });
  const pid = (id: string) => {
    const found = latest.get(id);
    if (found === undefined) throw new Error(`no ${id}`);
    return found;
  };
  const text = async (id: string) => {
    const called = await w.system.call<Ask, string>(pid(id), (from) => ({ from }), 1000);
    return called.ok ? called.value : called.reason;
  };
  return { sup, pid, text, specs: () => specs };
}

test('40 simple_one_for_one: a dynamic child is restarted alone and with its own arguments', async () => {
  const w = stillWorld();
  const { sup, pid, text, specs } = await greeters(w);
  await startChild(w.system, sup, { id: 'a', text: 'one' });
  await startChild(w.system, sup, { id: 'b', text: 'two' });
  const [a, b] = [pid('a'), pid('b')];
  w.system.exit(a, 'kill');
  await settle();
  expect(pid('a')).not.toBe(a);
  expect(pid('b')).toBe(b);
  expect([await text('a'), await text('b')]).toEqual(['one', 'two']);
  w.system.cast(b, { error: new Error('b') });
  await settle();
  expect([await text('a'), await text('b')]).toEqual(['one', 'two']);
  expect(specs()).toBe(2);
  expect(await whichChildren(w.system, sup)).toMatchObject([
    { id: 'b', pid: pid('b'), restarts: 1 },
    { id: 'a', pid: pid('a'), restarts: 1 },
  ]);
  // The third within the period is one too many.
  w.system.exit(pid('a'), 'kill');
  expect(await w.system.ended(sup)).toBe('shutdown');
  expect([...w.system.processes()]).toEqual([]);
});

test('40 simple_one_for_one_extra: a child that says more than its pid at its start is restarted like any other', async () => {
  const w = stillWorld();
  const { sup, pid, text } = await greeters(w);
  const a = await startChild(w.system, sup, { id: 'a', text: 'one' });
  const b = await startChild(w.system, sup, { id: 'b', text: 'two' });
  expect(a).toEqual({ ok: true, pid: pid('a'), info: 'info of one' });
  expect(b).toEqual({ ok: true, pid: pid('b'), info: 'info of two' });
  const old = { a: pid('a'), b: pid('b') };
  w.system.exit(old.a, 'kill');
  await settle();
  expect(pid('a')).not.toBe(old.a);
  expect(pid('b')).toBe(old.b);
  expect(await text('a')).toBe('one');
  expect(await countChildren(w.system, sup)).toEqual({ specs: 2, active: 2, supervisors: 0, workers: 2 });
  w.system.exit(old.b, 'kill');
  await settle();
  w.system.exit(pid('a'), 'kill');
  expect(await w.system.ended(sup)).toBe('shutdown');
});

// --- escalation ---------------------------------------------------------------------------------------------------

/** After a fall, with four restarts allowed: four attempts that fail, and the fifth is not made. */
async function expectEscalation(w: World, sup: Pid, log: readonly string[], siblings: readonly Pid[]) {
  expect(await w.system.ended(sup)).toBe('shutdown');
  expect(log.filter((line) => line === '!b')).toHaveLength(4);
  expect(w.of('intensity-exceeded')).toEqual([
    { type: 'intensity-exceeded', path: 'sup', pid: sup, restarts: 5 },
  ]);
  for (const sibling of siblings) expect(reasonOf(w, sibling)).toBe('shutdown');
  expect([...w.system.processes()]).toEqual([]);
}

for (const strategy of strategies) {
  test(`41 ${strategy}_escalation: restarts of a child that keep failing end the supervisor, and the siblings with it`, async () => {
    const w = stillWorld();
    const { fragile, log, pid, spec } = roll();
    let broken: boolean = false;
    const children = [spec('a'), fragile('b', () => broken), spec('c')];
    const sup = await startSupervisor(w, { strategy, intensity: 4, children });
    const siblings = [pid('a'), pid('c')];
    broken = true;
    w.system.exit(pid('b'), 'kill');
    await expectEscalation(w, sup, log, siblings);
  });
}

for (const strategy of ['one_for_all', 'rest_for_one'] as const) {
  test(`41 ${strategy}_escalation: so do failing restarts of a sibling that fell along with it`, async () => {
    const w = stillWorld();
    const { fragile, log, pid, spec } = roll();
    let broken: boolean = false;
    const children = [spec('a'), fragile('b', () => broken), spec('c')];
    const sup = await startSupervisor(w, { strategy, intensity: 4, children });
    const siblings = [pid('b'), pid('c')];
    broken = true;
    w.system.exit(pid('a'), 'kill');
    await expectEscalation(w, sup, log, siblings);
    // The incarnation that came back is ended too.
    expect(reasonOf(w, pid('a'))).toBe('shutdown');
  });
}

test('41 simple_one_for_one_escalation: restarts of a child that keep failing end the supervisor, and the siblings with it', async () => {
  const w = stillWorld();
  const { fragile, log, pid } = roll();
  let broken: boolean = false;
  const child = (id: string) => fragile(id, () => broken && id === 'b');
  const definition = { strategy: 'simple_one_for_one', intensity: 4, child } as const;
  const sup = await w.start(dynamicSupervisor(definition, deps), { id: 'sup' });
  for (const id of ['a', 'b', 'c']) await startChild(w.system, sup, id);
  broken = true;
  w.system.exit(pid('b'), 'kill');
  await expectEscalation(w, sup, log, [pid('a'), pid('c')]);
});

// --- a restart in which somebody else fails -----------------------------------------------------------------------

/** `a` and `b`, where `b` fails to start as often as it is told; and what happens when `a` dies. */
async function otherFails(strategy: 'one_for_all' | 'rest_for_one', intensity: number) {
  const w = stillWorld();
  const { fragile, log, pid, spec } = roll();
  let failures = 0;
  const children = [spec('a'), fragile('b', () => failures > 0 && failures-- > 0)];
  const sup = await startSupervisor(w, { strategy, intensity, children });
  failures = 1;
  log.length = 0;
  w.system.exit(pid('a'), 'kill');
  await settle();
  const lives = (id: string) =>
    w.of('exit').flatMap(({ path, reason }) => (path === `sup/${id}` ? [reason] : []));
  return { ...w, sup, log, pid, lives };
}

test('42 one_for_all_other_child_fails_restart: the child restarted fine is ended again, then both are retried', async () => {
  const { system, sup, log, pid, lives, of } = await otherFails('one_for_all', 2);
  expect(log).toEqual(['-b', '+a', '!b', '-a', '+a', '+b']);
  expect(lives('a')).toEqual(['killed', 'shutdown']);
  expect(lives('b')).toEqual(['shutdown']);
  expect(await whichChildren(system, sup)).toMatchObject([
    { id: 'b', pid: pid('b'), state: 'running' },
    { id: 'a', pid: pid('a'), state: 'running' },
  ]);
  expect(
    of('restart').map(({ path, alsoRestarted }) => [path, alsoRestarted.map((one) => one.path)]),
  ).toEqual([['sup/a', ['sup/b']]]);
});

test('42 one_for_all_other_child_fails_restart: the retry counts as a restart of its own', async () => {
  const { system, sup, log, of } = await otherFails('one_for_all', 1);
  expect(system.alive(sup)).toBe(false);
  expect(log).toEqual(['-b', '+a', '!b', '-a']);
  expect(of('intensity-exceeded').map(({ restarts }) => restarts)).toEqual([2]);
});

test('43 rest_for_one_other_child_fails_restart: the earlier child that is back already is not restarted again', async () => {
  const { system, sup, log, pid, lives } = await otherFails('rest_for_one', 2);
  expect(log).toEqual(['-b', '+a', '!b', '+b']);
  expect(lives('a')).toEqual(['killed']);
  expect(await whichChildren(system, sup)).toMatchObject([
    { id: 'b', pid: pid('b'), state: 'running', restarts: 1 },
    { id: 'a', pid: pid('a'), state: 'running', restarts: 1 },
  ]);
});

// --- intensity ----------------------------------------------------------------------------------------------------

const periodMs = 1000;

/** A supervisor of one child that is killed at these times. How many of the kills the supervisor survives. */
async function survived(intensity: number, killsAtMs: readonly number[]): Promise<number> {
  const w = stillWorld();
  const { pid, spec } = roll();
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    intensity,
    periodMs,
    children: [spec('c', { shutdown: 'brutal_kill' })],
  });
  let count = 0;
  for (const atMs of killsAtMs) {
    w.clock.advance(atMs - w.clock.monotonicMs());
    w.system.exit(pid('c'), 'kill');
    await settle();
    if (!w.system.alive(sup)) break;
    count += 1;
  }
  return count;
}

const every = (ms: number, times: number) => Array.from({ length: times }, (_, i) => i * ms);

test('44 multiple_restarts: crashes spaced beyond the period never exceed it', async () => {
  expect(await survived(1, every(periodMs + 1, 50))).toBe(50);
});

test('44 multiple_restarts: the window slides, so a steady rate of exactly the allowed goes on for ever', async () => {
  // Any 1000 ms hold at most two of these.
  expect(await survived(2, every(501, 50))).toBe(50);
  // And these at most three, from the third on: the fourth is too much.
  expect(await survived(2, every(500, 50))).toBe(2);
});

test('44 multiple_restarts: the window slides, so it begins with no crash or tick of its own', async () => {
  // Two in either half, but three within 951 ms.
  expect(await survived(2, [0, 900, 1100, 1850])).toBe(3);
  expect(await survived(2, [0, 900, 1100, 1901])).toBe(4);
});

test('44 multiple_restarts: what has expired is dropped, however much of it there was', async () => {
  const burst = (startMs: number) => [startMs, startMs, startMs];
  const bursts = [0, 1, 2, 3].flatMap((round) => burst(round * (periodMs + 1)));
  expect(await survived(3, bursts)).toBe(12);
});

test('45 boundary: a restart counts up to the end of its period, and not one millisecond longer', async () => {
  expect(await survived(1, [0, periodMs])).toBe(1);
  expect(await survived(1, [0, periodMs + 1])).toBe(2);
});

for (const intensity of [0, 1, 2, 5]) {
  test(`45 boundary: of more than ${intensity} crashes within the period exactly ${intensity} are survived`, async () => {
    expect(await survived(intensity, every(1, intensity + 3))).toBe(intensity);
  });
}

for (const strategy of [...strategies, 'simple_one_for_one'] as const) {
  for (const intensity of [0, 2]) {
    test(`45 boundary (${strategy}): ${intensity} restarts are made, the next crash ends it with shutdown`, async () => {
      const w = stillWorld();
      const { pid, spec, starts } = roll();
      const flags = { intensity, periodMs };
      const children = [spec('a'), spec('b')];
      const static_ = async (given: (typeof strategies)[number]) =>
        startSupervisor(w, { strategy: given, ...flags, children });
      const dynamic = async (given: 'simple_one_for_one') => {
        const child = (id: string) => spec(id);
        const sup = await w.start(dynamicSupervisor({ strategy: given, ...flags, child }, deps), {
          id: 'sup',
        });
        for (const { id } of children) await startChild(w.system, sup, id);
        return sup;
      };
      const sup = strategy === 'simple_one_for_one' ? await dynamic(strategy) : await static_(strategy);
      for (let crash = 1; crash <= intensity; crash += 1) {
        w.system.exit(pid('a'), 'kill');
        await settle();
        expect(w.system.alive(sup)).toBe(true);
        expect(starts('a')).toBe(1 + crash);
      }
      const b = pid('b');
      w.system.exit(pid('a'), 'kill');
      await settle();
      expect(reasonOf(w, sup)).toBe('shutdown');
      expect(reasonOf(w, b)).toBe('shutdown');
      expect(starts('a')).toBe(1 + intensity);
      expect(w.of('intensity-exceeded').map(({ restarts }) => restarts)).toEqual([intensity + 1]);
    });
  }
}

// --- a restart that goes on failing -------------------------------------------------------------------------------

const noLimit = 1e9;

/** Whether attempts to start `b` still go on. */
async function isTrying(log: readonly string[]): Promise<boolean> {
  const attempts = () => log.filter((line) => line === '!b').length;
  const before = attempts();
  await settle();
  return attempts() > before;
}

/** While its restarts fail, `child` is there, and nothing can be made of it. */
async function expectRestarting(system: System, sup: SupervisorPid, child: ChildSpec): Promise<void> {
  expect(await startChild(system, sup, child)).toEqual({ ok: false, error: 'already_present' });
  expect(await restartChild(system, sup, child.id)).toEqual({ ok: false, error: 'restarting' });
  expect(await deleteChild(system, sup, child.id)).toEqual({ ok: false, error: 'restarting' });
}

/** In the midst of its attempts a supervisor that is told to ends, and so do they. */
async function expectEnd(w: World, sup: Pid, log: readonly string[]): Promise<void> {
  expect(await isTrying(log)).toBe(true);
  await w.system.stop(sup, 'shutdown', Number.POSITIVE_INFINITY);
  expect(reasonOf(w, sup)).toBe('shutdown');
  expect(await isTrying(log)).toBe(false);
  expect([...w.system.processes()]).toEqual([]);
}

test('46 hanging_restart_loop: meanwhile the supervisor answers, terminate_child cancels, and an end is not held up', async () => {
  const w = stillWorld();
  const { system } = w;
  const { fragile, log, pid } = roll();
  let broken: boolean = false;
  const b = fragile('b', () => broken, { shutdown: 'brutal_kill' });
  const sup = await startSupervisor(w, { strategy: 'one_for_one', intensity: noLimit, children: [] });
  await startChild(system, sup, b);

  broken = true;
  system.cast(pid('b'), 'crash');
  expect(await isTrying(log)).toBe(true);
  await expectRestarting(system, sup, b);
  expect(await whichChildren(system, sup)).toMatchObject([
    { id: 'b', state: 'restarting', pid: null, kind: 'worker' },
  ]);
  expect(await countChildren(system, sup)).toEqual({ specs: 1, active: 0, supervisors: 0, workers: 1 });
  expect(await isTrying(log)).toBe(true);

  expect(await terminateChild(system, sup, 'b')).toEqual({ ok: true });
  expect(await whichChildren(system, sup)).toMatchObject([{ id: 'b', state: 'stopped', pid: null }]);
  expect(await isTrying(log)).toBe(false);
  broken = false;
  await settle();
  expect(await whichChildren(system, sup)).toMatchObject([{ id: 'b', state: 'stopped', pid: null }]);

  expect(await restartChild(system, sup, 'b')).toEqual({ ok: true, pid: pid('b') });
  broken = true;
  system.cast(pid('b'), 'crash');
  await expectEnd(w, sup, log);
});

test('46 hanging_restart_loop_rest_for_one: the same, while the earlier child keeps its pid and the later waits', async () => {
  const w = stillWorld();
  const { system } = w;
  const { fragile, log, pid, spec } = roll();
  let broken: boolean = false;
  const b = fragile('b', () => broken, { shutdown: 'brutal_kill' });
  const children = [spec('a'), b, spec('c')];
  const sup = await startSupervisor(w, { strategy: 'rest_for_one', intensity: noLimit, children });
  const a = pid('a');

  broken = true;
  system.cast(pid('b'), 'crash');
  expect(await isTrying(log)).toBe(true);
  await expectRestarting(system, sup, b);
  expect(await whichChildren(system, sup)).toMatchObject([
    { id: 'c', pid: null },
    { id: 'b', state: 'restarting', pid: null },
    { id: 'a', state: 'running', pid: a },
  ]);
  expect(await countChildren(system, sup)).toEqual({ specs: 3, active: 1, supervisors: 0, workers: 3 });
  expect(await isTrying(log)).toBe(true);

  expect(await terminateChild(system, sup, 'b')).toEqual({ ok: true });
  expect(await isTrying(log)).toBe(false);
  expect(await whichChildren(system, sup)).toMatchObject([
    { id: 'c' },
    { id: 'b', state: 'stopped', pid: null },
    { id: 'a', state: 'running', pid: a },
  ]);

  broken = false;
  expect(await restartChild(system, sup, 'b')).toEqual({ ok: true, pid: pid('b') });
  broken = true;
  system.cast(pid('b'), 'crash');
  await expectEnd(w, sup, log);
  expect(reasonOf(w, a)).toBe('shutdown');
});

test('46 hanging_restart_loop_simple: the same for a dynamic child, which terminate_child names by the pid it had', async () => {
  const w = stillWorld();
  const { system } = w;
  const { fragile, log, pid } = roll();
  let broken: boolean = false;
  const child = (id: string) => fragile(id, () => broken, { shutdown: 'brutal_kill' });
  const definition = { strategy: 'simple_one_for_one', intensity: noLimit, child } as const;
  const sup = await w.start(dynamicSupervisor(definition, deps), { id: 'sup' });
  await startChild(system, sup, 'b');
  const old = pid('b');

  broken = true;
  system.cast(old, 'crash');
  expect(await isTrying(log)).toBe(true);
  expect(await restartChild(system, sup, 'b')).toEqual({ ok: false, error: 'simple_one_for_one' });
  expect(await deleteChild(system, sup, 'b')).toEqual({ ok: false, error: 'simple_one_for_one' });
  expect(await whichChildren(system, sup)).toMatchObject([{ id: 'b', state: 'restarting', pid: null }]);
  expect(await countChildren(system, sup)).toEqual({ specs: 1, active: 0, supervisors: 0, workers: 1 });
  expect(await isTrying(log)).toBe(true);

  expect(await terminateChild(system, sup, old)).toEqual({ ok: true });
  expect(await whichChildren(system, sup)).toEqual([]);
  expect(await isTrying(log)).toBe(false);

  broken = false;
  expect(await startChild(system, sup, 'b')).toEqual({ ok: true, pid: pid('b') });
  broken = true;
  system.cast(pid('b'), 'crash');
  await expectEnd(w, sup, log);
});

for (const strategy of strategies) {
  test(`46 hanging_restart_loop (${strategy}): a restart whose init does not come to an end holds up neither questions nor the end`, async () => {
    const w = stillWorld();
    const { system } = w;
    const { spec } = roll();
    const opened = gate();
    let slow: boolean = false;
    const start = () => genServer({ init: () => (slow ? opened.promise : undefined) });
    const children = [spec('a'), { id: 'b', start, shutdown: 'brutal_kill' }, spec('c')] as const;
    const sup = await startSupervisor(w, { strategy, intensity: noLimit, children });
    slow = true;
    system.exit(childPid(system, sup, 'b'), 'kill');
    await settle();
    const listed = await whichChildren(system, sup);
    expect(listed?.find(({ id }) => id === 'b')).toMatchObject({ state: 'restarting' });
    expect(await countChildren(system, sup)).toMatchObject({ specs: 3, workers: 3 });
    await system.stop(sup, 'shutdown', Number.POSITIVE_INFINITY);
    expect(reasonOf(w, sup)).toBe('shutdown');
    expect([...system.processes()]).toEqual([]);
    opened.resolve();
  });
}

// --- what must not spoil the books --------------------------------------------------------------------------------

/** Whatever a sender without types can put together: OTP's `Sup ! foo`. */
const foos: readonly unknown[] = JSON.parse(
  '[null, 0, "foo", [], {}, {"type":"foo"}, {"type":"due"}, {"type":"started"}, {"type":"made"}, {"type":"made","child":{}}]',
);

/** A dynamic supervisor with a child `a`, and a name for it that admits everything: nobody checks the type of a name. */
async function untyped() {
  const w = stillWorld();
  const { log, pid, spec } = roll();
  await w.start(registry(w.system));
  const name = processName<DynamicMessage<string>>('dyn');
  const definition = { strategy: 'simple_one_for_one', child: (id: string) => spec(id) } as const;
  const sup = await w.start(dynamicSupervisor(definition, deps), { id: 'sup', name });
  await startChild(w.system, sup, 'a');
  const a = pid('a');

  async function expectUnspoilt(): Promise<void> {
    expect(reasonOf(w, sup)).toBe(undefined);
    expect(log).toEqual(['+a']);
    expect(await whichChildren(w.system, sup)).toMatchObject([{ id: 'a', pid: a, state: 'running' }]);
    w.system.exit(a, 'kill');
    await settle();
    expect(pid('a')).not.toBe(a);
    expect(await startChild(w.system, sup, 'b')).toEqual({ ok: true, pid: pid('b') });
    expect(await countChildren(w.system, sup)).toEqual({ specs: 2, active: 2, supervisors: 0, workers: 2 });
    await w.system.stop(sup, 'shutdown', 1000);
    expect(log).toEqual(['+a', '+a', '+b', '-a', '-b']);
  }

  return { ...w, sup, name: processName<ServerMessage<unknown, unknown>>('dyn'), expectUnspoilt };
}

for (const foo of foos) {
  test(`47 simple_one_for_one_corruption: a message ${JSON.stringify(foo)} changes nothing`, async () => {
    const { system, name, expectUnspoilt } = await untyped();
    system.cast(name, foo);
    await settle();
    await expectUnspoilt();
  });
}

test('47 simple_one_for_one_corruption: questions it does not know are not answered and change nothing', async () => {
  const { system, clock, name, expectUnspoilt } = await untyped();
  for (const type of ['foo', 'start_child', 'made']) {
    const called = system.call<unknown, null>(name, (from) => ({ type, from }), 10);
    await settle();
    clock.advance(10);
    expect(await called).toEqual({ ok: false, reason: 'timeout' });
  }
  await expectUnspoilt();
});

test('47 simple_one_for_one_corruption: exit signals of processes that are no children change nothing', async () => {
  const w = stillWorld();
  const { system } = w;
  const { log, pid, spec } = roll();
  const child = (id: string) => spec(id);
  const sup = await w.start(dynamicSupervisor({ strategy: 'simple_one_for_one', child }, deps), {
    id: 'sup',
  });
  await startChild(system, sup, 'a');
  const a = pid('a');
  // One is linked and dies, the other sends a signal in its own name.
  const linked = await w.start(
    genServer<null, never, Word>({
      init(ctx) {
        ctx.link(sup);
        return null;
      },
      handleCast: () => stop({ error: new Error('stranger') }, null),
    }),
  );
  system.cast(linked, 'crash');
  const reasons: readonly ExitReason[] = ['normal', 'shutdown', { error: new Error('stranger') }];
  await w.start(
    genServer({
      init(ctx) {
        for (const reason of reasons) ctx.exit(sup, reason);
      },
    }),
  );
  await settle();
  expect(system.alive(linked)).toBe(false);
  expect(log).toEqual(['+a']);
  expect(await whichChildren(system, sup)).toMatchObject([{ id: 'a', pid: a, state: 'running' }]);
});

test('47 simple_one_for_one_corruption: the first end of a temporary child leaves the books right for all after it', async () => {
  const w = stillWorld();
  const { system } = w;
  const { pid, spec } = roll();
  const child = (id: string) => spec(id, { restart: 'temporary' });
  const sup = await w.start(dynamicSupervisor({ strategy: 'simple_one_for_one', child }, deps), {
    id: 'sup',
  });
  await startChild(system, sup, 'a');
  system.cast(pid('a'), 'crash');
  await settle();
  expect(await startChild(system, sup, 'b')).toEqual({ ok: true, pid: pid('b') });
  expect(await countChildren(system, sup)).toEqual({ specs: 1, active: 1, supervisors: 0, workers: 1 });
  expect(await terminateChild(system, sup, pid('b'))).toEqual({ ok: true });
  expect(await countChildren(system, sup)).toEqual({ specs: 0, active: 0, supervisors: 0, workers: 0 });
});

for (const restart of ['permanent', 'transient'] as const) {
  test(`47 simple_one_for_one_restart_ignore (${restart}): a child that is not needed any more at its restart is forgotten`, async () => {
    const w = stillWorld();
    const { system } = w;
    const { mortal, pid } = roll();
    let needed: boolean = true;
    const child = (id: string): ChildSpec => ({
      id,
      restart,
      start: () => (needed ? mortal(id) : genServer({ init: () => ignore })),
    });
    const sup = await w.start(dynamicSupervisor({ strategy: 'simple_one_for_one', child }, deps), {
      id: 'sup',
    });
    await startChild(system, sup, 'a');
    await startChild(system, sup, 'b');
    needed = false;
    system.exit(pid('a'), 'kill');
    await settle();
    expect(await whichChildren(system, sup)).toMatchObject([{ id: 'b', pid: pid('b'), state: 'running' }]);
    expect(await countChildren(system, sup)).toEqual({ specs: 1, active: 1, supervisors: 0, workers: 1 });
    needed = true;
    expect(await startChild(system, sup, 'a')).toEqual({ ok: true, pid: pid('a') });
    await system.stop(sup, 'shutdown', 1000);
    expect(reasonOf(w, sup)).toBe('shutdown');
    expect([...system.processes()]).toEqual([]);
  });
}

for (const strategy of strategies) {
  test(`47 restart_ignore (${strategy}): a static child that is not needed any more at its restart stays as a spec`, async () => {
    const w = stillWorld();
    const { system } = w;
    const { mortal, pid, spec } = roll();
    let needed: boolean = true;
    const start = () => (needed ? mortal('b') : genServer({ init: () => ignore }));
    const sup = await startSupervisor(w, { strategy, children: [spec('a'), { id: 'b', start }, spec('c')] });
    needed = false;
    system.exit(pid('b'), 'kill');
    await settle();
    expect(await whichChildren(system, sup)).toMatchObject([
      { id: 'c', pid: pid('c'), state: 'running' },
      { id: 'b', pid: null, state: 'stopped' },
      { id: 'a', pid: pid('a'), state: 'running' },
    ]);
    expect(await countChildren(system, sup)).toEqual({ specs: 3, active: 2, supervisors: 0, workers: 3 });
    needed = true;
    expect(await restartChild(system, sup, 'b')).toEqual({ ok: true, pid: pid('b') });
    await system.stop(sup, 'shutdown', 1000);
    expect([...system.processes()]).toEqual([]);
  });
}

// --- trees and names ----------------------------------------------------------------------------------------------

for (const { strategy, others } of [
  { strategy: 'one_for_one', others: [] },
  { strategy: 'one_for_all', others: ['before', 'after'] },
  { strategy: 'rest_for_one', others: ['after'] },
] as const) {
  test(`48 tree (${strategy}): a child supervisor that exceeds its intensity comes back with its static children only`, async () => {
    const w = stillWorld();
    const { system } = w;
    const { pid, spec, starts } = roll();
    const inner = () => supervisor({ strategy: 'one_for_one', intensity: 1, children: [spec('x')] }, deps);
    const dynamicChild = (id: string) => spec(id);
    const dynamic = () =>
      dynamicSupervisor({ strategy: 'simple_one_for_one', intensity: 1, child: dynamicChild }, deps);
    const name = processName<SupervisorMessage>('inner');
    const dynamicName = processName<DynamicMessage<string>>('dynamic');
    await w.start(registry(system));
    const children = [
      spec('before'),
      { id: 'inner', name, start: inner },
      { id: 'dynamic', name: dynamicName, start: dynamic },
      spec('after'),
    ];
    const sup = await startSupervisor(w, { strategy, intensity: 4, children });
    const pids = () =>
      Object.fromEntries(
        ['before', 'inner', 'dynamic', 'after'].map((id) => [id, childPid(system, sup, id)]),
      );

    // A single crash is dealt with below.
    await startChild(system, name, spec('y'));
    const first = pids();
    const x = pid('x');
    system.exit(pid('y'), 'kill');
    await settle();
    expect(pids()).toEqual(first);
    expect(pid('x')).toBe(x);
    expect([starts('x'), starts('y')]).toEqual([1, 2]);

    // One too many: y, which was added, is gone with its supervisor; x, which is in its definition, is back.
    const innerPid = childPid(system, sup, 'inner');
    system.exit(pid('y'), 'kill');
    await settle();
    expect(reasonOf(w, innerPid)).toBe('shutdown');
    expect(reasonOf(w, x)).toBe('shutdown');
    expect([starts('x'), starts('y')]).toEqual([2, 2]);
    expect(await whichChildren(system, name)).toMatchObject([{ id: 'x', pid: pid('x'), restarts: 0 }]);
    const second = pids();
    for (const id of ['before', 'after'] as const) {
      expect(second[id] !== first[id]).toBe(others.some((other) => other === id));
    }

    // The same with dynamic children, none of which comes back.
    for (const id of ['d', 'e']) await startChild(system, dynamicName, id);
    const dynamicPid = childPid(system, sup, 'dynamic');
    for (let crash = 0; crash < 2; crash += 1) {
      system.exit(pid('d'), 'kill');
      await settle();
    }
    expect(reasonOf(w, dynamicPid)).toBe('shutdown');
    expect(await whichChildren(system, dynamicName)).toEqual([]);
    expect(await countChildren(system, dynamicName)).toMatchObject({ active: 0, workers: 0 });
    const third = pids();
    for (const id of ['before', 'after'] as const) {
      expect(third[id] !== second[id]).toBe(others.some((other) => other === id));
    }
    expect(await countChildren(system, sup)).toEqual({ specs: 4, active: 4, supervisors: 2, workers: 2 });
    expect(w.of('intensity-exceeded').map(({ path }) => path)).toEqual(['sup/inner', 'sup/dynamic']);
  });
}

test('48 tree: one_for_all starts a child supervisor too that terminate_child had ended', async () => {
  const w = stillWorld();
  const { system } = w;
  const { pid, spec } = roll();
  const name = processName<SupervisorMessage>('inner');
  const inner = () => supervisor({ strategy: 'one_for_one', children: [] }, deps);
  await w.start(registry(system));
  const children = [spec('a'), { id: 'inner', name, start: inner, restart: 'transient' }] as const;
  const sup = await startSupervisor(w, { strategy: 'one_for_all', children });
  await terminateChild(system, sup, 'inner');
  expect(await countChildren(system, sup)).toEqual({ specs: 2, active: 1, supervisors: 1, workers: 1 });
  system.exit(pid('a'), 'kill');
  await settle();
  expect(await countChildren(system, sup)).toEqual({ specs: 2, active: 2, supervisors: 1, workers: 1 });
  expect(await whichChildren(system, name)).toEqual([]);
});

/** A supervisor with a name and below it a worker with one; both are asked for by their names only. */
async function named() {
  const w = stillWorld();
  const { system } = w;
  const server = processName<CounterMessage>('server');
  const middle = processName<SupervisorMessage>('sup2');
  await w.start(registry(system));
  const worker = () =>
    supervisor(
      { strategy: 'one_for_all', intensity: 3, children: [{ id: 'child', name: server, start: counter }] },
      deps,
    );
  const children = [{ id: 'middle', name: middle, start: worker }];
  const top = await startSupervisor(w, { strategy: 'one_for_all', intensity: 3, children });
  const whereis = () => ({ server: system.whereis(server), middle: system.whereis(middle) });
  const answers = async () =>
    (await system.call<CounterCall, number>(server, (from) => ({ type: 'get', from }), 1000)).ok;
  return { ...w, server, middle, top, whereis, answers };
}

const blows: readonly {
  readonly how: string;
  readonly moves: readonly ('server' | 'middle')[];
  strike(world: Awaited<ReturnType<typeof named>>): Promise<void>;
}[] = [
  {
    how: 'kill_supervisor',
    moves: ['server', 'middle'],
    strike: async ({ system, whereis }) => killAt(system, whereis().middle),
  },
  {
    how: 'kill_worker',
    moves: ['server'],
    strike: async ({ system, whereis }) => killAt(system, whereis().server),
  },
  {
    how: 'exit_worker',
    moves: ['server'],
    strike: async ({ system, server }) => system.cast(server, { type: 'crash' }),
  },
  {
    how: 'restart_worker',
    moves: ['server'],
    async strike({ system, middle, whereis }) {
      expect(await terminateChild(system, middle, 'child')).toEqual({ ok: true });
      expect(whereis().server).toBe(null);
      expect(await restartChild(system, middle, 'child')).toMatchObject({ ok: true });
    },
  },
];

function killAt(system: System, pid: Pid | null): void {
  if (pid === null) throw new Error('nobody to kill');
  system.exit(pid, 'kill');
}

for (const { how, moves, strike } of blows) {
  test(`49 simple_global_supervisor (${how}): the name answers again, with a new pid, and is free after the end`, async () => {
    const world = await named();
    const { answers, system, top, whereis } = world;
    const before = whereis();
    expect(await answers()).toBe(true);
    await strike(world);
    await settle();
    const after = whereis();
    for (const name of ['server', 'middle'] as const) {
      expect(after[name]).not.toBe(null);
      expect(after[name] !== before[name]).toBe(moves.includes(name));
    }
    expect(await answers()).toBe(true);
    system.exit(top, 'kill');
    expect(whereis()).toEqual({ server: null, middle: null });
    expect(await answers()).toBe(false);
  });
}
