import { describe, expect, test } from 'vitest';
import type { Called, From } from '../../src/runtime/call.ts';
import type { Info, ServerPid } from '../../src/runtime/gen-server.ts';
import {
  cancelStateTimeout,
  cancelTimeout,
  eventTimeout,
  type GenStatem,
  genStatem,
  keepState,
  nextEvent,
  nextState,
  postpone,
  repeatState,
  reply,
  type StateHandlers,
  type StatemInfo,
  stateTimeout,
  stop,
  timeout,
  updateStateTimeout,
  updateTimeout,
} from '../../src/runtime/gen-statem.ts';
import type { Pid } from '../../src/runtime/pid.ts';
import { manualClock } from '../support/manual-clock.ts';
import { counter, gate, settle, type World, world } from '../unit/runtime/world.ts';
import { startSupervisor } from '../unit/supervision/nursery.ts';
import { type PuppetMessage, puppet } from './children-c.ts';

type Name = 'a' | 'b' | 'c';
type Ask = { readonly word: string; readonly from: From<string> };
type Machine = GenStatem<Name, null, Ask, string>;
type MachinePid = ServerPid<Ask, string>;
type Handlers = StateHandlers<Name, null, Ask, string>;
type Step = ReturnType<NonNullable<Handlers['cast']>>;

/** States of which each cast has one answer by its word; all else is written down as `<state> <what>` and kept. */
function machine(
  log: string[],
  answers: { readonly [S in Name]?: Readonly<Record<string, () => Step>> },
  more: Partial<Machine> & { readonly enter?: Handlers['enter'] } = {},
) {
  const state = (name: Name): Handlers => ({
    ...(more.enter && { enter: more.enter }),
    cast(word, data) {
      log.push(`${name} ${word}`);
      return answers[name]?.[word]?.() ?? keepState(data);
    },
    call({ word, from }, data) {
      log.push(`${name} call ${word}`);
      return answers[name]?.[word]?.() ?? keepState(data, { actions: [reply(from, `${word} in ${name}`)] });
    },
    info(info, data) {
      log.push(`${name} ${told(info)}`);
      return answers[name]?.[info.type === 'timeout' ? info.name : info.type]?.() ?? keepState(data);
    },
  });
  const { enter: _enter, ...rest } = more;
  return genStatem<Name, null, Ask, string>({
    init: () => ({ state: 'a', data: null }),
    states: { a: state('a'), b: state('b'), c: state('c') },
    ...rest,
  });
}

function told(info: StatemInfo): string {
  const what = info.type === 'timeout' ? `timeout ${info.name}` : info.type;
  const content = 'content' in info && info.content !== undefined ? ` ${String(info.content)}` : '';
  return `${what}${content}`;
}

const ask = (word: string) => (from: From<string>) => ({ word, from });
const later = () => keepState(null, { actions: [postpone] });
const to = (state: Name) => () => nextState(state, null);

/** A world whose clock is in the test's hand, and a machine in it. */
async function started(...args: Parameters<typeof machine>) {
  const clock = manualClock();
  const w = world({ clock });
  const pid = await w.start(machine(...args), { id: 'm' });
  return {
    ...w,
    clock,
    pid,
    async say(...words: string[]) {
      for (const word of words) w.system.cast(pid, word);
      await settle();
    },
    async pass(ms: number) {
      clock.advance(ms);
      await settle();
    },
  };
}

