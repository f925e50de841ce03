/**
 * Does whatever a run's state now calls for: publish, ask for work or rest, take the next step of a walk, tell who is
 * interested. Called after every message, and doing nothing twice, so that the order of messages does not matter.
 */

import type { Commit } from '../../protocols/ports/store.ts';
import { newEpoch } from '../../protocols/position.ts';
import { accept } from '../../series/progress/prefix.ts';
import { dispatcherName, lobbyName } from '../names.ts';
import { storeRetryMs } from '../store-retry.ts';
import { answerDigits } from './digits.ts';
import { adder, foldNeeded } from './folding.ts';
import { mayGiveRange } from './handing-out.ts';
import { commitAt, nextPublication } from './publication.ts';
import { lobbyItem, standing } from './report.ts';
import { runState, stateReason, target, wholeBelow } from './run-state.ts';
import type { SeriesContext, SeriesPorts } from './series-ports.ts';
import { type SeriesState, untold } from './series-state.ts';

/** How long to wait before looking again for a dispatcher that is not there. */
const LOOK_AGAIN_MS = 50;

export function advance(before: SeriesState, ctx: SeriesContext, ports: SeriesPorts): SeriesState {
  let state = before;
  state = findDispatcher(state, ctx);
  state = startClock(state, ctx);
  state = publish(state, ctx, ports);
  state = answerDigits(state, ctx);
  state = askOrRest(state, ctx, ports);
  walkOn(state, ctx);
  state = tell(state, ctx, ports);
  return state;
}

/** The dispatcher's pid is good for our whole life: when it dies, we are restarted after it. */
function findDispatcher(state: SeriesState, ctx: SeriesContext): SeriesState {
  if (state.dispatcher !== null) return state;
  const dispatcher = ctx.system.whereis(dispatcherName);
  if (dispatcher === null) ctx.setTimer('dispatcher', LOOK_AGAIN_MS);
  return { ...state, dispatcher };
}

/**
 * A run that begins to compute, or does so again after a rest, starts its rate's clock, so that a rest does not count
 * as slowness, and begins with small ranges, so that its first estimate comes soon.
 */
function startClock(state: SeriesState, ctx: SeriesContext): SeriesState {
  const { place, computing, rate } = state;
  const running = place !== null && runState(state) === 'running';
  if (running === computing) return state;
  if (!running) return { ...state, computing: false };
  const n = Math.max(place.n, place.prefix.n);
  const termsPerSecond = rate?.termsPerSecond ?? 0;
  return {
    ...state,
    computing: true,
    rangeTerms: null,
    rate: { termsPerSecond, n, atMs: ctx.clock.monotonicMs() },
  };
}

function publish(state: SeriesState, ctx: SeriesContext, ports: SeriesPorts): SeriesState {
  const publication = nextPublication(state, ctx.clock.monotonicMs(), ports.limits.sprintIntervalMs);
  if (publication.kind === 'later') ctx.setTimer('publish', publication.delayMs);
  const next = { ...state, foldDue: publication.kind === 'fold' };
  return publication.kind === 'now' ? publishAt(next, publication.n, ctx, ports) : next;
}

function publishAt(state: SeriesState, n: number, ctx: SeriesContext, ports: SeriesPorts): SeriesState {
  if (state.place === null) return state;
  const at = { nowMs: ctx.clock.monotonicMs(), wallMs: ctx.clock.wallMs() };
  const { inFlight, rate } = commitAt(state, state.place, n, at);
  sendCommit(inFlight.commit, ctx, ports);
  return { ...state, inFlight, rate };
}

export function sendCommit(commit: Commit, ctx: SeriesContext, { store }: SeriesPorts): void {
  ctx.pipe(store.commit(commit), (settled) => ({ type: 'committed', commit, settled }));
}

export function sendClaim(state: SeriesState, ctx: SeriesContext, ports: SeriesPorts): void {
  const { store, limits, node, random } = ports;
  const claim = {
    run: state.record.run,
    version: state.definition.version,
    node,
    nonce: ctx.self.id,
    leaseMs: limits.leaseMs,
    freshEpoch: newEpoch(random),
  };
  ctx.pipe(store.claim(claim), (settled) => ({ type: 'claimed', settled }));
}

