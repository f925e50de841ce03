import { describe, expect, test } from 'vitest';
import { lobby } from '../../../src/actors/lobby.ts';
import { lobbyName, runsName } from '../../../src/actors/names.ts';
import { limitsWith } from '../../../src/protocols/limits.ts';
import type { RunsCall, RunsCast } from '../../../src/protocols/mailbox/runs.ts';
import type { LobbyItem, LobbyView } from '../../../src/protocols/wire/lobby.ts';
import type { From } from '../../../src/runtime/call.ts';
import { registry } from '../../../src/runtime/registry.ts';
import { createSystem } from '../../../src/runtime/system.ts';
import { supervisor } from '../../../src/supervision/supervisor.ts';
import { countingMeter } from '../../support/counting-meter.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { settle } from '../../support/until.ts';
import { listeningServer } from './listening-server.ts';

const item: LobbyItem = {
  run: 'leibniz',
  series: 'leibniz',
  state: 'running',
  n: 4,
  digits: 1,
  rate: 0,
  watchers: 1,
  owner: 'n',
  offset: 1,
};

async function open() {
  const clock = manualClock();
  const meter = countingMeter();
  const system = createSystem({ name: 'stage', clock, mailboxMax: 1_000 });
  const random = seededRandom(3);
  await system.spawn(registry(system));
  const asked: RunsCast[] = [];
  await system.spawn(listeningServer<RunsCall, RunsCast>(asked), { name: runsName });
  const children = [{ id: 'lobby', name: lobbyName, start: () => lobby(limitsWith({}), random, meter) }];
  await system.spawn(supervisor({ strategy: 'one_for_one', children }, { random }));
  await settle();
  const list = async (since: { epoch: string; version: number } | null = null): Promise<LobbyView> => {
    const called = await system.call(
      lobbyName,
      (from: From<LobbyView>) => ({ type: 'list', since, from }),
      1_000,
    );
    if (!called.ok) throw new Error('no list');
    return called.value;
  };
  return { clock, system, asked, list, meter };
}

describe('the lobby', () => {
  test('counts its runs by state and who watches, as long as it lives', async () => {
    const { system, meter } = await open();
    for (const [run, state] of [
      ['e', 'idle'],
      ['gamma', 'idle'],
      ['brun', 'running'],
    ] as const)
      system.cast(lobbyName, { type: 'put', item: { ...item, run, state } });
    await settle();
    expect(meter.now('zeno_runs')).toEqual([{ idle: 2, running: 1 }]);
    expect(meter.now('zeno_subscriptions')).toEqual([{ lobby: 0 }]);
    const pid = system.whereis(lobbyName);
    if (pid !== null) system.exit(pid, 'kill');
    await settle();
    expect(meter.now('zeno_runs')).toEqual([{}]);
  });

  test('asks the runs to announce themselves often until one has done so, and then now and then', async () => {
    const { clock, system, asked } = await open();
    expect(asked).toEqual([{ type: 'announce' }]);
    clock.advance(100);
    await settle();
    expect(asked).toHaveLength(2);
    system.cast(lobbyName, { type: 'put', item });
    clock.advance(100);
    await settle();
    expect(asked).toHaveLength(3);
    clock.advance(9_900);
    await settle();
    expect(asked).toHaveLength(3);
    clock.advance(100);
    await settle();
    expect(asked).toHaveLength(4);
  });

  test('drops runs that have ended unheard', async () => {
    const { system, list } = await open();
    system.cast(lobbyName, { type: 'put', item });
    system.cast(lobbyName, { type: 'put', item: { ...item, run: 'leibniz~gone' } });
    const { epoch, version } = await list();
    system.cast(lobbyName, { type: 'only', runs: new Set(['leibniz']) });
    expect(await list({ epoch, version })).toMatchObject({
      changes: [{ op: 'remove', run: 'leibniz~gone' }],
    });
  });

  test('that was killed has a new epoch, so that nobody mistakes its versions for the old ones', async () => {
    const { system, asked, list } = await open();
    system.cast(lobbyName, { type: 'put', item });
    const before = await list();
    const pid = system.whereis(lobbyName);
    if (pid !== null) system.exit(pid, 'kill');
    await settle();
    expect(asked).toHaveLength(2);
    system.cast(lobbyName, { type: 'put', item });
    const after = await list({ epoch: before.epoch, version: before.version });
    expect(after).toMatchObject({ snapshot: true, version: 1, series: [item] });
    expect(after.epoch).not.toBe(before.epoch);
  });

  test('tells a reader of a version what has changed since', async () => {
    const { system, list } = await open();
    system.cast(lobbyName, { type: 'put', item });
    const { epoch, version } = await list();
    system.cast(lobbyName, { type: 'put', item: { ...item, offset: 2 } });
    expect(await list({ epoch, version })).toMatchObject({
      version: 2,
      snapshot: false,
      changes: [{ version: 2, op: 'put', item: { offset: 2 } }],
    });
  });
});
