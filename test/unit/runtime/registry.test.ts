import { describe, expect, test } from 'vitest';
import type { From } from '../../../src/runtime/call.ts';
import { genServer } from '../../../src/runtime/gen-server.ts';
import { processName } from '../../../src/runtime/process-name.ts';
import { registry } from '../../../src/runtime/registry.ts';
import { NameTaken } from '../../../src/runtime/start-outcome.ts';
import { type CounterMessage, counter, gate, settle, world } from './world.ts';

const name = processName<CounterMessage>('counter');
const get = (from: From<number>) => ({ type: 'get', from }) as const;

describe('a name', () => {
  test('leads nowhere before there is a registry', async () => {
    const { system, start, of } = world();
    await start(counter(), { name });
    expect(system.whereis(name)).toBe(null);
    expect(await system.call(name, get, 1000)).toEqual({ ok: false, reason: 'noproc' });
    system.cast(name, { type: 'add', by: 1 });
    expect(of('dead-letter')).toEqual([
      { type: 'dead-letter', path: null, pid: null, name: 'counter', total: 1 },
    ]);
  });

  test('leads to whoever holds it now', async () => {
    const { system, start } = world();
    await start(registry(system));
    const first = await start(counter(), { name });
    expect(system.whereis(name)).toBe(first);
    system.exit(first, 'kill');
    expect(system.whereis(name)).toBe(null);
    const second = await start(counter(), { name });
    system.cast(name, { type: 'add', by: 3 });
    expect(await system.call(name, get, 1000)).toEqual({ ok: true, value: 3 });
    expect(system.whereis(name)).toBe(second);
  });

  test('is held by one living process only', async () => {
    const { system, start } = world();
    await start(registry(system));
    const first = await start(counter(), { name });
    const taken = await system.spawn(counter(), { name: processName<CounterMessage>('counter') });
    expect(taken).toEqual({ ok: false, reason: { error: new NameTaken('counter') } });
    expect(system.whereis(name)).toBe(first);
  });

  test('is free again only when terminate has finished', async () => {
    const { system, start } = world();
    await start(registry(system));
    const go = gate();
    const slow = await start(genServer({ init: () => 0, terminate: () => go.promise }), { name });
    const stopped = system.stop(slow, 'shutdown', 1000);
    await settle();
    expect((await system.spawn(counter(), { name })).ok).toBe(false);
    go.resolve();
    await stopped;
    expect((await system.spawn(counter(), { name })).ok).toBe(true);
  });
});

describe('the registry', () => {
  test('takes all names with it when it ends, and its next incarnation finds them again', async () => {
    const { system, start, of } = world();
    const before = await start(counter(), { name });
    const first = await start(registry(system));
    expect(system.whereis(name)).toBe(before);
    system.exit(first, 'kill');
    expect(system.whereis(name)).toBe(null);
    expect(await system.call(name, get, 1000)).toEqual({ ok: false, reason: 'noproc' });
    system.cast(name, { type: 'add', by: 1 });
    expect(of('dead-letter')).toHaveLength(1);
    const other = processName<CounterMessage>('other');
    const meanwhile = await start(counter(), { name: other });
    await start(registry(system));
    expect(system.whereis(name)).toBe(before);
    expect(system.whereis(other)).toBe(meanwhile);
  });

  test('cannot be started beside another one', async () => {
    const { system, start } = world();
    await start(registry(system));
    expect((await system.spawn(registry(system))).ok).toBe(false);
    expect(system.whereis(name)).toBe(null);
  });
});
