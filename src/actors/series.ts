/**
 * One run, alive: it pulls ranges from its lazy generator when a worker is free, merges what returns exactly once,
 * commits, and only then tells its hubs. Killed at any moment, it goes on from its last commit.
 *
 * Every message first changes the state by what it says; `advance` then does whatever the state now calls for, so no
 * message has to know what else is going on.
 */

import type { SeriesCall, SeriesCast } from '../protocols/mailbox/series.ts';
import type { RunRecord } from '../protocols/ports/store.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import { isAbnormal } from '../runtime/exit-reason.ts';
import { genServer } from '../runtime/gen-server.ts';
import type { ServerMessage } from '../runtime/server-message.ts';
import type { SeriesDefinition } from '../series/definition.ts';
import { runsName } from './names.ts';
import { advance, sendClaim, sendCommit, step, tellHubs } from './series/advance.ts';
import { guarded, trying } from './series/definition-fault.ts';
import { digits } from './series/digits.ts';
import { blocked, give, returned } from './series/ranging.ts';
import { answer, change, recorded, reset, retry } from './series/requests.ts';
import { watchers } from './series/run-state.ts';
import type { SeriesContext, SeriesPorts } from './series/series-ports.ts';
import { initialState, type SeriesState, untold } from './series/series-state.ts';
import { checkShown, claimed, committed, epochStarted, lastCommit } from './series/storing.ts';

export function series(
  definition: SeriesDefinition,
  record: RunRecord,
  ports: SeriesPorts,
): Behaviour<ServerMessage<SeriesCall, SeriesCast>> {
  return genServer<SeriesState, SeriesCall, SeriesCast>({
    init(ctx) {
      const state = initialState(guarded(definition), record);
      sendClaim(state, ctx, ports);
      return watched(state, ctx, ports);
    },
    handleCall: (request, state, ctx) => react(state, (at) => asked(request, at, ctx, ports), ctx, ports),
    handleCast: (message, state, ctx) => react(state, (at) => told(message, at, ctx, ports), ctx, ports),
    handleInfo(info, state, ctx) {
      if (info.type === 'timeout') return react(state, (at) => due(info.name, at, ctx, ports), ctx, ports);
      const hubs = new Map(state.hubs);
      if (!hubs.delete(info.pid.id)) return state;
      return react({ ...state, hubs }, (at) => watched(at, ctx, ports), ctx, ports);
    },
    async terminate(reason, state, ctx) {
      // What a crash was about may be in what is not committed yet; it is computed again instead.
      if (!isAbnormal(reason) && state.fault === null) await lastCommit(state, ctx, ports);
    },
  });
}

/** Changes the state by what was said, and does what it calls for then. */
function react(
  state: SeriesState,
  change: (state: SeriesState) => SeriesState,
  ctx: SeriesContext,
  ports: SeriesPorts,
): SeriesState {
  const changed = trying(state, change);
  const advanced = trying(changed, (at) => advance(at, ctx, ports));
  // A fault is news: it has still to be told.
  return advanced.fault === changed.fault ? advanced : advance(advanced, ctx, ports);
}

function asked(request: SeriesCall, state: SeriesState, ctx: SeriesContext, ports: SeriesPorts): SeriesState {
  switch (request.type) {
    case 'report':
      return answer(request.from, state, ctx, ports);
    case 'change':
      return change(request.patch, request.from, state, ctx, ports);
    case 'reset':
      return reset(request.from, state, ctx, ports);
    case 'retry':
      return retry(request.from, state, ctx, ports);
    case 'digits':
      return digits(request.from, state, ctx, ports);
  }
}

function told(message: SeriesCast, state: SeriesState, ctx: SeriesContext, ports: SeriesPorts): SeriesState {
  switch (message.type) {
    case 'attach': {
      const { hub, watchers: count, shown } = message;
      if (!state.hubs.has(hub.id)) ctx.monitor(hub);
      const hubs = new Map(state.hubs).set(hub.id, { hub, watchers: count, shown });
      const attached = watched({ ...state, hubs }, ctx, ports);
      tellHubs(attached, ctx);
      return checkShown(attached, ctx, ports);
    }
    case 'watchers': {
      const hub = state.hubs.get(message.hub.id);
      if (hub === undefined) return state;
      const hubs = new Map(state.hubs).set(message.hub.id, { ...hub, watchers: message.watchers });
      return watched({ ...state, hubs }, ctx, ports);
    }
    case 'pull':
      return give(message.budgetMs, state, ctx, ports);
    case 'done':
      return returned(message, state, ports);
    case 'blocked':
      return blocked(message, state);
    case 'announce':
      return { ...state, told: untold };
    case 'claimed':
      return claimed(message.settled, state, ctx, ports);
    case 'committed':
      return committed(message, state, ctx, ports);
    case 'epoch-started':
      return epochStarted(message, state, ctx, ports);
    case 'recorded':
      return recorded(message, state, ctx, ports);
  }
}

function due(timer: string, state: SeriesState, ctx: SeriesContext, ports: SeriesPorts): SeriesState {
  switch (timer) {
    case 'rest':
      return { ...state, awake: watchers(state) > 0 };
    case 'step':
      return step(state, ctx, ports);
    case 'retry':
      if (state.inFlight !== null) sendCommit(state.inFlight.commit, ctx, ports);
      else if (state.place === null) sendClaim(state, ctx, ports);
      return state;
    case 'expire':
      ports.meter.limited('privateRunIdleMs');
      ctx.cast(runsName, { type: 'expired', run: state.record.run });
      ctx.setTimer('expire', ports.limits.privateRunIdleMs);
      return state;
    default:
      // `publish`, `lobby` and `dispatcher` only wake us: `advance` sees what is due.
      return state;
  }
}

/** What the number of watchers means: awake at once, asleep after a moment, the end of a private run after a while. */
function watched(state: SeriesState, ctx: SeriesContext, { limits }: SeriesPorts): SeriesState {
  if (watchers(state) > 0) {
    ctx.cancelTimer('rest');
    ctx.cancelTimer('expire');
    return { ...state, awake: true };
  }
  ctx.setTimer('rest', limits.restMs);
  if (state.record.user !== null) ctx.setTimer('expire', limits.privateRunIdleMs);
  return state;
}
