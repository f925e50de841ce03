/**
 * The keeper of runs. It starts a Series for every run that is known: one per series of the catalogue, and the private
 * runs in the store; it begins and ends private runs. Standing after the Series' supervisor, it is restarted when that
 * one is, and so brings the runs back.
 */
import type { Random } from '../lib/random.ts';
import { privateRun, type RunId, sharedRun } from '../protocols/identity.ts';
import type { Limits } from '../protocols/limits.ts';
import type { Loaded, RunsCall, RunsCast } from '../protocols/mailbox/runs.ts';
import type { RunRecord, Store } from '../protocols/ports/store.ts';
import { type Answer, beyond, done, refuse } from '../protocols/refusal.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import type { Context } from '../runtime/context.ts';
import { genServer } from '../runtime/gen-server.ts';
import type { ServerMessage } from '../runtime/server-message.ts';
import type { SeriesDefinition } from '../series/definition.ts';
import { startChild, terminateDynamicChild } from '../supervision/supervisor-admin.ts';
import { hubName, lobbyName, seriesName, seriesSupervisorName } from './names.ts';
import { storeRetryMs } from './store-retry.ts';

export interface RunsPorts {
  readonly store: Store;
  readonly catalogue: readonly SeriesDefinition[];
  readonly limits: Limits;
  readonly random: Random;
}

interface State {
  /** Null until they have been read. */
  readonly records: ReadonlyMap<RunId, RunRecord> | null;
  readonly attempts: number;
}

type Ctx = Context<RunsCall, RunsCast>;
type Create = Extract<RunsCall, { type: 'create' }>;

/** Length of a private run's random tail in base 36: 2 × 10^12 of them. */
const TAIL = 8;

export function runs(ports: RunsPorts): Behaviour<ServerMessage<RunsCall, RunsCast>> {
  const { store, limits, random } = ports;

  function load(ctx: Ctx): void {
    ctx.pipe(readRuns(ports, ctx.clock.wallMs()), (settled) => ({ type: 'loaded', settled }));
  }

  async function create({ series, wish, user }: Create, state: State, ctx: Ctx): Promise<Answer<RunRecord>> {
    if (state.records === null) return loading();
    const all = [...state.records.values()].filter((record) => record.user !== null);
    if (all.filter((record) => record.user === user).length >= limits.privateRunsPerUser) {
      return beyond(
        'privateRunsPerUser',
        'too-many-requests',
        `You have ${limits.privateRunsPerUser} private runs already. End one of them first.`,
      );
    }
    if (all.length >= limits.privateRuns) {
      const detail = 'This node has as many private runs as it allows. Try again later.';
      return beyond('privateRuns', 'too-many-requests', detail);
    }
    const { pace = { mode: 'sprint' }, policy = 'on-demand', stopAt = null } = wish;
    const run = freshRun(series, state.records, random);
    const paused = policy === 'manual';
    const record: RunRecord = {
      run,
      series,
      pace,
      policy,
      paused,
      stopAt,
      user,
      createdAt: ctx.clock.wallMs(),
    };
    const stored = await store.putRun(record);
    if (stored.kind === 'unavailable')
      return refuse('not-ready', `The run could not be stored: ${stored.reason}. Try again.`);
    if (!(await startSeries(record, ctx))) tryAgain(state, ctx);
    return done(record);
  }

  /** Reads the runs once more after a while, and starts those that have no Series. */
  function tryAgain(state: State, ctx: Ctx): number {
    const attempts = state.attempts + 1;
    ctx.setTimer('load', storeRetryMs(attempts, { limits, random }));
    return attempts;
  }

  /** The Series ends before its data does, so that it cannot commit to a run that is gone. */
  async function end(run: RunId, ctx: Ctx): Promise<Answer<null>> {
    const supervisor = ctx.system.whereis(seriesSupervisorName);
    if (supervisor === null)
      return refuse('not-ready', 'The runs are being restarted. Try again in a moment.');
    const hub = ctx.system.whereis(hubName(run));
    if (hub !== null) ctx.cast(hub, { type: 'ended' });
    await terminateDynamicChild(ctx.system, supervisor, run);
    const removed = await store.removeRun(run);
    if (removed.kind === 'unavailable')
      return refuse('not-ready', `The run could not be removed: ${removed.reason}. Try again.`);
    ctx.cast(lobbyName, { type: 'remove', run });
    return done(null);
  }

  async function ended(run: RunId, state: State, ctx: Ctx): Promise<{ answer: Answer<null>; state: State }> {
    const record = state.records?.get(run);
    if (state.records === null || record === undefined)
      return { answer: refuse('unknown-run', `There is no run ${run}.`), state };
    if (record.user === null)
      return { answer: refuse('forbidden', 'A shared run is not ended; pause it instead.'), state };
    const answer = await end(run, ctx);
    const records = new Map(state.records);
    if (answer.ok) records.delete(run);
    // It is still there, so it lives on, and expires once more.
    else if (!(await startSeries(record, ctx))) tryAgain(state, ctx);
    return { answer, state: { ...state, records } };
  }

  return genServer<State, RunsCall, RunsCast>({
    init(ctx) {
      load(ctx);
      return { records: null, attempts: 0 };
    },

    async handleCall(request, state, ctx) {
      switch (request.type) {
        case 'find':
          ctx.reply(request.from, find(request.run, state));
          return state;
        case 'create': {
          const answer = await create(request, state, ctx);
          ctx.reply(request.from, answer);
          return answer.ok ? withRecord(state, answer.value) : state;
        }
        case 'end': {
          const { answer, state: next } = await ended(request.run, state, ctx);
          ctx.reply(request.from, answer);
          return next;
        }
      }
    },

    async handleCast(message, state, ctx) {
      switch (message.type) {
        case 'loaded':
          return loaded(message.settled, state, ctx);
        case 'changed':
          // Not one that has been ended meanwhile.
          return state.records?.has(message.record.run) ? withRecord(state, message.record) : state;
        case 'expired':
          return (await ended(message.run, state, ctx)).state;
        case 'announce':
          announce(state, ctx);
          return state;
      }
    },

    handleInfo(_info, state, ctx) {
      load(ctx);
      return state;
    },
  });

  async function loaded(
    settled: Extract<RunsCast, { type: 'loaded' }>['settled'],
    state: State,
    ctx: Ctx,
  ): Promise<State> {
    if (!settled.ok) throw settled.error;
    if (settled.value.kind === 'unavailable') return { ...state, attempts: tryAgain(state, ctx) };
    const records = new Map(settled.value.runs.map((record) => [record.run, record]));
    let all = true;
    for (const record of records.values()) all = (await startSeries(record, ctx)) && all;
    return { records, attempts: all ? 0 : tryAgain(state, ctx) };
  }
}