describe('line 65', () => {
  test('65 event_order: postponed come again after a change of state, in arrival order, before newer ones', async () => {
    const log: string[] = [];
    const { say } = await started(log, { a: { 1: later, 2: later, 3: later, go: to('b') } });
    await say('1', '2', 'x', '3', 'go', '4', '5');
    expect(log).toEqual(['a 1', 'a 2', 'a x', 'a 3', 'a go', 'b 1', 'b 2', 'b 3', 'b 4', 'b 5']);
  });

  test.each([
    ['keepState', () => keepState(null)],
    ['nextState to the same', to('a')],
    ['repeatState', () => repeatState(null)],
  ])('65 event_order: postponed do not come again after %s', async (_how, stay) => {
    const log: string[] = [];
    const { pid, say, system } = await started(log, { a: { 1: later, 2: later, stay, go: to('b') } });
    await say('1', '2', 'stay', '3');
    expect(log).toEqual(['a 1', 'a 2', 'a stay', 'a 3']);
    expect(system.inspect(pid)?.mailbox).toBe(2);
    log.length = 0;
    await say('go');
    expect(log).toEqual(['a go', 'b 1', 'b 2']);
  });

  test('65 event_order: inserted ones come before postponed and newer ones, the first foremost', async () => {
    const log: string[] = [];
    const { say } = await started(log, {
      a: {
        1: later,
        2: later,
        go: () => nextState('b', null, { actions: [nextEvent('x'), nextEvent('y')] }),
      },
    });
    await say('1', '2', 'go', '3');
    expect(log).toEqual(['a 1', 'a 2', 'a go', 'b x', 'b y', 'b 1', 'b 2', 'b 3']);
  });

  test('65 event_order: inserted without a change of state come before newer ones; what they insert comes at once', async () => {
    const log: string[] = [];
    const { say } = await started(log, {
      a: {
        1: later,
        x: () => keepState(null, { actions: [nextEvent('x1'), nextEvent('x2')] }),
        x1: () => keepState(null, { actions: [nextEvent('x11')] }),
      },
    });
    await say('1', 'x', '2');
    expect(log).toEqual(['a 1', 'a x', 'a x1', 'a x11', 'a x2', 'a 2']);
  });

  test('65 event_order: postponed over several states keep their order, whichever state postponed them', async () => {
    const log: string[] = [];
    const { say } = await started(log, {
      a: { 1: later, 2: later, 3: later, go: to('b') },
      b: { 1: later, 2: to('c'), 4: later },
    });
    await say('1', '2', '3', 'go', '4');
    expect(log).toEqual(['a 1', 'a 2', 'a 3', 'a go', 'b 1', 'b 2', 'c 1', 'c 3', 'c 4']);
  });

  test('65 event_order: the event that changes the state can itself be postponed, behind those before it', async () => {
    const log: string[] = [];
    const { say } = await started(log, {
      a: { 1: later, go: () => nextState('b', null, { actions: [postpone, nextEvent('x')] }) },
    });
    await say('1', 'go', '2');
    expect(log).toEqual(['a 1', 'a go', 'b x', 'b 1', 'b go', 'b 2']);
  });

  test('65 event_order: an event postponed twice in one answer comes again once', async () => {
    const log: string[] = [];
    const { say } = await started(log, {
      a: { 1: () => keepState(null, { actions: [postpone, postpone] }), go: to('b') },
    });
    await say('1', 'go');
    expect(log).toEqual(['a 1', 'a go', 'b 1']);
  });

  test('65 event_types: casts, calls, timeouts, DOWN and EXIT are told apart, and all can be postponed', async () => {
    const w = world({ clock: manualClock() });
    const log: string[] = [];
    const target = await w.start(counter());
    const types = ['cast', 'call', 't', 'state-timeout', 'down', 'exit'];
    const postponing = Object.fromEntries(types.map((type) => [type, later]));
    const pid = await w.start(
      machine(
        log,
        { a: { ...postponing, go: to('b') } },
        {
          init(ctx) {
            ctx.monitor(target);
            ctx.link(target);
            return { state: 'a', data: null };
          },
          enter(data, ctx, from) {
            if (from === null) ctx.setTimer('t', 0, 'named');
            return keepState(data, { actions: from === null ? [stateTimeout(0, 'of a')] : [] });
          },
        },
      ),
      { trapExit: true },
    );
    await settle();
    w.system.cast(pid, 'cast');
    const called = w.system.call(pid, ask('call'), 60_000);
    await settle();
    w.system.exit(target, 'kill');
    await settle();
    const events = ['timeout t named', 'state-timeout of a', 'cast', 'call call', 'down', 'exit'];
    expect(log).toEqual(events.map((event) => `a ${event}`));
    log.length = 0;
    w.system.cast(pid, 'go');
    await settle();
    expect(log).toEqual(['a go', ...events.map((event) => `b ${event}`)]);
    expect(await called).toEqual({ ok: true, value: 'call in b' });
  });
});