/** Says what is in the way and comes back to it after a while. */
export function tryLater(
  state: SeriesState,
  reason: string,
  ctx: SeriesContext,
  ports: SeriesPorts,
): SeriesState {
  const attempts = state.attempts + 1;
  ctx.setTimer('retry', storeRetryMs(attempts, ports));
  return { ...state, trouble: reason, attempts };
}

function askOrRest(state: SeriesState, ctx: SeriesContext, { limits }: SeriesPorts): SeriesState {
  if (state.dispatcher === null) return state;
  if (foldNeeded(state) || mayGiveRange(state, limits)) {
    if (!state.wanting) ctx.cast(state.dispatcher, { type: 'want', giver: ctx.self });
    return { ...state, wanting: true };
  }
  if (state.wanting && runState(state) !== 'running') {
    ctx.cast(state.dispatcher, { type: 'rest', giver: ctx.self });
    return { ...state, wanting: false };
  }
  return state;
}

/** One term at a time: the timer's interval is the pace. */
function walkOn(state: SeriesState, ctx: SeriesContext): void {
  const { place, record } = state;
  if (record.pace.mode !== 'walk' || runState(state) !== 'running' || place === null) {
    ctx.cancelTimer('step');
    return;
  }
  // A step that a worker has, or is still to take, is waited for.
  const ahead = Math.max(place.prefix.n, place.handed, place.stepTo);
  if (ahead > place.n || state.inFlight !== null || state.renewing) return;
  const sinceMs =
    state.publishedMs === null ? Number.POSITIVE_INFINITY : ctx.clock.monotonicMs() - state.publishedMs;
  ctx.setTimer('step', Math.max(0, 1_000 / record.pace.termsPerSecond - sinceMs));
}

/**
 * Takes one step of a walk: the next n, with the grain below it summed here, for it is a handful of terms; a worker takes
 * that of a heavy series.
 */
export function step(state: SeriesState, ctx: SeriesContext, ports: SeriesPorts): SeriesState {
  const { place, definition, record } = state;
  if (place === null || record.pace.mode !== 'walk' || runState(state) !== 'running') return state;
  if (state.inFlight !== null || state.renewing || place.n >= target(state)) return state;
  const n = place.n + 1;
  if (definition.heavy) return { ...state, place: { ...place, stepTo: n } };
  const from = place.prefix.n;
  const to = wholeBelow(definition, n);
  if (to <= from) return publishAt(state, n, ctx, ports);
  const part = { from, to, partial: definition.partial(from, to) };
  const { prefix } = accept(place.prefix, part, adder(definition));
  return publishAt({ ...state, place: { ...place, prefix } }, n, ctx, ports);
}

/** Tells hubs and lobby what has changed: another state at once, mere progress now and then and to the lobby only. */
function tell(state: SeriesState, ctx: SeriesContext, ports: SeriesPorts): SeriesState {
  const nowMs = ctx.clock.monotonicMs();
  const word = `${runState(state)} ${stateReason(state) ?? ''}`;
  const item = lobbyItem(state, ports.node);
  if (word !== state.told.word) tellHubs(state, ctx);
  else if (item.offset === state.told.offset && item.watchers === state.told.watchers) return state;
  else if (nowMs - state.told.atMs < ports.limits.lobbyIntervalMs) {
    ctx.setTimer('lobby', ports.limits.lobbyIntervalMs - (nowMs - state.told.atMs));
    return state;
  }
  // Told to nobody, it is still news; the next look at it is an interval away.
  const heard = ctx.system.whereis(lobbyName) !== null;
  if (heard) ctx.cast(lobbyName, { type: 'put', item });
  else ctx.setTimer('lobby', ports.limits.lobbyIntervalMs);
  const offset = heard ? item.offset : untold.offset;
  return { ...state, told: { word, offset, watchers: item.watchers, atMs: nowMs } };
}

export function tellHubs(state: SeriesState, ctx: SeriesContext): void {
  const message = standing(state);
  if (message === null) return;
  for (const { hub } of state.hubs.values()) ctx.cast(hub, { type: 'standing', standing: message });
}
