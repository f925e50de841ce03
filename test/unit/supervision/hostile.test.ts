/** What a hostile tester found once, each as it was found. */
import { describe, expect, test } from 'vitest';
import type { Behaviour } from '../../../src/runtime/behaviour.ts';
import { genServer } from '../../../src/runtime/gen-server.ts';
import { faultOfChild } from '../../../src/supervision/child-spec.ts';
import { type SupervisorSpec, supervisor } from '../../../src/supervision/supervisor.ts';
import {
  countChildren,
  restartChild,
  startChild,
  terminateChild,
  updateSpec,
  whichChildren,
} from '../../../src/supervision/supervisor-admin.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { gate, settle, world } from '../runtime/world.ts';
import { childPid, deps, fragile, spec, startSupervisor } from './nursery.ts';

const backoff = { minMs: 50, maxMs: 50, factor: 1, jitter: 0, resetAfterMs: 1e6 };

async function family(definition: Omit<SupervisorSpec, 'intensity'> & { readonly intensity?: number }) {
  const clock = manualClock();
  const w = world({ clock });
  const sup = await startSupervisor(w, { intensity: 100, periodMs: 1e6, ...definition });
  return {
    ...w,
    clock,
    sup,
    async kill(id: string) {
      w.system.exit(childPid(w.system, sup, id), 'kill');
      await settle();
    },
    async pass(ms: number) {
      clock.advance(ms);
      await settle();
    },
    states: async () =>
      (await whichChildren(w.system, sup))?.map(({ id, state }) => `${id} ${state}`).toReversed(),
  };
}

test.each([
  ['undefined', undefined],
  ['null', null],
  ['an object that is none', {}],
])('a start that gives %s for a behaviour is a failed start, at once or later', async (_what, none) => {
  const { system, sup } = await family({ strategy: 'one_for_one', children: [spec('a')] });
  const given: { readonly none: Behaviour<never> } = JSON.parse(JSON.stringify({ none }) ?? '{}');
  for (const start of [() => given.none, async () => given.none]) {
    expect(await startChild(system, sup, { id: 'bad', start })).toEqual({
      ok: false,
      error: { start: { error: expect.any(Error) } },
    });
  }
  expect(await countChildren(system, sup)).toMatchObject({ specs: 1, active: 1 });
});

describe('an update while a restart waits', () => {
  let broken: boolean = false;
  const children = ['a', 'b', 'c'].map((id) => fragile(id, () => broken && id === 'b'));
  const reordered = [children[0], children[2], children[1]].flatMap((child) => child ?? []);

  test.each([
    ['from one_for_all to one_for_one', 'one_for_all', { strategy: 'one_for_one', children }],
    ['from one_for_one to one_for_all', 'one_for_one', { strategy: 'one_for_all', children }],
    ['of the order under rest_for_one', 'rest_for_one', { strategy: 'rest_for_one', children: reordered }],
  ] as const)('%s leaves nobody waiting', async (_how, strategy, next) => {
    broken = false;
    const { system, sup, kill, pass, states } = await family({ strategy, backoff, children });
    await kill('b');
    await kill('b');
    expect(await states()).toContain('b restarting');
    broken = true;
    const limits = { intensity: 100, periodMs: 1e6, backoff };
    expect(await updateSpec(system, sup, { ...limits, ...next })).toEqual({ ok: true });
    await settle();
    broken = false;
    for (let i = 0; i < 10; i += 1) await pass(50);
    expect(new Set(await states())).toEqual(new Set(['a running', 'b running', 'c running']));
  });
});

test('an end that waits for its turn cuts short a start that comes before it', async () => {
  const opened = gate();
  let hangs: boolean = false;
  const child = genServer({
    init: () => (hangs ? new Promise<void>(() => {}) : undefined),
    terminate: () => opened.promise,
  });
  const { system, sup, pass } = await family({
    strategy: 'one_for_one',
    children: [{ id: 'a', shutdown: 50, start: () => child }],
  });
  hangs = true;
  const first = terminateChild(system, sup, 'a');
  const again = restartChild(system, sup, 'a');
  const last = terminateChild(system, sup, 'a');
  await settle();
  opened.resolve();
  await settle();
  await pass(50);
  expect(await first).toEqual({ ok: true });
  expect(await again).toMatchObject({ ok: false, error: { start: expect.anything() } });
  expect(await last).toEqual({ ok: true });
});

test('a restart of which the rest is called off is told of, and the next one tells its own pids', async () => {
  let broken: boolean = false;
  const { system, sup, kill, pass, of } = await family({
    strategy: 'rest_for_one',
    backoff,
    children: [spec('a'), spec('b'), fragile('c', () => broken)],
  });
  const first = childPid(system, sup, 'a');
  broken = true;
  await kill('a');
  expect(of('restart')).toEqual([]);
  await terminateChild(system, sup, 'c');
  const second = childPid(system, sup, 'a');
  expect(of('restart')).toMatchObject([{ path: 'sup/a', oldPid: first, newPid: second }]);
  broken = false;
  await kill('a');
  await pass(50);
  expect(of('restart').at(-1)).toMatchObject({ oldPid: second, newPid: childPid(system, sup, 'a') });
});

test('a child that waits for its backoff lets its siblings have their own periods', async () => {
  const long = { minMs: 20_000, maxMs: 20_000, factor: 1, jitter: 0, resetAfterMs: 0 };
  const { system, sup, kill, pass } = await family({
    strategy: 'one_for_one',
    intensity: 4,
    periodMs: 100,
    backoff: { ...long, resetAfterMs: 250 },
    children: [spec('waits'), spec('falls')],
  });
  await kill('waits');
  await kill('waits');
  for (let fall = 0; fall < 12; fall += 1) {
    await pass(300);
    await kill('falls');
  }
  expect(system.alive(sup)).toBe(true);
});

test('a supervisor that gives up answers nobody any more: its end does', async () => {
  const opened = gate();
  const slow = genServer({ init: () => 0, terminate: () => opened.promise });
  const { system, sup, kill } = await family({
    strategy: 'one_for_one',
    intensity: 0,
    children: [spec('a'), { id: 'slow', start: () => slow }],
  });
  await kill('a');
  const asked = [
    countChildren(system, sup),
    restartChild(system, sup, 'a'),
    updateSpec(system, sup, { strategy: 'one_for_one', children: [] }),
  ];
  await settle();
  opened.resolve();
  expect(await Promise.all(asked)).toEqual([
    null,
    { ok: false, error: 'noproc' },
    { ok: false, error: 'noproc' },
  ]);
});

test.each([0, -1, 1.5, Number.NaN])('a child with a mailbox of %d is refused by name', (mailboxMax) => {
  expect(faultOfChild({ ...spec('a'), mailboxMax })?.code).toBe('invalid_mailbox_max');
  expect(faultOfChild({ ...spec('a'), name: 'a' })?.code).toBe('invalid_name');
});

test.each([{ minMs: 0 }, { maxMs: 1 }, { factor: 0.5 }, { jitter: 2 }, { resetAfterMs: Number.NaN }])(
  'a backoff with %o is refused by name',
  (wrong) => {
    expect(() =>
      supervisor({ strategy: 'one_for_one', backoff: { ...backoff, ...wrong }, children: [] }, deps),
    ).toThrow('invalid_backoff');
  },
);