describe('line 66', () => {
  test.each([10, 0])(
    '66 state_timeout: one of %d ms is cancelled by any change of state, also when it has run out already',
    async (ms) => {
      const log: string[] = [];
      const { clock, pass, say } = await started(log, {
        a: {
          // Due while this is handled, so that it waits in the mailbox when the state changes.
          go: () => nextState('b', null),
          arm: () => keepState(null, { actions: [stateTimeout(ms), nextEvent('late')] }),
          late: () => {
            clock.advance(10);
            return keepState(null, { actions: [nextEvent('go')] });
          },
        },
      });
      await say('arm');
      await pass(1_000);
      expect(log).toEqual(['a arm', 'a late', 'a go']);
      expect(clock.timers).toBe(0);
    },
  );

  test('66 state_timeout: survives what is no change, comes once, in its state and with its content', async () => {
    const log: string[] = [];
    const { pass, say } = await started(log, {
      a: {
        arm: () => keepState(null, { actions: [stateTimeout(10, 'content')] }),
        same: to('a'),
        repeat: () => repeatState(null),
      },
    });
    await say('arm', 'same', 'repeat', 'other');
    await pass(9);
    expect(log).toEqual(['a arm', 'a same', 'a repeat', 'a other']);
    await pass(1);
    await pass(1_000);
    expect(log.slice(4)).toEqual(['a state-timeout content']);
  });

  test('66 state_timeout: set by the change itself, or as the new state is entered, it is of the new state', async () => {
    for (const how of ['by the change', 'by enter']) {
      const log: string[] = [];
      const set = [stateTimeout(10, how)];
      const { pass, say } = await started(
        log,
        {
          a: {
            arm: () => keepState(null, { actions: [stateTimeout(5, 'old')] }),
            go: () => nextState('b', null, { actions: how === 'by the change' ? set : [] }),
          },
        },
        {
          enter: (data, _ctx, from) =>
            keepState(data, { actions: from === 'a' && how === 'by enter' ? set : [] }),
        },
      );
      await say('arm', 'go');
      await pass(9);
      expect(log).toEqual(['a arm', 'a go']);
      await pass(1);
      await pass(1_000);
      expect(log.slice(2)).toEqual([`b state-timeout ${how}`]);
    }
  });

  test('66 state_timeout: set again it replaces the first', async () => {
    const log: string[] = [];
    const { pass, say } = await started(log, {
      a: { arm: () => keepState(null, { actions: [stateTimeout(10, log.length)] }) },
    });
    await say('arm');
    await pass(9);
    await say('arm');
    await pass(9);
    expect(log).toEqual(['a arm', 'a arm']);
    await pass(1);
    await pass(1_000);
    expect(log.slice(2)).toEqual(['a state-timeout 2']);
  });

  test('66 state_timeout: can be cancelled', async () => {
    const log: string[] = [];
    const { clock, pass, say } = await started(log, {
      a: {
        arm: () => keepState(null, { actions: [stateTimeout(10)] }),
        cancel: () => keepState(null, { actions: [cancelStateTimeout] }),
      },
    });
    await say('arm', 'cancel');
    expect(clock.timers).toBe(0);
    await pass(1_000);
    expect(log).toEqual(['a arm', 'a cancel']);
  });

  const quiet = { arm: () => keepState(null, { actions: [eventTimeout(10, 'content')] }) };

  test('66 event timeout: comes when nothing else does, with its content, and also of 0 ms', async () => {
    const log: string[] = [];
    const { pass, say } = await started(log, {
      a: { ...quiet, 'arm 0': () => keepState(null, { actions: [eventTimeout(0, 'at once')] }) },
    });
    await say('arm');
    await pass(10);
    await say('arm 0');
    expect(log).toEqual(['a arm', 'a event-timeout content', 'a arm 0', 'a event-timeout at once']);
  });

  test.each<[string, (at: Awaited<ReturnType<typeof started>>) => unknown]>([
    ['a cast', ({ say }) => say('other')],
    ['a call', ({ pid, system }) => system.call(pid, ask('other'), 60_000)],
    ['a named timeout', ({ say }) => say('timer')],
    ['a state timeout', ({ say }) => say('state timer')],
    ['an inserted event', ({ say }) => say('insert')],
    ['a postponed event that comes again', ({ say }) => say('go')],
    ['an EXIT', ({ pid, system }) => system.exit(pid, 'shutdown')],
  ])('66 event timeout: is cancelled by %s', async (_what, happen) => {
    const log: string[] = [];
    const clock = manualClock();
    const w = world({ clock });
    const arm = eventTimeout(10);
    const pid = await w.start(
      machine(log, {
        a: {
          arm: () => keepState(null, { actions: [arm] }),
          later,
          timer: () => keepState(null, { actions: [timeout('t', 0), arm] }),
          'state timer': () => keepState(null, { actions: [stateTimeout(0), arm] }),
          insert: () => keepState(null, { actions: [nextEvent('inserted'), arm] }),
          go: () => nextState('b', null, { actions: [arm] }),
        },
      }),
      { trapExit: true },
    );
    const say = async (...words: string[]) => {
      for (const word of words) w.system.cast(pid, word);
      await settle();
    };
    await say('later', 'arm');
    expect(clock.timers).toBe(1);
    await happen({ ...w, clock, pid, say, pass: async () => {} });
    await settle();
    expect(log.length).toBeGreaterThan(2);
    expect(clock.timers).toBe(0);
    clock.advance(1_000);
    await settle();
    expect(log.filter((line) => line.includes('event-timeout'))).toEqual([]);
  });

  test('66 event timeout: run out already, it is cancelled by an event that is handled before it', async () => {
    const log: string[] = [];
    const { clock, pid, say, system } = await started(log, { a: quiet });
    await say('arm');
    system.cast(pid, 'first');
    clock.advance(10);
    expect(system.inspect(pid)?.mailbox).toBe(2);
    await settle();
    expect(log).toEqual(['a arm', 'a first']);
  });

  test('66 generic_timers: named timeouts survive changes of state, run side by side, and keep their contents', async () => {
    const log: string[] = [];
    const { pass, say } = await started(log, {
      a: {
        arm: () =>
          keepState(null, { actions: [timeout('x', 10, 1), timeout('y', 20, 2), timeout('z', 0, 3)] }),
        go: to('b'),
      },
      b: { go: to('c') },
    });
    await say('arm', 'go');
    await pass(10);
    await say('go');
    await pass(10);
    await pass(1_000);
    expect(log).toEqual(['a arm', 'a go', 'b timeout z 3', 'b timeout x 1', 'b go', 'c timeout y 2']);
  });

  test('66 generic_timers: a name has one timeout; setting it anew replaces the earlier one', async () => {
    const log: string[] = [];
    const { clock, pass, say } = await started(log, {
      a: { arm: () => keepState(null, { actions: [timeout('x', 10, 'first'), timeout('x', 30, 'second')] }) },
    });
    await say('arm');
    expect(clock.timers).toBe(1);
    await pass(1_000);
    expect(log).toEqual(['a arm', 'a timeout x second']);
  });

  test.each([10, 0])(
    '66 timeout_cancel_and_update: a named timeout of %d ms can be cancelled, also when it has run out',
    async (ms) => {
      const log: string[] = [];
      const { clock, pass, say } = await started(log, {
        a: {
          arm: () => keepState(null, { actions: [timeout('x', ms), nextEvent('cancel')] }),
          cancel: () => {
            clock.advance(10);
            return keepState(null, { actions: [cancelTimeout('x'), cancelTimeout('unknown')] });
          },
        },
      });
      await say('arm');
      await pass(1_000);
      expect(log).toEqual(['a arm', 'a cancel']);
    },
  );

  test('66 timeout_cancel_and_update: an update changes the content and not the time', async () => {
    const log: string[] = [];
    const { clock, pass, say } = await started(log, {
      a: {
        arm: () => keepState(null, { actions: [timeout('x', 10, 'old'), stateTimeout(20, 'old')] }),
        update: () =>
          keepState(null, { actions: [updateTimeout('x', 'new'), updateStateTimeout('new of state')] }),
      },
    });
    await say('arm');
    await pass(9);
    await say('update');
    expect(clock.timers).toBe(2);
    await pass(1);
    expect(log).toEqual(['a arm', 'a update', 'a timeout x new']);
    await pass(9);
    expect(log).toHaveLength(3);
    await pass(1);
    expect(log.slice(3)).toEqual(['a state-timeout new of state']);
  });

  test('66 timeout_cancel_and_update: an update reaches one that has run out and is not handled yet', async () => {
    const log: string[] = [];
    const { say } = await started(log, {
      a: {
        arm: () => keepState(null, { actions: [timeout('x', 0, 'old'), nextEvent('update')] }),
        update: () => keepState(null, { actions: [updateTimeout('x', 'new')] }),
      },
    });
    await say('arm');
    expect(log).toEqual(['a arm', 'a update', 'a timeout x new']);
  });

  test('66 timeout_cancel_and_update: an update of one that does not run comes at once', async () => {
    const log: string[] = [];
    const { clock, say } = await started(log, {
      a: { update: () => keepState(null, { actions: [updateTimeout('x', 1), updateStateTimeout(2)] }) },
    });
    await say('update', 'update');
    expect(log).toEqual(['a update', 'a update', 'a timeout x 1', 'a state-timeout 2']);
    expect(clock.timers).toBe(0);
  });
});