/** The stored records, completed by those of shared runs that are not stored yet. */
async function readRuns({ store, catalogue }: RunsPorts, nowMs: number): Promise<Loaded> {
  const listed = await store.listRuns();
  if (listed.kind === 'unavailable') return listed;
  const known = listed.runs.filter(({ series }) => catalogue.some(({ id }) => id === series));
  const missing = catalogue
    .filter(({ id }) => !known.some(({ run }) => run === sharedRun(id)))
    .map(({ id }) => sharedRecord(id, nowMs));
  for (const record of missing) {
    const stored = await store.putRun(record);
    if (stored.kind === 'unavailable') return stored;
  }
  return { kind: 'runs', runs: [...known, ...missing] };
}

function sharedRecord(series: RunRecord['series'], nowMs: number): RunRecord {
  return {
    run: sharedRun(series),
    series,
    pace: { mode: 'sprint' },
    policy: 'on-demand',
    paused: false,
    stopAt: null,
    user: null,
    createdAt: nowMs,
  };
}

/** An id nobody has; the loop ends because there are 36^8 of them and few are taken. */
function freshRun(series: RunRecord['series'], taken: ReadonlyMap<RunId, RunRecord>, random: Random): RunId {
  for (;;) {
    const tail = BigInt(`0x${random.hex(8)}`)
      .toString(36)
      .padStart(TAIL, '0')
      .slice(-TAIL);
    const run = privateRun(series, tail);
    if (!taken.has(run)) return run;
  }
}

/** Whether the run has a Series now. It may not: while the registry is being restarted nobody is found. */
async function startSeries(record: RunRecord, ctx: Ctx): Promise<boolean> {
  const supervisor = ctx.system.whereis(seriesSupervisorName);
  if (supervisor === null) return false;
  const started = await startChild(ctx.system, supervisor, record);
  return started.ok || started.error === 'already_started' || started.error === 'already_present';
}

function find(run: RunId, { records }: State): Answer<RunRecord | null> {
  return records === null ? loading() : done(records.get(run) ?? null);
}

const loading = () => refuse('not-ready', 'The runs are being read from the store. Try again in a moment.');

/** Every run says to the lobby what it is; the lobby drops what is not among them. */
function announce({ records }: State, ctx: Ctx): void {
  if (records === null) return;
  ctx.cast(lobbyName, { type: 'only', runs: new Set(records.keys()) });
  for (const run of records.keys()) {
    const series = ctx.system.whereis(seriesName(run));
    if (series !== null) ctx.cast(series, { type: 'announce' });
  }
}

function withRecord(state: State, record: RunRecord): State {
  return state.records === null
    ? state
    : { ...state, records: new Map(state.records).set(record.run, record) };
}
