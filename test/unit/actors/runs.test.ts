import { describe, expect, test } from 'vitest';
import { hubName, lobbyName, runsName, seriesName, seriesSupervisorName } from '../../../src/actors/names.ts';
import { runs } from '../../../src/actors/runs.ts';
import { parseRunId, type RunId, type SeriesId, type UserId } from '../../../src/protocols/identity.ts';
import { type Limits, limitsWith } from '../../../src/protocols/limits.ts';
import type { HubCall, HubCast } from '../../../src/protocols/mailbox/hub.ts';
import type { LobbyCall, LobbyCast } from '../../../src/protocols/mailbox/lobby.ts';
import type { RunsCall } from '../../../src/protocols/mailbox/runs.ts';
import type { SeriesCall, SeriesCast } from '../../../src/protocols/mailbox/series.ts';
import type { RunRecord } from '../../../src/protocols/ports/store.ts';
import { type Answer, done } from '../../../src/protocols/refusal.ts';
import type { NewRun } from '../../../src/protocols/wire/run-view.ts';
import type { From } from '../../../src/runtime/call.ts';
import type { Pid } from '../../../src/runtime/pid.ts';
import { registry } from '../../../src/runtime/registry.ts';
import { createSystem } from '../../../src/runtime/system.ts';
import { basel } from '../../../src/series/basel.ts';
import { leibniz } from '../../../src/series/leibniz.ts';
import { dynamicSupervisor, supervisor } from '../../../src/supervision/supervisor.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { settle } from '../../support/until.ts';
import { listeningServer } from './listening-server.ts';

const user = 'someone' as UserId;
const catalogue = [leibniz, basel];
const shared = new Set(catalogue.map(({ id }): string => id));

class Stage {
  readonly clock = manualClock(1_000);
  readonly store = new FaultyStore();
  readonly limits: Limits;
  readonly system = createSystem({ name: 'stage', clock: this.clock, mailboxMax: 1_000 });
  readonly lobby: LobbyCast[] = [];
  readonly hub: HubCast[] = [];
  readonly series: SeriesCast[] = [];
  registry: Pid | null = null;

  constructor(limits: Partial<Limits> = {}) {
    this.limits = limitsWith(limits);
  }

  async open(options: { registry: boolean } = { registry: true }): Promise<this> {
    const { system, series, store, limits } = this;
    const random = seededRandom(9);
    if (options.registry) await this.serveNames();
    await system.spawn(listeningServer<LobbyCall, LobbyCast>(this.lobby), { name: lobbyName });
    const all = dynamicSupervisor<RunRecord>(
      {
        strategy: 'simple_one_for_one',
        child: ({ run }) => ({
          id: run,
          name: seriesName(run),
          restart: 'transient',
          start: () => listeningServer<SeriesCall, SeriesCast>(series),
        }),
      },
      { random },
    );
    await system.spawn(all, { id: 'series', name: seriesSupervisorName });
    const start = () => runs({ store, catalogue, limits, random });
    const children = [{ id: 'runs', name: runsName, start }];
    await system.spawn(supervisor({ strategy: 'one_for_one', intensity: 10, children }, { random }));
    await settle();
    return this;
  }

  async serveNames(): Promise<void> {
    const spawned = await this.system.spawn(registry(this.system), { id: 'registry' });
    if (spawned.ok) this.registry = spawned.pid;
  }

  /** Runs that have a Series. Throws if one has two. */
  living(): Set<string> {
    const all = [...this.system.processes()].flatMap(({ path }) =>
      path.startsWith('series/') ? [path.slice(7)] : [],
    );
    if (new Set(all).size !== all.length) throw new Error(`doubled: ${all.join()}`);
    return new Set(all);
  }

  async ask<R>(build: (from: From<R>) => RunsCall): Promise<R> {
    const called = await this.system.call<RunsCall, R>(runsName, build, 1_000);
    if (!called.ok) throw new Error(JSON.stringify(called.reason));
    return called.value;
  }

  create(wish: NewRun = {}, by = user, series = 'leibniz' as SeriesId): Promise<Answer<RunRecord>> {
    return this.ask((from) => ({ type: 'create', series, wish, user: by, from }));
  }

  async made(wish: NewRun = {}): Promise<RunRecord> {
    const answer = await this.create(wish);
    if (!answer.ok) throw new Error(answer.detail);
    return answer.value;
  }

  end = (run: RunId) => this.ask<Answer<null>>((from) => ({ type: 'end', run, from }));
  find = (run: RunId) => this.ask<Answer<RunRecord | null>>((from) => ({ type: 'find', run, from }));

  async stored(): Promise<Set<string>> {
    const listed = await this.store.listRuns();
    return new Set(listed.kind === 'runs' ? listed.runs.map(({ run }) => run) : []);
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settle();
  }
}

