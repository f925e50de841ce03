import { describe, expect, test } from 'vitest';
import { ignore } from '../../../src/runtime/behaviour.ts';
import type { From } from '../../../src/runtime/call.ts';
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
  stateTimeout,
  stop,
  timeout,
  updateStateTimeout,
  updateTimeout,
} from '../../../src/runtime/gen-statem.ts';
import type { EnterAction } from '../../../src/runtime/statem-step.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { settle, world } from './world.ts';

type Call = { readonly type: 'ask'; readonly from: From<string> };
type Name = 'closed' | 'open';
type Handlers = StateHandlers<Name, string[], Call, string>;

function door(closed: Handlers, open: Handlers, log: string[]) {
  return genStatem<Name, string[], Call, string>({
    init: () => ({ state: 'closed', data: log }),
    states: { closed, open },
    terminate(reason, _data, _ctx, state) {
      log.push(`terminate ${JSON.stringify(reason)} in ${state}`);
    },
  });
}

/** Writes casts down under the state's name. */
const noting = (state: string): Handlers => ({
  cast(message, log) {
    log.push(`${state}:${message}`);
    return keepState(log);
  },
  info(info, log) {
    log.push(`${state}:${info.type === 'timeout' ? `timeout ${info.name}` : info.type}`);
    return keepState(log);
  },
});

describe('GenStatem events', () => {
  test('postponed come again after a change of state, in arrival order, before newer ones', async () => {
    const { system, start } = world();
    const log: string[] = [];
    const closed: Handlers = {
      cast(message, data) {
        if (message === 'keep') return keepState(data);
        if (message === 'open') return nextState('open', data, { actions: [nextEvent('inserted')] });
        log.push(`closed:${message}`);
        return keepState(data, { actions: [postpone] });
      },
    };
    const pid = await start(door(closed, noting('open'), log));
    for (const message of ['1', '2', 'keep', 'open', '3']) system.cast(pid, message);
    await settle();
    expect(log).toEqual(['closed:1', 'closed:2', 'open:inserted', 'open:1', 'open:2', 'open:3']);
  });

  test('postponed by the very change of state come again in the new state', async () => {
    const { system, start } = world();
    const log: string[] = [];
    const closed: Handlers = { cast: (_message, data) => nextState('open', data, { actions: [postpone] }) };
    const pid = await start(door(closed, noting('open'), log));
    system.cast(pid, 'first');
    await settle();
    expect(log).toEqual(['open:first']);
  });

  test('postponed count against the mailbox, and die as dead letters', async () => {
    const { system, start, of } = world({ mailboxMax: 2 });
    const pid = await start(
      door({ cast: (_message, data) => keepState(data, { actions: [postpone] }) }, {}, []),
    );
    for (const message of ['1', '2', '3']) {
      system.cast(pid, message);
      await settle();
    }
    expect(of('dropped')).toHaveLength(1);
    expect(system.inspect(pid)?.mailbox).toBe(2);
    system.exit(pid, 'kill');
    expect(system.deadLetters).toBe(2);
  });

  test('to the state it is in are no change: nothing postponed comes again', async () => {
    const { system, start } = world();
    const log: string[] = [];
    const closed: Handlers = {
      enter(data) {
        log.push('enter');
        return keepState(data);
      },
      cast(message, data) {
        log.push(message);
        return message === 'same' ? nextState('closed', data) : keepState(data, { actions: [postpone] });
      },
    };
    const pid = await start(door(closed, {}, log));
    system.cast(pid, 'a');
    system.cast(pid, 'same');
    await settle();
    expect(log).toEqual(['enter', 'a', 'same']);
  });
});

