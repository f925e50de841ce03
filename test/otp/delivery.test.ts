import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { type From, MailboxFull } from '../../src/runtime/call.ts';
import type { ExitReason } from '../../src/runtime/exit-reason.ts';
import { genServer, type Info, type ServerMessage, stop } from '../../src/runtime/gen-server.ts';
import { genStatem, keepState, nextState, postpone } from '../../src/runtime/gen-statem.ts';
import type { Pid } from '../../src/runtime/pid.ts';
import { processName } from '../../src/runtime/process-name.ts';
import type { ChildSpec } from '../../src/supervision/child-spec.ts';
import { dynamicSupervisor, supervisor } from '../../src/supervision/supervisor.ts';
import {
  countChildren,
  startChild,
  terminateChild,
  whichChildren,
} from '../../src/supervision/supervisor-admin.ts';
import { manualClock } from '../support/manual-clock.ts';
import { until } from '../support/until.ts';
import { type CounterMessage, counter, gate, settle, type World, world } from '../unit/runtime/world.ts';
import { child, childPid, deps, pidOf, spec, startSupervisor } from '../unit/supervision/nursery.ts';
import { burn, puppet, timerChain } from './children-c.ts';

/** Ends with the reason it is cast, or by that error. */
const mortal = () =>
  genServer<null, never, ExitReason | Error>({
    init: () => null,
    handleCast(how) {
      if (how instanceof Error) throw how;
      return stop(how, null);
    },
  });

const counted = (log: readonly (Info | string)[], type: Info['type']) =>
  log.flatMap((info) => (typeof info !== 'string' && info.type === type ? [info] : []));

