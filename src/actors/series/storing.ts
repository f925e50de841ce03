/** What the store answered, and what that means for the run: a place, a published estimate, or patience. */
import type { SeriesCast, SeriesReport } from '../../protocols/mailbox/series.ts';
import type { Claimed, Commit, EpochStart } from '../../protocols/ports/store.ts';
import { newEpoch, type Position } from '../../protocols/position.ts';
import { type Answer, done, refuse } from '../../protocols/refusal.ts';
import type { From } from '../../runtime/call.ts';
import type { Settled } from '../../runtime/context.ts';
import { tellHubs, tryLater } from './advance.ts';
import { commitAt, committedPlace } from './publication.ts';
import { report } from './report.ts';
import type { SeriesContext, SeriesPorts } from './series-ports.ts';
import type { InFlight, Place, SeriesState } from './series-state.ts';
import { takePlace } from './take-place.ts';

export function claimed(
  settled: Settled<Claimed>,
  state: SeriesState,
  ctx: SeriesContext,
  ports: SeriesPorts,
): SeriesState {
  if (!settled.ok) throw settled.error;
  const claim = settled.value;
  switch (claim.kind) {
    case 'unavailable':
      return tryLater(state, claim.reason, ctx, ports);
    case 'held':
      return tryLater(state, `held by node ${claim.node}`, ctx, ports);
    case 'claimed': {
      const record = claim.record ?? state.record;
      return placed(takePlace({ ...state, record }, claim.holder, claim.checkpoint), ctx, ports);
    }
  }
}

/** After a claim or a new epoch: everybody hears where the run stands, unless the store has lost what was shown. */
function placed(state: SeriesState, ctx: SeriesContext, ports: SeriesPorts): SeriesState {
  const { place } = state;
  if (place === null) return state;
  if (lost(state, place.position)) return startEpoch(state, place, 'checkpoint', null, ctx, ports);
  const answerTo = state.asking;
  for (const from of answerTo) ctx.reply(from, done(report(state, place, ports.node)));
  tellHubs(state, ctx);
  return { ...state, asking: [] };
}

/** Whether some client has seen an estimate of this epoch that the store does not know (any more). */
function lost({ hubs }: SeriesState, stored: Position): boolean {
  return [...hubs.values()].some(
    ({ shown }) => shown?.epoch === stored.epoch && shown.offset > stored.offset,
  );
}

/** A hub that knows more than is stored (the commit on its way aside) tells of a loss, also if it comes late. */
export function checkShown(state: SeriesState, ctx: SeriesContext, ports: SeriesPorts): SeriesState {
  const { place, inFlight, renewing } = state;
  if (place === null || renewing) return state;
  const { epoch, offset } = inFlight?.commit ?? place.position;
  return lost(state, { epoch, offset })
    ? startEpoch({ ...state, inFlight: null }, place, 'checkpoint', null, ctx, ports)
    : state;
}

/** Begins an epoch; `asker` is told when it stands, null when nobody asked. */
export function startEpoch(
  state: SeriesState,
  place: Place,
  from: EpochStart['from'],
  asker: From<Answer<SeriesReport>> | null,
  ctx: SeriesContext,
  ports: SeriesPorts,
): SeriesState {
  const start = { run: state.record.run, holder: place.holder, epoch: newEpoch(ports.random), from };
  ctx.pipe(ports.store.beginEpoch(start), (settled) => ({ type: 'epoch-started', settled, asker }));
  return { ...state, renewing: true };
}

export function epochStarted(
  message: Extract<SeriesCast, { type: 'epoch-started' }>,
  state: SeriesState,
  ctx: SeriesContext,
  ports: SeriesPorts,
): SeriesState {
  const { settled, asker } = message;
  const { place } = state;
  if (!settled.ok) throw settled.error;
  if (place === null) return state;
  switch (settled.value.kind) {
    case 'started': {
      const asking = asker === null ? state.asking : [...state.asking, asker];
      return placed(takePlace({ ...state, asking }, place.holder, settled.value.checkpoint), ctx, ports);
    }
    case 'fenced':
      throw new Error(`${state.record.run} has been claimed by another process`);
    case 'unavailable':
      // A person who asked can ask again; what the run itself needs is tried again with a fresh claim.
      if (asker !== null)
        ctx.reply(asker, refuse('not-ready', `The store does not answer: ${settled.value.reason}`));
      return tryLater(
        { ...state, place: null, renewing: false, inFlight: null },
        settled.value.reason,
        ctx,
        ports,
      );
  }
}

/**
 * A commit's outcome. `gap` with our own numbers is a success whose answer was lost; any other gap, and a fence, mean
 * that the store has moved on without us: crash, and begin again from what it holds.
 */
export function committed(
  message: Extract<SeriesCast, { type: 'committed' }>,
  state: SeriesState,
  ctx: SeriesContext,
  ports: SeriesPorts,
): SeriesState {
  const { commit, settled } = message;
  const { place, inFlight } = state;
  if (place === null || commit !== inFlight?.commit) return state;
  if (!settled.ok) throw settled.error;
  const outcome = settled.value;
  if (outcome.kind === 'unavailable') return tryLater(state, outcome.reason, ctx, ports);
  if (outcome.kind === 'fenced') throw new Error(`${commit.run} has been claimed by another process`);
  if (outcome.kind === 'gap' && !(sameAs(outcome.position, commit) && outcome.n === commit.to)) {
    throw new Error(
      `${commit.run} was to go on from n = ${commit.from}, but the store stands at ${outcome.n}`,
    );
  }
  return published(state, place, inFlight, ctx);
}

function sameAs(position: Position, { epoch, offset }: Commit): boolean {
  return position.epoch === epoch && position.offset === offset;
}

/** Saved, so it may be shown. */
function published(state: SeriesState, place: Place, inFlight: InFlight, ctx: SeriesContext): SeriesState {
  const next = committedPlace(place, inFlight);
  for (const { hub } of state.hubs.values()) {
    ctx.cast(hub, { type: 'estimate', position: next.position, estimate: inFlight.commit.estimate });
  }
  return {
    ...state,
    place: next,
    inFlight: null,
    trouble: null,
    attempts: 0,
    publishedMs: ctx.clock.monotonicMs(),
  };
}

/** The last words of an orderly end: what was computed since the newest estimate is committed too. */
export async function lastCommit(
  state: SeriesState,
  ctx: SeriesContext,
  { store }: SeriesPorts,
): Promise<void> {
  const { place, inFlight } = state;
  if (place === null) return;
  const current = inFlight === null ? place : committedPlace(place, inFlight);
  // What no worker has folded is computed again instead.
  const n = state.definition.heavy ? (current.folded?.n ?? current.n) : current.prefix.n;
  if (current.complete || n <= current.n || state.renewing) return;
  const at = { nowMs: ctx.clock.monotonicMs(), wallMs: ctx.clock.wallMs() };
  await store.commit(commitAt(state, current, n, at).inFlight.commit);
}