describe('line 67', () => {
  const entering =
    (log: string[]): NonNullable<Handlers['enter']> =>
    (data, ctx, from) => {
      log.push(`enter from ${from} in ${ctx.id}`);
      return keepState(data);
    };

  test('67 state_enter: runs at the first start, as part of it and before anything else', async () => {
    const log: string[] = [];
    const w = world();
    const opened = gate();
    const starting = w.system.start(
      machine(
        log,
        {},
        {
          async enter(data) {
            log.push('enter');
            await opened.promise;
            log.push('entered');
            return keepState(data);
          },
        },
      ),
    );
    if (starting.pid === null) throw new Error('no pid');
    w.system.cast(starting.pid, 'first');
    await settle();
    expect(log).toEqual(['enter']);
    expect(w.of('start')).toEqual([]);
    opened.resolve();
    expect((await starting.started).ok).toBe(true);
    await settle();
    expect(log).toEqual(['enter', 'entered', 'a first']);
  });

  test('67 state_enter: runs at each change, before inserted and postponed events; not when there is no change', async () => {
    const log: string[] = [];
    const { say } = await started(
      log,
      {
        a: {
          1: later,
          stay: to('a'),
          go: () => nextState('b', null, { actions: [nextEvent('inserted')] }),
        },
        b: { 1: to('c') },
      },
      { enter: entering(log) },
    );
    await say('1', 'stay', 'go', '2');
    expect(log).toEqual([
      'enter from null in m',
      'a 1',
      'a stay',
      'a go',
      'enter from a in m',
      'b inserted',
      'b 1',
      'enter from b in m',
      'c 2',
    ]);
  });

  test('67 state_enter: repeatState runs it again, and is no change otherwise', async () => {
    const log: string[] = [];
    const { pass, say } = await started(
      log,
      {
        a: {
          1: later,
          arm: () => keepState(null, { actions: [stateTimeout(10)] }),
          repeat: () => repeatState(null, { actions: [nextEvent('inserted')] }),
        },
      },
      { enter: entering(log) },
    );
    await say('1', 'arm', 'repeat');
    await pass(10);
    expect(log).toEqual([
      'enter from null in m',
      'a 1',
      'a arm',
      'a repeat',
      'enter from a in m',
      'a inserted',
      'a state-timeout',
    ]);
  });

  test('67 state_enter: can change the data, set timeouts, answer, and end the process', async () => {
    const w = world({ clock: manualClock() });
    const seen: string[] = [];
    type Kept = { readonly words: readonly string[]; readonly asked: From<string> | null };
    const pid = await w.start(
      genStatem<Name, Kept, Ask, string>({
        init: () => ({ state: 'a', data: { words: [], asked: null } }),
        states: {
          a: {
            enter: (data) => keepState({ ...data, words: ['a'] }),
            call: ({ from }, data) => nextState('b', { ...data, asked: from }),
          },
          b: {
            enter({ words, asked }) {
              const answer = asked === null ? [] : [reply(asked, words.join())];
              return keepState(
                { words: [...words, 'b'], asked: null },
                { actions: [...answer, stateTimeout(0)] },
              );
            },
            info: (_info, data) => nextState('c', data),
          },
          c: { enter: (data) => stop('shutdown', { data: { ...data, words: [...data.words, 'c'] } }) },
        },
        terminate(_reason, { words }) {
          seen.push(...words);
        },
      }),
    );
    expect(await w.system.call(pid, ask('x'), 60_000)).toEqual({ ok: true, value: 'a' });
    await settle();
    expect(w.of('exit').map(({ reason }) => reason)).toEqual(['shutdown']);
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  /** What no compiler would let through. */
  const forbidden = {
    postpone: { answer: later, error: 'enter in state b can not postpone: there is no event in hand' },
    'next-event': {
      answer: () => keepState(null, { actions: [nextEvent('x')] }),
      error: 'enter in state b can not next-event: there is no event in hand',
    },
    'another state': { answer: to('c'), error: 'bad return value of enter in state b' },
  } as const;
  const entersBadly = (name: keyof typeof forbidden, when: Name | null): NonNullable<Handlers['enter']> => {
    const { answer } = forbidden[name];
    return (data, _ctx, from) =>
      from === when ? (answer() as ReturnType<typeof keepState<null>>) : keepState(data);
  };

  test.each(Object.keys(forbidden) as (keyof typeof forbidden)[])(
    '67 state_enter: cannot answer %s: the process ends abnormally, and says why',
    async (name) => {
      const log: string[] = [];
      const { of, say } = await started(
        log,
        { a: { 1: later, go: to('b') } },
        { enter: entersBadly(name, 'a') },
      );
      await say('1', 'go');
      expect(log).toEqual(['a 1', 'a go']);
      const error = new Error(forbidden[name].error);
      expect(of('exit').map(({ reason }) => reason)).toEqual([{ error }]);
    },
  );

  test.each(Object.keys(forbidden) as (keyof typeof forbidden)[])(
    '67 state_enter: cannot answer %s at the first start either: the start fails',
    async (name) => {
      const w = world();
      const spawned = await w.system.spawn(machine([], {}, { enter: entersBadly(name, null) }));
      const error = new Error(forbidden[name].error.replace('state b', 'state a'));
      expect(spawned).toEqual({ ok: false, reason: { error } });
      expect([...w.system.processes()]).toEqual([]);
    },
  );
});

describe('line 68', () => {
  test('68 stop_and_reply: all who are owed an answer have it before terminate runs', async () => {
    const log: string[] = [];
    const w = world();
    const go = gate();
    const pid = await w.start(
      genStatem<Name, From<string>[], Ask, string>({
        init: () => ({ state: 'a', data: [] }),
        states: {
          a: {
            call: ({ from }, waiting) => keepState([...waiting, from]),
            cast: (word, waiting) =>
              stop('normal', { actions: waiting.map((from) => reply(from, word)), data: [] }),
          },
          b: {},
          c: {},
        },
        async terminate(reason, waiting) {
          log.push(`terminate ${String(reason)}, ${waiting.length} wait`);
          await go.promise;
        },
      }),
    );
    const calls = ['x', 'y'].map((word) => w.system.call(pid, ask(word), 60_000));
    await settle();
    w.system.cast(pid, 'bye');
    // Terminate has not ended yet, and will not until all are answered.
    expect(await Promise.all(calls)).toEqual([
      { ok: true, value: 'bye' },
      { ok: true, value: 'bye' },
    ]);
    expect(w.system.alive(pid)).toBe(true);
    go.resolve();
    await w.system.ended(pid);
    expect(log).toEqual(['terminate normal, 0 wait']);
  });

  test('68 stop_and_reply: answers stand before terminate also where each is written down as it happens', async () => {
    const log: string[] = [];
    const w = world();
    const pid = await w.start(
      genStatem<Name, null, Ask>({
        init: () => ({ state: 'a', data: null }),
        states: {
          a: {
            call: ({ from, word }) =>
              stop(
                { shutdown: word },
                {
                  actions: [
                    {
                      kind: 'reply',
                      send(ctx) {
                        log.push('reply');
                        ctx.reply(from, word);
                      },
                    },
                  ],
                },
              ),
          },
          b: {},
          c: {},
        },
        terminate() {
          log.push('terminate');
        },
      }),
    );
    expect(await w.system.call(pid, ask('x'), 60_000)).toEqual({ ok: true, value: 'x' });
    await w.system.ended(pid);
    expect(log).toEqual(['reply', 'terminate']);
    expect(w.of('exit').map(({ reason }) => reason)).toEqual([{ shutdown: 'x' }]);
  });

  /** A machine that owes an answer until it is told `now`. */
  function debtor(): Machine {
    const owed: From<string>[] = [];
    return {
      init: () => ({ state: 'a', data: null }),
      states: {
        a: {
          call({ from }, data) {
            owed.push(from);
            return keepState(data);
          },
          cast: (word, data) => keepState(data, { actions: owed.map((from) => reply(from, word)) }),
        },
        b: {},
        c: {},
      },
    };
  }

  test('68 reply_by_alias: a caller that has timed out gets no late reply, only that of its next call', async () => {
    const clock = manualClock();
    const w = world({ clock });
    const heard: (Info | string)[] = [];
    const outcomes: Called<string>[] = [];
    const pid = await w.start(genStatem(debtor()));
    const caller = await w.start(puppet(heard), { trapExit: true });
    w.system.cast(caller, async (ctx) => {
      outcomes.push(await ctx.call<Ask, string>(pid, ask('first'), 10));
      outcomes.push(await ctx.call<Ask, string>(pid, ask('second'), 60_000));
    });
    await settle();
    clock.advance(10);
    await settle();
    expect(outcomes).toEqual([{ ok: false, reason: 'timeout' }]);
    w.system.cast(pid, 'now');
    await settle();
    expect(outcomes).toEqual([
      { ok: false, reason: 'timeout' },
      { ok: true, value: 'now' },
    ]);
    w.system.cast(pid, 'twice');
    await settle();
    expect(outcomes).toHaveLength(2);
    expect(heard).toEqual([]);
    expect(w.system.inspect(caller)).toMatchObject({ mailbox: 0, dropped: 0 });
    expect([w.system.deadLetters, clock.timers]).toEqual([0, 0]);
  });

  test('68 reply_by_alias: a caller that is gone gets no late reply, and neither does its successor', async () => {
    const w = world();
    const heard: (Info | string)[] = [];
    const outcomes: Called<string>[] = [];
    const pid = await w.start(genStatem(debtor()));
    await startSupervisor(w, {
      strategy: 'one_for_one',
      children: [{ id: 'caller', start: () => puppet(heard) }],
    });
    const caller = [...w.system.processes()].find(({ path }) => path === 'sup/caller')?.pid;
    if (caller === undefined) throw new Error('no caller');
    w.system.cast(caller as Pid<PuppetMessage>, async (ctx) => {
      outcomes.push(await ctx.call<Ask, string>(pid, ask('first'), 60_000));
    });
    await settle();
    const restart = w.next('restart');
    w.system.exit(caller, 'kill');
    const { newPid } = await restart;
    w.system.cast(pid, 'now');
    await settle();
    expect(outcomes).toEqual([{ ok: false, reason: 'noproc' }]);
    expect(heard).toEqual([]);
    expect(w.system.inspect(newPid)).toMatchObject({ mailbox: 0 });
    expect(w.system.alive(pid)).toBe(true);
    expect(w.system.deadLetters).toBe(0);
  });

  test('68 shutdown: whoever waits for an answer when the machine ends is told its reason', async () => {
    const w = world();
    const pid = await w.start(genStatem(debtor()));
    const called = w.system.call(pid, ask('x'), 60_000);
    await settle();
    w.system.exit(pid, { shutdown: 'restart' });
    expect(await called).toEqual({ ok: false, reason: { shutdown: 'restart' } });
  });

  /** A machine of which every handler answers with what no compiler would let through. */
  const bad = (answer: unknown, terminated: unknown[] = []) =>
    genStatem<Name, null, Ask, string>({
      init: () => ({ state: 'a', data: null }),
      states: {
        a: { cast: () => answer as Step, call: () => answer as Step, info: () => answer as Step },
        b: {},
        c: {},
      },
      terminate(reason) {
        terminated.push(reason);
      },
    });

  test.each([
    ['nothing at all', undefined],
    ['null', null],
    ['a text', 'keepState'],
    ['what only looks like an answer', { state: 'b', data: null, actions: [] }],
    ['a promise of nothing', Promise.resolve()],
  ])(
    '68 abnormal2: %s as an answer ends the process abnormally, and who asked is told so',
    async (_what, answer) => {
      const reason = { error: new Error('bad return value in state a') };
      const happenings: ((w: World, pid: MachinePid) => unknown)[] = [
        (w, pid) => w.system.cast(pid, 'x'),
        (w, pid) => w.system.exit(pid, 'normal'),
        async (w, pid) => expect(await w.system.call(pid, ask('x'), 60_000)).toEqual({ ok: false, reason }),
      ];
      for (const happen of happenings) {
        const w = world();
        const terminated: unknown[] = [];
        const pid = await w.start(bad(answer, terminated), { trapExit: true });
        await happen(w, pid);
        await settle();
        expect(w.of('exit').map((exit) => exit.reason)).toEqual([reason]);
        expect(terminated).toEqual([reason]);
      }
    },
  );

  test.each([
    ['abnormal3: an unknown action', { kind: 'nonsense' }],
    ['abnormal3: an action that is none', 'postpone'],
    ['abnormal4: a timeout of no number', stateTimeout(Number.NaN)],
    ['abnormal4: a timeout of a text', timeout('x', 'soon' as never)],
  ])('68 %s ends the process abnormally and is not passed over', async (_what, action) => {
    const w = world({ clock: manualClock() });
    const pid = await w.start(bad(keepState(null, { actions: [action as never] })));
    w.system.cast(pid, 'x');
    await settle();
    expect(w.of('exit').map(({ reason }) => reason)).toEqual([{ error: expect.any(Error) }]);
  });

  test('68 abnormal: an event that its state does not take ends the process abnormally', async () => {
    const w = world();
    const make = () =>
      genStatem<Name, null, Ask, string>({
        init: () => ({ state: 'a', data: null }),
        states: { a: {}, b: {}, c: {} },
      });
    w.system.cast(await w.start(make()), 'x');
    await settle();
    expect(w.of('exit').map(({ reason }) => reason)).toEqual([
      { error: new Error('state a takes no casts') },
    ]);
    expect(await w.system.call(await w.start(make()), ask('x'), 60_000)).toEqual({
      ok: false,
      reason: { error: new Error('state a takes no calls') },
    });
  });
});