describe('line 62', () => {
  const error = new Error('crash');
  test.each<[string, ExitReason, (w: World, pid: Awaited<ReturnType<typeof startMortal>>) => unknown]>([
    ['a kill', 'killed', (w, pid) => w.system.exit(pid, 'kill')],
    ['a crash', { error }, (w, pid) => w.system.cast(pid, error)],
    ['a normal end', 'normal', (w, pid) => w.system.cast(pid, 'normal')],
    ['a stop', { shutdown: 'x' }, (w, pid) => w.system.stop(pid, { shutdown: 'x' }, 1_000)],
    ['an exit signal', 'shutdown', (w, pid) => w.system.exit(pid, 'shutdown')],
  ])('62 %s brings one DOWN and one EXIT with its reason, and nothing twice', async (_how, reason, end) => {
    const w = world();
    const log: (Info | string)[] = [];
    const watcher = await w.start(puppet(log), { trapExit: true });
    const target = await startMortal(w);
    w.system.cast(watcher, (ctx) => {
      ctx.monitor(target);
      ctx.link(target);
    });
    await settle();
    end(w, target);
    await settle();
    // Whoever ends it again ends nothing.
    w.system.exit(target, 'shutdown');
    w.system.exit(target, 'kill');
    void w.system.stop(target, 'shutdown', 0);
    await settle();
    expect(log).toEqual([
      { type: 'down', ref: { id: 1 }, pid: target, reason },
      { type: 'exit', pid: target, reason, atMs: expect.any(Number) },
    ]);
  });

  const startMortal = (w: World) => w.start(mortal());

  test('62 a parent that also links its child, and a child its parent, is sent one EXIT for one end', async () => {
    const w = world();
    const log: (Info | string)[] = [];
    const parent = await w.start(puppet(log), { trapExit: true });
    const linked = await w.start(puppet(), { link: parent });
    const linking = await w.start(puppet(), { link: parent });
    w.system.cast(parent, (ctx) => ctx.link(linked));
    w.system.cast(linking, (ctx) => ctx.link(parent));
    await settle();
    for (const pid of [linked, linking]) w.system.exit(pid, 'kill');
    await settle();
    expect(counted(log, 'exit').map((info) => info.type === 'exit' && info.pid)).toEqual([linked, linking]);
  });

  test('62 DOWN and EXIT of a hundred come through a full mailbox, once each, behind what was there', async () => {
    const w = world({ mailboxMax: 2 });
    const log: (Info | string)[] = [];
    const [go, busy] = [gate(), gate()];
    const watcher = await w.start(puppet(log), { trapExit: true });
    const targets = await Promise.all(Array.from({ length: 100 }, () => w.start(mortal())));
    w.system.cast(watcher, async (ctx) => {
      for (const target of targets) {
        ctx.monitor(target);
        ctx.link(target);
      }
      busy.resolve();
      await go.promise;
    });
    await busy.promise;
    for (const word of ['a', 'b', 'refused', 'refused']) w.system.cast(watcher, () => void log.push(word));
    for (const target of targets) w.system.exit(target, 'kill');
    expect(w.system.inspect(watcher)).toMatchObject({ mailbox: 202, dropped: 2 });
    w.system.cast(watcher, () => void log.push('refused'));
    go.resolve();
    await until('the mailbox is empty', () => w.system.inspect(watcher)?.mailbox === 0);
    await settle();
    expect(log.slice(0, 2)).toEqual(['a', 'b']);
    expect(log).toHaveLength(202);
    for (const type of ['down', 'exit'] as const) {
      const pids = counted(log, type).map((info) => info.type !== 'timeout' && info.pid);
      expect(pids).toEqual(targets);
    }
    expect(w.system.deadLetters).toBe(0);
  });

  test('62 DOWN comes to a GenStatem whose mailbox is full of postponed events, and postponed comes again once', async () => {
    const w = world({ mailboxMax: 2 });
    const log: string[] = [];
    const target = await w.start(mortal());
    const pid = await w.start(
      genStatem<'shut' | 'open', null, never, string>({
        init(ctx) {
          ctx.monitor(target);
          return { state: 'shut', data: null };
        },
        states: {
          shut: {
            cast: (_message, data) => keepState(data, { actions: [postpone] }),
            info(info, data) {
              log.push(`shut ${info.type}`);
              return nextState('open', data, { actions: [postpone] });
            },
          },
          open: {
            cast(message, data) {
              log.push(message);
              return keepState(data);
            },
            info(info, data) {
              log.push(`open ${info.type}`);
              return keepState(data);
            },
          },
        },
      }),
    );
    for (const message of ['a', 'b', 'refused']) w.system.cast(pid, message);
    await settle();
    expect(w.system.inspect(pid)).toMatchObject({ mailbox: 2, dropped: 1 });
    w.system.exit(target, 'kill');
    await settle();
    expect(log).toEqual(['shut down', 'a', 'b', 'open down']);
  });

  test('62 a supervisor whose mailbox is full of calls hears of the end of every child', async () => {
    const w = world({ mailboxMax: 3 });
    const ids = Array.from({ length: 100 }, (_, index) => `c${index}`);
    const children = ids.map((id) => spec(id));
    const sup = await startSupervisor(w, { strategy: 'one_for_one', intensity: 100, children });
    const asked = Array.from({ length: 10 }, () => countChildren(w.system, sup));
    for (const id of ids) w.system.exit(childPid(w.system, sup, id), 'kill');
    const answers = await Promise.all(asked);
    await until('all are back', () => w.of('restart').length === 100);
    expect(answers.filter((answer) => answer !== null)).toHaveLength(3);
    expect(w.system.dropped).toBe(7);
    expect(ids.every((id) => pidOf(w.system, sup, id) !== null)).toBe(true);
  });

  test('62 overflow never throws into the sender: casts are counted, calls get a value, inside a process and outside', async () => {
    const w = world({ mailboxMax: 1 });
    const go = gate();
    const full = await w.start(puppet(), { id: 'full' });
    w.system.cast(full, () => go.promise);
    await settle();
    w.system.cast(full, () => {});
    const refused = { ok: false, reason: { error: new MailboxFull('full') } };
    const ask = (from: From<string>) => ({ from, what: () => {} });

    expect(() => w.system.cast(full, () => {})).not.toThrow();
    expect(await w.system.call(full, ask, 60_000)).toEqual(refused);

    const sender = await w.start(puppet());
    const told = gate<unknown>();
    w.system.cast(sender, async (ctx) => {
      ctx.cast(full, () => {});
      told.resolve(await ctx.call(full, ask, 60_000));
    });
    expect(await told.promise).toEqual(refused);
    expect(w.system.alive(sender)).toBe(true);
    expect(w.system.inspect(full)).toMatchObject({ mailbox: 1, dropped: 4 });
    expect(w.of('dropped').map(({ path, total }) => [path, total])).toEqual([
      ['full', 1],
      ['full', 2],
      ['full', 4],
    ]);
    expect([w.system.dropped, w.system.deadLetters]).toEqual([4, 0]);
    go.resolve();
    await settle();
    expect(w.of('exit')).toEqual([]);
  });
});

