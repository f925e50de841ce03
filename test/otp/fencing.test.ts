import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Behaviour } from '../../src/runtime/behaviour.ts';
import type { Called, From } from '../../src/runtime/call.ts';
import { genServer, type Info, type ServerMessage } from '../../src/runtime/gen-server.ts';
import { genStatem, keepState, nextState } from '../../src/runtime/gen-statem.ts';
import type { Pid } from '../../src/runtime/pid.ts';
import { processName } from '../../src/runtime/process-name.ts';
import { registry } from '../../src/runtime/registry.ts';
import { dynamicSupervisor } from '../../src/supervision/supervisor.ts';
import { getChildSpec, startChild, terminateChild } from '../../src/supervision/supervisor-admin.ts';
import { homes } from '../contract/store-homes.ts';
import { at, epochA, leibniz } from '../contract/store-sample.ts';
import { manualClock } from '../support/manual-clock.ts';
import { until } from '../support/until.ts';
import { gate, recorder, settle, type World, world } from '../unit/runtime/world.ts';
import { childPid, deps, startSupervisor } from '../unit/supervision/nursery.ts';
import { keeper, type PuppetMessage, puppet } from './children-c.ts';

/** Under a supervisor that allows no more restarts than there are kills, so that one counted too many would be seen. */
async function supervised<M>(w: World, start: () => Behaviour<M>, intensity = 1) {
  const sup = await startSupervisor(w, {
    strategy: 'one_for_one',
    intensity,
    children: [{ id: 'a', start }],
  });
  // The child's spec is one of a process that accepts M.
  const present = () => childPid(w.system, sup, 'a') as Pid<M>;
  async function killed(pid: Pid): Promise<Pid<M>> {
    const restart = w.next('restart');
    w.system.exit(pid, 'kill');
    await restart;
    return present();
  }
  return { sup, present, killed };
}