describe('GenStatem timeouts', () => {
  const timed = (log: string[], delayMs: number): Handlers => ({
    ...noting('closed'),
    enter: (data) => keepState(data, { actions: [stateTimeout(delayMs), timeout('named', 20)] }),
    cast(message, data) {
      if (message === 'open') return nextState('open', data);
      if (message === 'again') return keepState(data, { actions: [stateTimeout(10)] });
      if (message === 'cancel') return keepState(data, { actions: [cancelTimeout('named')] });
      if (message === 'event') return keepState(data, { actions: [eventTimeout(5)] });
      log.push(`closed:${message}`);
      return keepState(data);
    },
  });

  test('of a state come in that state and are set anew by setting them', async () => {
    const clock = manualClock();
    const { system, start } = world({ clock });
    const log: string[] = [];
    const pid = await start(door(timed(log, 10), noting('open'), log));
    clock.advance(9);
    system.cast(pid, 'again');
    await settle();
    clock.advance(9);
    await settle();
    expect(log).toEqual([]);
    clock.advance(1);
    await settle();
    expect(log).toEqual(['closed:state-timeout']);
  });

  test.each([10, 0])(
    'of a state (%d ms) are cancelled by any change of state; named ones are not',
    async (ms) => {
      const clock = manualClock();
      const { system, start } = world({ clock });
      const log: string[] = [];
      const open: Handlers = { ...noting('open') };
      const closed: Handlers = {
        ...timed(log, 50),
        cast: (message, data) =>
          message === 'arm'
            ? keepState(data, { actions: [stateTimeout(ms), nextEvent('open')] })
            : nextState('open', data),
      };
      const pid = await start(door(closed, open, log));
      system.cast(pid, 'arm');
      await settle();
      clock.advance(100);
      await settle();
      expect(log).toEqual(['open:timeout named']);
    },
  );

  test('by name can be cancelled', async () => {
    const clock = manualClock();
    const { system, start } = world({ clock });
    const log: string[] = [];
    const pid = await start(door(timed(log, 1000), {}, log));
    system.cast(pid, 'cancel');
    await settle();
    clock.advance(100);
    await settle();
    expect(log).toEqual([]);
  });

  test('of silence are cancelled by any event', async () => {
    const clock = manualClock();
    const { system, start } = world({ clock });
    const log: string[] = [];
    const pid = await start(door(timed(log, 1000), {}, log));
    system.cast(pid, 'event');
    await settle();
    clock.advance(4);
    system.cast(pid, 'noise');
    await settle();
    clock.advance(4);
    await settle();
    expect(log).toEqual(['closed:noise']);
    system.cast(pid, 'event');
    await settle();
    clock.advance(5);
    await settle();
    expect(log).toEqual(['closed:noise', 'closed:event-timeout']);
  });
});

describe('the content of a GenStatem timeout', () => {
  /** Casts are words for actions; what is told comes into the log with its content. */
  async function timed(actions: Readonly<Record<string, readonly EnterAction[]>>) {
    const clock = manualClock();
    const { system, start } = world({ clock });
    const log: unknown[] = [];
    const closed: Handlers = {
      cast: (word, data) => keepState(data, { actions: actions[word] ?? [] }),
      info(info, data) {
        log.push(info);
        return keepState(data);
      },
    };
    const pid = await start(door(closed, {}, []));
    const say = async (word: string) => {
      system.cast(pid, word);
      await settle();
    };
    return { clock, log, say };
  }

  test('comes with each kind of it, and is undefined where none was given', async () => {
    const { clock, log, say } = await timed({
      arm: [stateTimeout(5, 's'), timeout('n', 6, 'n'), timeout('bare', 7), eventTimeout(1, 'e')],
    });
    await say('arm');
    for (let i = 0; i < 7; i += 1) {
      clock.advance(1);
      await settle();
    }
    expect(log).toEqual([
      { type: 'event-timeout', content: 'e' },
      { type: 'state-timeout', content: 's' },
      { type: 'timeout', name: 'n', content: 'n' },
      { type: 'timeout', name: 'bare', content: undefined },
    ]);
  });

  test('is updated without another time, and an update without a timer comes at once', async () => {
    const { clock, log, say } = await timed({
      arm: [stateTimeout(5, 'old'), timeout('n', 5, 'old')],
      update: [updateStateTimeout('new'), updateTimeout('n', 'new')],
    });
    await say('arm');
    clock.advance(4);
    await say('update');
    expect(log).toEqual([]);
    clock.advance(1);
    await settle();
    const told = [
      { type: 'state-timeout', content: 'new' },
      { type: 'timeout', name: 'n', content: 'new' },
    ];
    expect(log).toEqual(told);
    await say('update');
    expect(log).toEqual([...told, ...told]);
    expect(clock.timers).toBe(0);
  });

  test('never comes of a state timeout that is cancelled', async () => {
    const { clock, log, say } = await timed({ arm: [stateTimeout(5, 's')], cancel: [cancelStateTimeout] });
    await say('arm');
    await say('cancel');
    clock.advance(100);
    await settle();
    expect([log, clock.timers]).toEqual([[], 0]);
  });
});