describe('line 63', () => {
  const boom = (site: string) => () => {
    throw new Error(site);
  };
  const rejecting = (site: string) => () => settle(1).then(boom(site));
  const ways = [
    ['throws', boom],
    ['rejects', rejecting],
  ] as const;
  const name = processName<ServerMessage<never, never>>('fragile');

  /** What is left of it: no process but the supervisor and its siblings, no timer, and its name is free. */
  async function leavesNothing(w: World, paths: readonly string[]) {
    await settle();
    expect([...w.system.processes()].map((process) => process.path)).toEqual(paths);
    const next = await w.system.spawn(genServer({ init: () => 0 }), { name });
    expect(next.ok).toBe(true);
  }

  test.each(ways)(
    '63 init that %s: the start fails with it, it is reported, nothing is left',
    async (_how, way) => {
      const clock = manualClock();
      const w = world({ clock });
      const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [spec('b')] });
      const failing: ChildSpec = { id: 'a', name, start: () => genServer({ init: way('init') }) };
      const reason = { error: new Error('init') };
      expect(await startChild(w.system, sup, failing)).toEqual({ ok: false, error: { start: reason } });
      expect(w.of('report')).toMatchObject([
        { context: 'start_error', reason, offender: { id: 'a', pid: null } },
      ]);
      expect(w.of('exit')).toMatchObject([{ path: 'sup/a', reason }]);
      expect(await whichChildren(w.system, sup)).toMatchObject([{ id: 'b' }]);
      expect(w.of('restart')).toEqual([]);
      expect(clock.timers).toBe(0);
      await leavesNothing(w, ['sup', 'sup/b']);
    },
  );

  test.each(ways)(
    '63 init that %s under a supervisor that starts: it is reported, and all of it ends',
    async (_how, way) => {
      const w = world();
      const children = [spec('b'), { id: 'a', name, start: () => genServer({ init: way('init') }) }];
      const reason = { error: new Error('init') };
      expect(
        await w.system.spawn(supervisor({ strategy: 'one_for_one', children }, deps), { id: 'sup' }),
      ).toEqual({ ok: false, reason: { shutdown: { failed_to_start_child: 'a', reason } } });
      expect(w.of('report')).toMatchObject([{ context: 'start_error', reason, offender: { id: 'a' } }]);
      await leavesNothing(w, []);
    },
  );

  test.each(ways)(
    '63 terminate that %s: the end is that error, it is reported, nothing is left',
    async (_how, way) => {
      const clock = manualClock();
      const w = world({ clock });
      const failing: ChildSpec = {
        id: 'a',
        name,
        start: () => genServer({ init: () => 0, terminate: way('terminate') }),
      };
      const sup = await startSupervisor(w, { strategy: 'one_for_one', children: [failing, spec('b')] });
      const pid = childPid(w.system, sup, 'a');
      const reason = { error: new Error('terminate') };
      expect(await terminateChild(w.system, sup, 'a')).toEqual({ ok: true });
      expect(w.of('report')).toMatchObject([
        { context: 'shutdown_error', reason, offender: { id: 'a', pid } },
      ]);
      expect(w.of('exit')).toEqual([{ type: 'exit', path: 'sup/a', pid, reason }]);
      expect(w.of('restart')).toEqual([]);
      expect(clock.timers).toBe(0);
      await leavesNothing(w, ['sup', 'sup/b']);
    },
  );

  test.each(ways)(
    '63 terminate that %s after a crash: it is reported, and the child is replaced',
    async (_how, way) => {
      const w = world();
      const crashing = () =>
        genServer<null, never, 'crash'>({
          init: () => null,
          handleCast: boom('crash'),
          terminate: way('terminate'),
        });
      const sup = await w.start(
        dynamicSupervisor(
          { strategy: 'simple_one_for_one', child: (id: string) => ({ id, start: crashing }) },
          deps,
        ),
        { id: 'sup' },
      );
      const started = await startChild(w.system, sup, 'a');
      if (!started.ok) throw new Error('not started');
      const restart = w.next('restart');
      w.system.cast(started.pid, 'crash');
      await restart;
      const reason = { error: new Error('terminate') };
      expect(w.of('report')).toMatchObject([{ context: 'child_terminated', reason, offender: { id: 'a' } }]);
      expect(w.of('exit')).toMatchObject([{ pid: started.pid, reason }]);
      expect([...w.system.processes()]).toHaveLength(2);
    },
  );

  test.each(ways)(
    '63 init of a restart that %s: each attempt is reported and counted, none is left, and the first that works stays',
    async (_how, way) => {
      const w = world();
      let lives = 0;
      const start = () => {
        lives += 1;
        const fails = lives === 2 || lives === 3;
        return genServer({ init: fails ? way(`init of life ${lives}`) : () => 0 });
      };
      const sup = await startSupervisor(w, {
        strategy: 'one_for_one',
        intensity: 3,
        children: [{ id: 'a', name, start }],
      });
      const first = childPid(w.system, sup, 'a');
      const restart = w.next('restart');
      w.system.exit(first, 'kill');
      const { newPid } = await restart;
      const failures = [2, 3].map((life) => ({ error: new Error(`init of life ${life}`) }));
      expect(w.of('report').map(({ context, reason }) => [context, reason])).toEqual([
        ['child_terminated', 'killed'],
        ...failures.map((reason) => ['start_error', reason]),
      ]);
      expect(w.of('exit').map(({ reason }) => reason)).toEqual(['killed', ...failures]);
      expect([...w.system.processes()].map(({ pid }) => pid)).toEqual([sup, newPid]);
      // Three of three are used up: the fall and both failures.
      w.system.exit(newPid, 'kill');
      await leavesNothing(w, []);
      expect(w.of('intensity-exceeded')).toMatchObject([{ restarts: 4 }]);
    },
  );

  test.each(ways)(
    '63 init of a restart that %s for ever: the supervisor ends, and nothing is left',
    async (_how, way) => {
      const w = world();
      let lives = 0;
      const start = () => {
        lives += 1;
        return genServer({ init: lives === 1 ? () => 0 : way('init') });
      };
      const sup = await startSupervisor(w, {
        strategy: 'one_for_all',
        intensity: 5,
        children: [spec('b'), { id: 'a', name, start }],
      });
      const ended = w.system.ended(sup);
      w.system.exit(childPid(w.system, sup, 'a'), 'kill');
      expect(await ended).toBe('shutdown');
      expect(lives).toBe(6);
      expect(w.of('report').filter(({ context }) => context === 'start_error')).toHaveLength(5);
      await leavesNothing(w, []);
    },
  );
});

