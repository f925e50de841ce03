import { describe, expect, test } from 'vitest';
import type { From } from '../../../src/runtime/call.ts';
import {
  cancelTimeout,
  eventTimeout,
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
} from '../../../src/runtime/gen-statem.ts';
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