describe('the keeper of runs', () => {
  test('starts a Series for each of the catalogue and stores what was not stored', async () => {
    const stage = await new Stage().open();
    expect(stage.living()).toEqual(shared);
    expect(await stage.stored()).toEqual(shared);
  });

  test('waits for a store that does not answer', async () => {
    const stage = new Stage();
    stage.store.mode = 'down';
    await stage.open();
    expect(await stage.create()).toMatchObject({ ok: false, code: 'not-ready' });
    // Not «no such run»: it may be among those that can't be read yet.
    expect(await stage.find('leibniz~k3x9' as RunId)).toMatchObject({ ok: false, code: 'not-ready' });
    stage.store.mode = 'well';
    await stage.pass(100);
    expect(stage.living()).toEqual(shared);
  });

  test('waits for the Series’ supervisor to be found, and does not take its absence for a start', async () => {
    const stage = await new Stage().open({ registry: false });
    expect(stage.living()).toEqual(new Set());
    await stage.serveNames();
    await stage.pass(100);
    expect(stage.living()).toEqual(shared);
  });

  test('that is restarted brings back every run, as it was last changed, and doubles none', async () => {
    const stage = await new Stage().open();
    const { run } = await stage.made({ policy: 'continuous' });
    const keeper = stage.system.whereis(runsName);
    if (keeper !== null) stage.system.exit(keeper, 'kill');
    await settle();
    expect(stage.system.whereis(runsName)).not.toBe(keeper);
    expect(stage.living()).toEqual(new Set(['leibniz', 'basel', run]));
    expect(await stage.find(run)).toMatchObject({ value: { run, user, policy: 'continuous' } });
  });

  test('does not take up again, by a late change of it, a run that has been ended', async () => {
    const stage = await new Stage().open();
    const record = await stage.made();
    await stage.end(record.run);
    stage.system.cast(runsName, { type: 'changed', record });
    expect(await stage.find(record.run)).toEqual(done(null));
  });

  test('keeps what it is told of changes', async () => {
    const stage = await new Stage().open();
    const record = await stage.made();
    stage.system.cast(runsName, { type: 'changed', record: { ...record, paused: true } });
    expect(await stage.find(record.run)).toMatchObject({ value: { paused: true } });
  });

  test('has every run announce itself to a lobby that asks', async () => {
    const stage = await new Stage().open();
    stage.system.cast(runsName, { type: 'announce' });
    await settle();
    expect(stage.series).toEqual([{ type: 'announce' }, { type: 'announce' }]);
  });
});

describe('a private run', () => {
  test('has an id of its own, its owner’s name and what was wished, and is stored before it is answered', async () => {
    const stage = await new Stage().open();
    const [one, two] = [
      await stage.made({ stopAt: 7, pace: { mode: 'walk', termsPerSecond: 3 } }),
      await stage.made(),
    ];
    expect(one).toEqual({
      run: one.run,
      series: 'leibniz',
      pace: { mode: 'walk', termsPerSecond: 3 },
      policy: 'on-demand',
      paused: false,
      stopAt: 7,
      user,
      createdAt: 1_000,
    });
    expect(parseRunId(one.run)).toMatchObject({ series: 'leibniz', shared: false });
    expect(one.run).not.toBe(two.run);
    expect(await stage.stored()).toContain(one.run);
    expect(stage.living()).toContain(one.run);
  });

  test('under the manual policy begins paused', async () => {
    const stage = await new Stage().open();
    expect(await stage.made({ policy: 'manual' })).toMatchObject({ policy: 'manual', paused: true });
  });

  test('is refused above what a user and what the node may have, and granted again when one has ended', async () => {
    const stage = await new Stage({ privateRunsPerUser: 2, privateRuns: 3 }).open();
    const { run } = await stage.made();
    await stage.made();
    expect(await stage.create()).toMatchObject({ ok: false, code: 'too-many-requests' });
    expect(await stage.create({}, 'other' as UserId)).toMatchObject({ ok: true });
    expect(await stage.create({}, 'third' as UserId)).toMatchObject({ ok: false, code: 'too-many-requests' });
    await stage.end(run);
    expect(await stage.create()).toMatchObject({ ok: true });
  });

  test('that cannot be stored is not there', async () => {
    const stage = await new Stage().open();
    stage.store.mode = 'down';
    expect(await stage.create()).toMatchObject({ ok: false, code: 'not-ready' });
    expect(stage.living()).toEqual(shared);
  });

  test.each(['end', 'expired'] as const)(
    'is gone when it has %s: Series, data, lobby, and its clients are told',
    async (how) => {
      const stage = await new Stage().open();
      const { run } = await stage.made();
      await stage.system.spawn(listeningServer<HubCall, HubCast>(stage.hub), { name: hubName(run) });
      if (how === 'end') expect(await stage.end(run)).toEqual({ ok: true, value: null });
      else stage.system.cast(runsName, { type: 'expired', run });
      await settle();
      expect(stage.living()).toEqual(shared);
      expect(await stage.stored()).toEqual(shared);
      expect(stage.lobby).toEqual([{ type: 'remove', run }]);
      expect(stage.hub).toEqual([{ type: 'ended' }]);
      expect(await stage.find(run)).toEqual(done(null));
    },
  );

  test('whose data cannot be removed lives on, and can be ended once more', async () => {
    const stage = await new Stage().open();
    const { run } = await stage.made();
    stage.store.mode = 'down';
    expect(await stage.end(run)).toMatchObject({ ok: false, code: 'not-ready' });
    expect(stage.living()).toContain(run);
    stage.store.mode = 'well';
    expect(await stage.end(run)).toMatchObject({ ok: true });
  });

  test('alone can be ended: a shared one is not, an unknown one is not known', async () => {
    const stage = await new Stage().open();
    expect(await stage.end('leibniz' as RunId)).toMatchObject({ ok: false, code: 'forbidden' });
    expect(await stage.end('leibniz~none' as RunId)).toMatchObject({ ok: false, code: 'unknown-run' });
    expect(stage.living()).toEqual(shared);
  });
});