describe('line 64', () => {
  const strategies = ['one_for_one', 'one_for_all', 'rest_for_one', 'simple_one_for_one'] as const;
  const failures = {
    start: (): never => {
      throw new Error('start');
    },
    'init at once': () =>
      genServer({
        init: (): number => {
          throw new Error('init');
        },
      }),
    'init later': () => genServer({ init: () => Promise.resolve().then((): number => failures.start()) }),
  } as const;

  test.each(strategies.flatMap((strategy) => Object.keys(failures).map((site) => ({ strategy, site }))))(
    '64 timers fire between any two attempts of a restart that keeps failing ($strategy, $site)',
    async ({ strategy, site }) => {
      const w = world();
      using timers = timerChain();
      /** How many timers had fired at each attempt. */
      const seen: number[] = [];
      let broken: boolean = false;
      const flaky: ChildSpec = {
        id: 'a',
        start() {
          if (!broken) return child('a');
          seen.push(timers.fired);
          // Longer than the chain's delay, so its next timer is due: it fires unless it is not let.
          burn(2);
          return failures[site as keyof typeof failures]();
        },
      };
      const flags = { intensity: 30, periodMs: 60_000 };
      let sup: Pid;
      if (strategy === 'simple_one_for_one') {
        const dynamic = await w.start(
          dynamicSupervisor({ ...flags, strategy, child: (_id: string) => flaky }, deps),
        );
        await startChild(w.system, dynamic, 'a');
        sup = dynamic;
      } else sup = await startSupervisor(w, { ...flags, strategy, children: [flaky, spec('b')] });
      broken = true;
      const ended = w.system.ended(sup);
      w.system.exit(childPid(w.system, sup, 'a'), 'kill');
      expect(await ended).toBe('shutdown');
      expect(seen).toHaveLength(30);
      const stuck = seen.filter((fired, attempt) => attempt > 0 && fired === seen[attempt - 1]);
      expect(stuck).toEqual([]);
    },
  );

  test('64 timers fire between any two lives of a child that starts and crashes at once, however often', async () => {
    const w = world();
    using timers = timerChain();
    const seen: number[] = [];
    let crashing: boolean = false;
    const start = () =>
      genServer<null, never, never>({
        init(ctx) {
          if (!crashing) return null;
          seen.push(timers.fired);
          burn(3);
          ctx.setTimer('crash', 0);
          return null;
        },
        handleInfo() {
          throw new Error('crash');
        },
      });
    const sup = await startSupervisor(w, {
      strategy: 'one_for_one',
      intensity: 40,
      periodMs: 60_000,
      children: [{ id: 'a', start }],
    });
    crashing = true;
    const ended = w.system.ended(sup);
    w.system.exit(childPid(w.system, sup, 'a'), 'kill');
    expect(await ended).toBe('shutdown');
    expect(seen).toHaveLength(40);
    expect(seen.filter((fired, life) => life > 0 && fired === seen[life - 1])).toEqual([]);
  });

  test('64 ten thousand crashes at once: timers fire all along, and the longest block is a small part of it', async () => {
    const crashes = 10_000;
    const blocks: number[] = [];
    for (let storm = 0; storm < 3; storm += 1) {
      const w = world();
      const children = Array.from({ length: crashes }, (_, index) => ({ id: `c${index}`, start: counter }));
      const sup = await startSupervisor(w, { strategy: 'one_for_one', intensity: crashes, children });
      for (const { pid } of w.system.inspect(sup)?.children ?? []) {
        // Each of them is a counter.
        if (pid !== null) w.system.cast(pid as Pid<CounterMessage>, { type: 'crash' });
      }
      const { promise: over, resolve } = Promise.withResolvers<void>();
      let [restarts, firedBefore, restartsBefore, mostTogether] = [0, 0, 0, 0];
      w.system.onEvent((event) => {
        if (event.type !== 'restart') return;
        restarts += 1;
        if (timers.fired > firedBefore) [firedBefore, restartsBefore] = [timers.fired, restarts];
        mostTogether = Math.max(mostTogether, restarts - restartsBefore);
        if (restarts === crashes) resolve();
      });
      const beginMs = systemClock.monotonicMs();
      using timers = timerChain();
      await over;
      const { fired, longestMs } = timers;
      expect(fired).toBeGreaterThan(20);
      expect(mostTogether).toBeLessThan(crashes / 4);
      blocks.push(longestMs / (systemClock.monotonicMs() - beginMs));
      expect(w.system.alive(sup)).toBe(true);
      expect(await countChildren(w.system, sup)).toMatchObject({ active: crashes });
    }
    // In the quietest of them: garbage is collected now and then, and others use this machine too.
    expect(Math.min(...blocks)).toBeLessThan(1 / 4);
  });
});
