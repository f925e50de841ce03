import { describe, expect, test } from 'vitest';
import type { From } from '../../../src/runtime/call.ts';
import { registry } from '../../../src/runtime/registry.ts';
import {
  partitionOf,
  partitionSupervisor,
  partitions,
} from '../../../src/supervision/partition-supervisor.ts';
import { SpecFault } from '../../../src/supervision/spec-fault.ts';
import { supervisor } from '../../../src/supervision/supervisor.ts';
import { type CounterMessage, counter, settle, world } from '../runtime/world.ts';
import { deps } from './nursery.ts';

const get = (from: From<number>) => ({ type: 'get', from }) as const;

describe('partitions', () => {
  test('have a name for each, and the same one for the same key', () => {
    const four = partitions<CounterMessage>('c', 4);
    expect(four.names.map((name) => name.text)).toEqual(['c/0', 'c/1', 'c/2', 'c/3']);
    const others = partitions<CounterMessage>('c', 4);
    for (let i = 0; i < 1_000; i += 1) {
      const name = four.of(`key ${i}`);
      expect(four.names).toContain(name);
      expect(name).toBe(four.names[partitionOf(`key ${i}`, 4)]);
      expect(others.of(`key ${i}`).text).toBe(name.text);
    }
  });

  test('of one are that one for every key', () => {
    const one = partitions<CounterMessage>('c', 1);
    expect(new Set(['', 'a', 'key', '\ud83d\ude00'].map((key) => one.of(key)))).toEqual(new Set(one.names));
  });

  const kinds: Readonly<Record<string, (index: number) => string>> = {
    numbers: (index) => String(index),
    'multiples of 64': (index) => String(index * 64),
    'padded hexadecimals': (index) => index.toString(16).padStart(16, '0'),
    'a common beginning': (index) => `session:private:${index}`,
    'a common end': (index) => `${index}@zeno.example`,
  };

  test.each(Object.keys(kinds))('share ten thousand keys evenly (%s)', (kind) => {
    for (const count of [2, 3, 4, 7, 8, 16, 64]) {
      const shares = new Array<number>(count).fill(0);
      for (let i = 0; i < 10_000; i += 1) {
        const at = partitionOf(kinds[kind]?.(i) ?? '', count);
        shares[at] = (shares[at] ?? 0) + 1;
      }
      const fair = 10_000 / count;
      const chiSquare = shares.reduce((sum, share) => sum + (share - fair) ** 2 / fair, 0);
      // Of random shares it is about `count - 1`, and so far above that only once in many thousands.
      expect(chiSquare).toBeLessThan(count - 1 + 5 * Math.sqrt(2 * (count - 1)));
    }
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('there are never %d of', (count) => {
    expect(() => partitions('c', count)).toThrow(SpecFault);
    expect(() => partitions('c', count)).toThrow('bad_start_spec');
  });
});

describe('a partition supervisor', () => {
  async function started(count = 4) {
    const w = world();
    const all = partitions<CounterMessage>('c', count);
    const made: number[] = [];
    const sup = await w.start(
      supervisor(
        {
          strategy: 'one_for_one',
          children: [
            { id: 'registry', start: () => registry(w.system) },
            {
              id: 'counters',
              start: () =>
                partitionSupervisor(
                  {
                    partitions: all,
                    intensity: 2,
                    module: 'counters',
                    child: (partition) => ({
                      start() {
                        made.push(partition);
                        return counter();
                      },
                    }),
                  },
                  deps,
                ),
            },
          ],
        },
        deps,
      ),
      { id: 'sup' },
    );
    return { ...w, all, made, sup, pids: () => all.names.map((name) => w.system.whereis(name)) };
  }

  test('starts each partition under its number and its name', async () => {
    const { made, of, pids, system } = await started();
    expect(made).toEqual([0, 1, 2, 3]);
    expect(of('start').map(({ path }) => path)).toEqual(
      expect.arrayContaining([0, 1, 2, 3].map((id) => `sup/counters/${id}`)),
    );
    expect(pids()).not.toContain(null);
    const counters = [...system.processes()].find(({ path }) => path === 'sup/counters');
    expect(counters).toMatchObject({ kind: 'supervisor', strategy: 'one_for_one' });
    if (counters !== undefined) expect(system.inspect(counters.pid)?.module).toBe('counters');
  });

  test('leads a key to its partition and to no other', async () => {
    const { all, system } = await started();
    for (let i = 0; i < 100; i += 1) system.cast(all.of(`key ${i}`), { type: 'add', by: 1 });
    const shares = await Promise.all(all.names.map((name) => system.call(name, get, 1_000)));
    expect(shares).toEqual(
      all.names.map((name) => {
        const value = Array.from({ length: 100 }, (_, i) => all.of(`key ${i}`)).filter((of) => of === name);
        return { ok: true, value: value.length };
      }),
    );
  });

  test('restarts a partition that is killed under its name; the others keep their pids and their shares', async () => {
    const { all, next, pids, system } = await started();
    const before = pids();
    const [, , killed] = before;
    for (const name of all.names) system.cast(name, { type: 'add', by: 7 });
    await settle();
    const restart = next('restart', 'sup/counters/2');
    if (killed != null) system.exit(killed, 'kill');
    const { newPid, oldPid, alsoRestarted } = await restart;
    expect([oldPid, alsoRestarted]).toEqual([killed, []]);
    expect(pids()).toEqual(before.map((pid) => (pid === killed ? newPid : pid)));
    expect(newPid).not.toBe(killed);
    const counts = await Promise.all(all.names.map((name) => system.call(name, get, 1_000)));
    expect(counts.map((called) => called.ok && called.value)).toEqual([7, 7, 0, 7]);
  });

  test('takes the limits of any supervisor: one restart too many ends it, and its parent brings all back', async () => {
    const { next, pids, system } = await started();
    const before = pids();
    const escalated = next('restart', 'sup/counters');
    for (let i = 0; i < 3; i += 1) {
      const [first] = pids();
      if (first != null) system.exit(first, 'kill');
      await settle();
    }
    await escalated;
    await settle();
    expect(pids()).not.toContain(null);
    expect(pids().filter((pid) => before.includes(pid))).toEqual([]);
  });

  test('refuses flags that no supervisor takes', () => {
    const spec = { partitions: partitions<CounterMessage>('c', 2), child: () => ({ start: counter }) };
    expect(() => partitionSupervisor({ ...spec, intensity: -1 }, deps)).toThrow(SpecFault);
  });
});