describe('GenStatem enter', () => {
  test('runs at the start, at each change and on repeat, before anything postponed', async () => {
    const { system, start } = world();
    const log: string[] = [];
    const enter: Handlers['enter'] = (data, ctx, from) => {
      log.push(`${ctx.id} enter from ${from}`);
      return keepState(data);
    };
    const closed: Handlers = {
      enter,
      cast(message, data) {
        if (message === 'open') return nextState('open', data);
        if (message === 'repeat') return repeatState(data);
        return keepState(data, { actions: [postpone] });
      },
    };
    const pid = await start(door(closed, { ...noting('open'), enter }, log), { id: 'door' });
    for (const message of ['later', 'repeat', 'open']) system.cast(pid, message);
    await settle();
    expect(log).toEqual([
      'door enter from null',
      'door enter from closed',
      'door enter from closed',
      'open:later',
    ]);
  });

  test('that throws at the start fails the start', async () => {
    const { system } = world();
    const closed: Handlers = {
      enter() {
        throw new Error('no entry');
      },
    };
    expect(await system.spawn(door(closed, {}, []))).toEqual({
      ok: false,
      reason: { error: new Error('no entry') },
    });
  });

  test.each([
    ['postpone', postpone, 'there is no event in hand'],
    ['next-event', nextEvent('x'), 'there is no event in hand'],
  ])('that answers %s ends the process: at the start, and later', async (kind, action, why) => {
    // The types allow neither.
    const actions = [action as unknown as EnterAction];
    const { system, start, of } = world();
    const bad = (when: Name | null): NonNullable<Handlers['enter']> => {
      return (data, _ctx, from) => keepState(data, { actions: from === when ? actions : [] });
    };
    const error = (state: Name) => ({ error: new Error(`enter in state ${state} can not ${kind}: ${why}`) });
    const failed = await system.spawn(door({ enter: bad(null) }, {}, []));
    expect(failed).toEqual({ ok: false, reason: error('closed') });
    const pid = await start(
      door({ cast: (_word, data) => nextState('open', data) }, { enter: bad('closed') }, []),
    );
    system.cast(pid, 'go');
    await settle();
    expect(of('exit').at(-1)?.reason).toEqual(error('open'));
  });
});

describe('GenStatem begins', () => {
  const machine = (log: string[], init: GenStatem<Name, string[], Call, string>['init']) =>
    genStatem<Name, string[], Call, string>({
      init,
      states: {
        closed: {
          enter(data) {
            log.push('enter');
            return keepState(data);
          },
          cast(word, data) {
            log.push(word);
            return keepState(data);
          },
        },
        open: {},
      },
    });

  test('within its first turn if its init waits for nothing', async () => {
    const { system, of } = world();
    const log: string[] = [];
    const { pid } = system.start(
      machine(log, (ctx) => {
        log.push('init');
        ctx.cast(ctx.self, 'word');
        return { state: 'closed', data: log };
      }),
    );
    expect(log).toEqual([]);
    // One macrotask: a turn, and no promise to wait for.
    await settle(1);
    expect(log).toEqual(['init', 'enter', 'word']);
    expect(of('start').map((event) => event.pid)).toEqual([pid]);
  });

  test('when its init has what it waits for', async () => {
    const { system, of } = world();
    const log: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const { started } = system.start(
      machine(log, async () => {
        await promise;
        return { state: 'closed', data: log };
      }),
    );
    await settle();
    expect(of('start')).toEqual([]);
    resolve();
    expect((await started).ok).toBe(true);
    expect(log).toEqual(['enter']);
  });

  test.each(['at once', 'later'])('not at all if its init says %s that it is not needed', async (when) => {
    const { system, events } = world();
    const log: string[] = [];
    const init = () => (when === 'later' ? Promise.resolve(ignore) : ignore);
    expect(await system.spawn(machine(log, init))).toEqual({ ok: false, reason: 'ignore' });
    expect([log, events, [...system.processes()]]).toEqual([[], [], []]);
  });
});

describe('GenStatem ends', () => {
  test('answer before terminate runs', async () => {
    const { system, start } = world();
    const log: string[] = [];
    const closed: Handlers = {
      call: (request) => stop('normal', { actions: [reply(request.from, 'bye')] }),
    };
    const pid = await start(door(closed, {}, log));
    const called = await system.call(pid, (from: From<string>) => ({ type: 'ask', from }), 1000);
    expect(called).toEqual({ ok: true, value: 'bye' });
    await settle();
    expect(log).toEqual(['terminate "normal" in closed']);
  });

  test('abnormally on a bad return value', async () => {
    const { system, start, of } = world();
    const bad: Handlers = JSON.parse('{}');
    Object.assign(bad, { cast: () => undefined });
    const pid = await start(door(bad, {}, []));
    system.cast(pid, 'x');
    await settle();
    expect(of('exit').map((event) => event.reason)).toEqual([
      { error: new Error('bad return value in state closed') },
    ]);
  });

  test('abnormally on an event its state does not take', async () => {
    const { system, start, of } = world();
    const pid = await start(door({}, {}, []));
    system.cast(pid, 'x');
    await settle();
    expect(of('exit').map((event) => event.reason)).toEqual([
      { error: new Error('state closed takes no casts') },
    ]);
  });

  test('leave an asynchronous handler that was killed no further say', async () => {
    const { system, start } = world();
    const log: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const closed: Handlers = {
      async cast(_message, data) {
        await promise;
        return nextState('open', data);
      },
    };
    const open: Handlers = {
      enter(data) {
        log.push('entered');
        return keepState(data);
      },
    };
    const pid = await start(door(closed, open, log));
    system.cast(pid, 'x');
    await settle();
    system.exit(pid, 'kill');
    resolve();
    await settle();
    expect(log).toEqual([]);
  });
});
