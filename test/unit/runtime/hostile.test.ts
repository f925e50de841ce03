/** What a hostile tester found once, each as it was found. */
import { describe, expect, test } from 'vitest';
import { genServer, type Info } from '../../../src/runtime/gen-server.ts';
import type { Pid } from '../../../src/runtime/pid.ts';
import { processName } from '../../../src/runtime/process-name.ts';
import { type CounterMessage, counter, recorder, settle, world } from './world.ts';

test('a kill takes along a chain of ten thousand, each told to those who watch it', async () => {
  const { system, start, of } = world();
  const depth = 10_000;
  let at: Pid = await start(counter());
  const root = at;
  for (let level = 1; level < depth; level += 1) at = await start(counter(), { link: at });
  const last = system.ended(at);
  const log: (Info | string)[] = [];
  const watcher = await start(
    genServer<void>({ init: (ctx) => void ctx.monitor(at), handleInfo: (info) => void log.push(info) }),
  );
  system.exit(root, 'kill');
  expect([...system.processes()].map(({ pid }) => pid)).toEqual([watcher]);
  expect(of('exit')).toHaveLength(depth);
  expect(await last).toBe('killed');
  await settle();
  expect(log).toMatchObject([{ type: 'down', pid: at, reason: 'killed' }]);
});

test('a listener that kills the next at each exit ends them all, and everybody is told', async () => {
  const { system, start } = world();
  const pids: Pid[] = [];
  for (let i = 0; i < 10_000; i += 1) pids.push(await start(counter()));
  const ended = pids.map((pid) => system.ended(pid));
  let next = 1;
  system.onEvent((event) => {
    const pid = pids[next];
    next += 1;
    if (event.type === 'exit' && pid !== undefined) system.exit(pid, 'kill');
  });
  const [first] = pids;
  if (first !== undefined) system.exit(first, 'kill');
  expect(new Set(await Promise.all(ended))).toEqual(new Set(['killed']));
  expect(system.listenerFaults).toBe(0);
});

describe('a process that throws what cannot be looked at ends, and nobody else does', () => {
  class NoName extends Error {
    override get name(): string {
      throw new Error('no name');
    }
  }
  class NoMessage extends Error {
    override get message(): string {
      throw new Error('no message');
    }
  }
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const thrown = [
    ['an error without a name', () => new NoName()],
    ['an error without a message', () => new NoMessage()],
    ['an error whose message is a symbol', () => Object.assign(new Error(), { message: Symbol('m') })],
    ['a revoked proxy', () => revoked.proxy],
  ] as const;

  test.each(thrown)('%s, at once, later, in terminate, or after its death', async (_what, make) => {
    const { system, start, of } = world();
    const hostile = genServer<null, never, 'sync' | 'async' | 'late'>({
      init: () => null,
      async handleCast(when) {
        if (when === 'late') await settle(3);
        throw make();
      },
    });
    const sync = genServer<null, never, 'sync'>({
      init: () => null,
      handleCast() {
        throw make();
      },
      terminate() {
        throw make();
      },
    });
    const pids = [await start(hostile), await start(sync)];
    for (const pid of pids) system.cast(pid, 'sync');
    const late = await start(hostile);
    system.cast(late, 'late');
    await settle(1);
    system.exit(late, 'kill');
    await settle(20);
    expect([...system.processes()]).toEqual([]);
    expect(of('exit')).toHaveLength(3);
    expect(of('note').map(({ note }) => note)).toEqual([expect.stringContaining('late throw after the end')]);
    expect(system.alive(await start(counter()))).toBe(true);
  });
});

test.each([0, -1, 1.5, Number.NaN])('a bound of %d for mailboxes is refused', async (mailboxMax) => {
  expect(() => world({ mailboxMax })).toThrow('no whole number');
  const { system } = world();
  expect(() => system.start(counter(), { mailboxMax })).toThrow('no whole number');
});

test('messages lost to a name are counted by its text, whoever made the name', () => {
  const { system, of } = world();
  for (let i = 0; i < 1000; i += 1) system.cast(processName<CounterMessage>('nobody'), { type: 'crash' });
  expect(of('dead-letter').map(({ total }) => total)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
});

test('a mailbox full of infos still has its room for messages', async () => {
  const { system, start } = world({ mailboxMax: 2 });
  const log: (Info | string)[] = [];
  const watched = await Promise.all(Array.from({ length: 10 }, () => start(counter())));
  const pid = await start(
    genServer<void, never, string>({
      init(ctx) {
        for (const one of watched) ctx.monitor(one);
      },
      handleCast: (text) => void log.push(text),
      handleInfo: (info) => void log.push(info),
    }),
  );
  for (const one of watched) system.exit(one, 'kill');
  for (const text of ['a', 'b', 'refused']) system.cast(pid, text);
  await settle();
  expect(log).toHaveLength(12);
  expect(log.slice(10)).toEqual(['a', 'b']);
  for (const text of ['c', 'd']) system.cast(pid, text);
  await settle();
  expect(log.slice(12)).toEqual(['c', 'd']);
});

test('who begins to listen while an event is told hears the next one', async () => {
  const { system, start } = world();
  let heard = 0;
  const listen = () => {
    system.onEvent(() => {
      heard += 1;
      if (heard < 5) listen();
    });
  };
  listen();
  await start(recorder([]));
  expect(heard).toBe(1);
});