describe('line 60', () => {
  test('60 a late await can not send: nothing it says, links, watches or times reaches anybody', async () => {
    const clock = manualClock();
    const w = world({ clock });
    const [go, done] = [gate(), gate()];
    const log: (Info | string)[] = [];
    const other = await w.start(recorder(log));
    const { present, killed } = await supervised(w, () => puppet(log));
    const first = present();
    w.system.cast(first, async (ctx) => {
      await go.promise;
      ctx.cast(other, 'from the dead');
      ctx.cast(ctx.self, () => void log.push('to itself'));
      ctx.exit(other, 'kill');
      ctx.link(other);
      ctx.monitor(other);
      ctx.setTimer('t', 10);
      ctx.pipe(Promise.resolve(), () => () => void log.push('piped'));
      ctx.note('from the dead');
      expect(await ctx.call<never, null>(other, () => null as never, 10)).toEqual({
        ok: false,
        reason: 'noproc',
      });
      done.resolve();
    });
    await settle();
    const second = await killed(first);
    const before = w.events.length;
    go.resolve();
    await done.promise;
    await settle();
    clock.advance(100);
    await settle();
    expect(log).toEqual([]);
    expect([w.system.alive(other), w.system.alive(second)]).toEqual([true, true]);
    expect(clock.timers).toBe(0);
    expect(w.events.slice(before)).toEqual([]);
    expect(w.system.deadLetters).toBe(0);
  });

  test('60 a late await can not send by its system either: no cast, call, exit signal, stop or start of its', async () => {
    const w = world();
    const [go, done] = [gate(), gate<unknown>()];
    const log: (Info | string)[] = [];
    const other = await w.start(puppet());
    const { present, killed } = await supervised(w, () => puppet());
    const first = present();
    w.system.cast(first, async ({ system }) => {
      await go.promise;
      system.cast(other, () => void log.push('cast'));
      const called = await system.call(
        other,
        (from: From<string>) => ({ from, what: (_from: From<string>, ctx) => ctx.reply(from, 'answered') }),
        1_000,
      );
      const spawned = await system.spawn(recorder(log));
      system.exit(other, 'shutdown');
      await system.stop(other, 'shutdown', 1_000);
      done.resolve([called, spawned]);
    });
    await settle();
    await killed(first);
    go.resolve();
    const noproc = { ok: false, reason: 'noproc' };
    expect(await done.promise).toEqual([noproc, noproc]);
    expect(log).toEqual([]);
    expect(w.system.alive(other)).toBe(true);
  });

  test('60 a late await can not reply, neither to its own call nor to one handed on to it', async () => {
    const w = world();
    const [go, late, handedOn] = [gate(), gate(), gate<From<string>>()];
    const { present, killed } = await supervised(w, () => puppet());
    const front = await w.start(puppet());
    const first = present();
    const own = w.system.call(
      first,
      (from: From<string>) => ({
        from,
        async what(_from: From<string>, ctx) {
          await go.promise;
          ctx.reply(from, 'from the dead');
          ctx.reply(await handedOn.promise, 'from the dead');
          late.resolve();
        },
      }),
      60_000,
    );
    const other = w.system.call(
      front,
      (from: From<string>) => ({ from, what: () => handedOn.resolve(from) }),
      60_000,
    );
    await settle();
    const second = await killed(first);
    expect(await own).toEqual({ ok: false, reason: 'killed' });
    go.resolve();
    await late.promise;
    const answers: Called<string>[] = [];
    void other.then((called) => answers.push(called));
    await settle();
    expect(answers).toEqual([]);
    w.system.cast(second, async (ctx) => ctx.reply(await handedOn.promise, 'from the successor'));
    expect(await other).toEqual({ ok: true, value: 'from the successor' });
  });

  test('60 a late await can not set state: the successor begins from its own init and keeps what it has', async () => {
    const w = world();
    const go = gate();
    let lates = 0;
    const ends: string[] = [];
    type Ask = { readonly from: From<string> };
    // One definition for all lives: only what its init makes is a life's own.
    const shared = genServer<string, Ask, string>({
      init: (ctx) => `${ctx.self.id} new`,
      handleCall({ from }, state, ctx) {
        ctx.reply(from, state);
        return state;
      },
      async handleCast(message, state) {
        if (message !== 'late') return message;
        await go.promise;
        lates += 1;
        return `${state} late`;
      },
      terminate(_reason, state) {
        ends.push(state);
      },
    });
    const { present, killed } = await supervised(w, () => shared);
    const ask = (pid: Pid<ServerMessage<Ask, string>>) =>
      w.system.call(pid, (from: From<string>) => ({ from }), 1_000);
    const first = present();
    w.system.cast(first, 'late');
    await settle();
    const second = await killed(first);
    expect(await ask(second)).toEqual({ ok: true, value: `${second.id} new` });
    w.system.cast(second, 'own');
    await settle();
    go.resolve();
    await settle();
    expect(lates).toBe(1);
    expect(await ask(second)).toEqual({ ok: true, value: 'own' });
    await w.system.stop(second, 'shutdown', 1_000);
    expect(ends).toEqual(['own']);
  });

  test('60 a late await can not change the state of a GenStatem: nothing is entered, timed or inserted', async () => {
    const clock = manualClock();
    const w = world({ clock });
    const go = gate();
    const log: string[] = [];
    const { present, killed } = await supervised(w, () =>
      genStatem<'closed' | 'open', null, never, string>({
        init: () => ({ state: 'closed', data: null }),
        states: {
          closed: {
            async cast(_message, data) {
              await go.promise;
              log.push('late');
              return nextState('open', data, {
                actions: [
                  { kind: 'next-event', message: 'inserted' },
                  { kind: 'timeout', name: 't', change: { to: 'set', delayMs: 5, content: null } },
                ],
              });
            },
          },
          open: {
            enter(data) {
              log.push('entered');
              return keepState(data);
            },
            cast(message, data) {
              log.push(message);
              return keepState(data);
            },
          },
        },
      }),
    );
    const first = present();
    w.system.cast(first, 'go');
    await settle();
    await killed(first);
    go.resolve();
    await settle();
    clock.advance(10);
    await settle();
    expect(log).toEqual(['late']);
    expect(clock.timers).toBe(0);
  });

  const local = homes.filter(({ name }) => name !== 'Redis');

  test.each(
    local.flatMap((home) => [
      { home, name: home.name, when: 'before' },
      { home, name: home.name, when: 'after' },
    ]),
  )(
    '60 a late checkpoint ($name), $when its successor has made one, is refused, and so is its epoch; the successor is served',
    async ({ home, when }) => {
      await using opened = await home.open();
      const { store } = opened;
      const w = world();
      const go = gate();
      const answers: string[] = [];
      const { present, killed } = await supervised(w, () => keeper(store, leibniz, go.promise, answers));
      const first = present();
      w.system.cast(first, { offset: 1, waits: true });
      await settle();
      const second = await killed(first);
      const living = async () => {
        w.system.cast(second, { offset: 1, waits: false });
        await until('the successor has committed', () => answers.includes('living commit committed'));
      };
      if (when === 'after') await living();
      go.resolve();
      await until('the late one is answered', () =>
        answers.some((answer) => answer.startsWith('late epoch')),
      );
      if (when === 'before') await living();
      expect(new Set(answers)).toEqual(
        new Set(['late commit fenced', 'late epoch fenced', 'living commit committed']),
      );
      expect(await store.readAfter(leibniz, at(epochA, 0), 10)).toEqual({
        kind: 'rows',
        top: { epoch: epochA, offset: 1 },
        rows: [{ offset: 1, estimate: '"living"' }],
      });
    },
  );

  const tooLate = () => {
    throw new Error('too late');
  };
  type Stages = 'open' | 'shut';
  const handler = (go: Promise<void>) =>
    genServer<null, never, 'go'>({ init: () => null, handleCast: () => go.then(tooLate) });
  const init = (go: Promise<void>, life: number) =>
    genServer<null, never, 'go'>({
      init: () => (life === 2 ? go.then(tooLate) : null),
      handleCast: (_message, state) => state,
    });
  const terminate = (go: Promise<void>) =>
    genServer<null, never, 'go'>({
      init: () => null,
      handleCast: (_message, state) => state,
      terminate: () => go.then(tooLate),
    });
  const statem = (go: Promise<void>) =>
    genStatem<Stages, null, never, 'go'>({
      init: () => ({ state: 'shut', data: null }),
      states: { shut: { cast: () => go.then(tooLate) }, open: {} },
    });
  const enter = (go: Promise<void>) =>
    genStatem<Stages, null, never, 'go'>({
      init: () => ({ state: 'shut', data: null }),
      states: {
        shut: { cast: (_message, data) => nextState('open', data) },
        open: { enter: () => go.then(tooLate) },
      },
    });

  test.each([
    { site: 'a handler', make: handler, kills: 1 },
    { site: 'init', make: init, kills: 2 },
    { site: 'terminate', make: terminate, kills: 1 },
    { site: 'a handler of a GenStatem', make: statem, kills: 1 },
    { site: 'enter of a GenStatem', make: enter, kills: 1 },
  ])(
    '60 a late throw in $site is told once, and is neither an exit nor a restart',
    async ({ site, make, kills }) => {
      const clock = manualClock();
      const w = world({ clock });
      const go = gate();
      let life = 0;
      const start = () => {
        life += 1;
        return make(go.promise, life);
      };
      // Every restart there may be is used up by the kills.
      const { sup, present, killed } = await supervised(w, start, kills);
      let dead: Pid = present();
      w.system.cast(present(), 'go');
      await settle();
      if (site === 'terminate') {
        void w.system.stop(dead, 'shutdown', 10);
        await settle();
        clock.advance(10);
        await settle();
      } else if (site === 'init') {
        w.system.exit(dead, 'kill');
        await settle();
        dead = present();
        await killed(dead);
      } else await killed(dead);
      const successor = present();
      const before = w.events.length;
      expect(w.of('exit').at(-1)).toMatchObject({ pid: dead, reason: 'killed' });
      expect(w.of('restart')).toHaveLength(1);
      go.resolve();
      await settle();
      const note = 'late throw after the end: too late';
      expect(w.events.slice(before)).toEqual([{ type: 'note', path: 'sup/a', pid: dead, note }]);
      expect(w.system.inspect(sup)?.children).toMatchObject([{ state: 'running', pid: successor }]);
    },
  );

  test('60 a late throw never crashes the node: it ends by itself, with nothing to say', () => {
    const program = `
      const { createSystem } = await import('${new URL('../../src/runtime/system.ts', import.meta.url)}');
      const { systemClock } = await import('${new URL('../../src/lib/clock.ts', import.meta.url)}');
      const { genServer } = await import('${new URL('../../src/runtime/gen-server.ts', import.meta.url)}');
      const system = createSystem({ name: 'x', clock: systemClock, mailboxMax: 10 });
      system.onEvent((event) => event.type === 'note' && console.log(event.note));
      const { promise, resolve } = Promise.withResolvers();
      const late = (site) => promise.then(() => { throw new Error(site); });
      const sites = [
        genServer({ init: () => 0, handleCast: () => late('cast') }),
        genServer({ init: () => 0, handleCall: () => late('call') }),
        genServer({ init: () => 0, handleInfo: () => late('info') }),
        genServer({ init: () => late('init') }),
        genServer({ init: () => 0, terminate: () => late('terminate') }),
        genServer({ init: (ctx) => { ctx.own(() => late('release')); return 0; } }),
        genServer({ init: (ctx) => { ctx.pipe(late('pipe'), () => 0); return 0; }, handleCast: (_, state) => state }),
      ];
      const pids = sites.map((site) => system.start(site, { trapExit: true }).pid);
      const turns = async () => { for (let i = 0; i < 20; i += 1) await new Promise(setImmediate); };
      await turns();
      system.cast(pids[0], 0);
      void system.call(pids[1], (from) => from, Infinity);
      system.exit(pids[2], 'shutdown');
      void system.stop(pids[4], 'shutdown', Infinity);
      await turns();
      for (const pid of pids) system.exit(pid, 'kill');
      resolve();
      await turns();
      console.log('alive', [...system.processes()].length);`;
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', program], { timeout: 20_000 });
    expect(String(ran.stderr)).toBe('');
    const said = String(ran.stdout).trimEnd().split('\n');
    expect(said.at(-1)).toBe('alive 0');
    // What was piped belongs to nobody any more; that it hurts nobody is all that is asked of it.
    const notes = said.slice(0, -1).filter((note) => !note.endsWith('pipe'));
    expect(notes.toSorted()).toEqual([
      'late throw after the end: call',
      'late throw after the end: cast',
      'late throw after the end: info',
      'late throw after the end: init',
      'late throw after the end: terminate',
      'release failed: release',
    ]);
    expect(ran.status).toBe(0);
  });
});

describe('line 61', () => {
  const name = processName<PuppetMessage>('puppet');

  /** A stale pid and the successor behind the same name, path and id. */
  async function succeeded() {
    const w = world();
    const log: (Info | string)[] = [];
    const sup = await startSupervisor(w, {
      strategy: 'one_for_one',
      intensity: 1,
      children: [
        { id: 'registry', start: () => registry(w.system) },
        { id: 'a', name, start: () => puppet(log) },
      ],
    });
    const present = () => {
      const pid = w.system.whereis(name);
      if (pid === null) throw new Error('nobody has the name');
      return pid;
    };
    const stale = present();
    const restart = w.next('restart');
    w.system.exit(stale, 'kill');
    await restart;
    return { ...w, sup, log, stale, successor: present() };
  }

  test('61 a message to a stale pid is a dead letter, told with that pid, and nothing for the successor', async () => {
    const { of, stale, successor, system } = await succeeded();
    const done: string[] = [];
    system.cast(stale, () => void done.push('from outside'));
    system.cast(successor, (ctx) => ctx.cast(stale, () => void done.push('from a process')));
    await settle();
    expect(system.deadLetters).toBe(2);
    expect(of('dead-letter')).toEqual(
      [1, 2].map((total) => ({ type: 'dead-letter', path: 'sup/a', pid: stale, total })),
    );
    expect(done).toEqual([]);
    system.cast(name, () => void done.push('to the name'));
    await settle();
    expect(done).toEqual(['to the name']);
  });

  test('61 a call to a stale pid fails at once with noproc, and is no dead letter', async () => {
    const { stale, system } = await succeeded();
    const put = (from: From<string>) => ({ from, what: () => {} });
    expect(await system.call(stale, put, Number.POSITIVE_INFINITY)).toEqual({ ok: false, reason: 'noproc' });
    expect(system.deadLetters).toBe(0);
  });

  test('61 a monitor of a stale pid brings DOWN with noproc at once, a link EXIT; neither heeds the successor', async () => {
    const { stale, start, successor, system } = await succeeded();
    const log: (Info | string)[] = [];
    const watcher = await start(puppet(log), { trapExit: true });
    system.cast(watcher, (ctx) => {
      ctx.monitor(stale);
      ctx.link(stale);
    });
    await settle(2);
    const told = [
      { type: 'down', ref: { id: 1 }, pid: stale, reason: 'noproc' },
      { type: 'exit', pid: stale, reason: 'noproc', atMs: expect.any(Number) },
    ];
    expect(log).toEqual(told);
    system.exit(successor, 'kill');
    await settle();
    expect(log).toEqual(told);
  });

  test('61 stop, exit signals and kill by a stale pid have no effect on the successor', async () => {
    const { log, stale, start, successor, sup, system } = await succeeded();
    const other = await start(puppet());
    await system.stop(stale, 'shutdown', 0);
    for (const reason of ['shutdown', 'kill'] as const) {
      system.exit(stale, reason);
      system.cast(other, (ctx) => ctx.exit(stale, reason));
    }
    system.cast(other, (ctx) => ctx.unlink(stale));
    await settle();
    expect(await system.ended(stale)).toBe('noproc');
    expect(system.inspect(stale)).toBe(null);
    expect(system.find(stale.id)).toBe(null);
    expect(system.alive(successor)).toBe(true);
    expect(childPid(system, sup, 'a')).toBe(successor);
    expect(log).toEqual([]);
  });

  test('61 terminateChild by a stale pid is done already, and ends no successor', async () => {
    const w = world();
    const sup = await w.start(
      dynamicSupervisor({ strategy: 'simple_one_for_one', child: (id: string) => ({ id, start }) }, deps),
    );
    function start() {
      return puppet();
    }
    await startChild(w.system, sup, 'a');
    const stale = childPid(w.system, sup, 'a');
    const restart = w.next('restart');
    w.system.exit(stale, 'kill');
    const { newPid } = await restart;
    expect(await terminateChild(w.system, sup, stale)).toEqual({ ok: true });
    expect(await getChildSpec(w.system, sup, stale)).toEqual({ ok: false, error: 'not_found' });
    expect(childPid(w.system, sup, 'a')).toBe(newPid);
    expect(w.system.alive(newPid)).toBe(true);
  });
});
