/** What people ask of a run: how it stands, another pace or policy, a pause, a new beginning, one more try. */
import type { SeriesCast, SeriesReport } from '../../protocols/mailbox/series.ts';
import type { RunRecord } from '../../protocols/ports/store.ts';
import { type Answer, beyond, done, refuse } from '../../protocols/refusal.ts';
import type { RunPatch } from '../../protocols/wire/run-view.ts';
import type { From } from '../../runtime/call.ts';
import { prefixAt } from '../../series/progress/prefix.ts';
import { ranges } from '../../series/progress/ranges.ts';
import { runsName } from '../names.ts';
import { report } from './report.ts';
import type { SeriesContext, SeriesPorts } from './series-ports.ts';
import type { Place, SeriesState } from './series-state.ts';
import { startEpoch } from './storing.ts';

type Asker = From<Answer<SeriesReport>>;

const notReady = (reason: string) =>
  refuse('not-ready', `The run has no place to go on from yet: ${reason}. Ask again.`);

const tooMany = beyond(
  'askersPerRun',
  'not-ready',
  'The run has no place to go on from yet: too many are waiting. Ask again.',
);

export function answer(
  asker: Asker,
  state: SeriesState,
  ctx: SeriesContext,
  ports: SeriesPorts,
): SeriesState {
  if (state.place !== null) {
    ctx.reply(asker, done(report(state, state.place, ports.node)));
    return state;
  }
  if (state.trouble === null && state.asking.length < ports.limits.askersPerRun)
    return { ...state, asking: [...state.asking, asker] };
  ctx.reply(asker, state.trouble === null ? tooMany : notReady(state.trouble));
  return state;
}

/** Takes changes one after the other, so that each is made to what the one before it has left. */
export function change(
  patch: RunPatch,
  asker: Asker,
  state: SeriesState,
  ctx: SeriesContext,
  ports: SeriesPorts,
): SeriesState {
  if (state.changes.length >= ports.limits.askersPerRun) {
    ctx.reply(asker, tooMany);
    return state;
  }
  const next = { ...state, changes: [...state.changes, { patch, asker }] };
  if (state.changes.length === 0) storeChange(next, ctx, ports);
  return next;
}

/** Stores the changed record first: what is acknowledged outlives a crash. */
function storeChange(state: SeriesState, ctx: SeriesContext, { store }: SeriesPorts): void {
  const [first] = state.changes;
  if (first === undefined) return;
  const { patch, asker } = first;
  const { pace = state.record.pace, policy = state.record.policy } = patch;
  // A run that becomes manual waits for somebody to say go.
  const becomesManual = policy === 'manual' && state.record.policy !== 'manual';
  const { paused = becomesManual || state.record.paused } = patch;
  const record: RunRecord = { ...state.record, pace, policy, paused };
  ctx.pipe(store.putRun(record), (settled) => ({ type: 'recorded', record, settled, asker }));
}

export function recorded(
  message: Extract<SeriesCast, { type: 'recorded' }>,
  before: SeriesState,
  ctx: SeriesContext,
  ports: SeriesPorts,
): SeriesState {
  const { record, settled, asker } = message;
  if (!settled.ok) throw settled.error;
  const waiting = { ...before, changes: before.changes.slice(1) };
  if (settled.value.kind === 'unavailable') {
    ctx.reply(
      asker,
      refuse('not-ready', `The change could not be stored: ${settled.value.reason}. Try again.`),
    );
    storeChange(waiting, ctx, ports);
    return waiting;
  }
  ctx.cast(runsName, { type: 'changed', record });
  const changed = repaced({ ...waiting, record }, before.record);
  storeChange(changed, ctx, ports);
  return answer(asker, changed, ctx, ports);
}

/** Another mode of pace begins where the sum stands, so that a walk and a sprint never both add the same terms. */
function repaced(state: SeriesState, before: RunRecord): SeriesState {
  const { place, record } = state;
  return place === null || record.pace.mode === before.pace.mode ? state : fromTheSum(state, place);
}

/** Begins where the sum stands: work that is still out, parked or blocked is forgotten. */
function fromTheSum(state: SeriesState, place: Place): SeriesState {
  const { definition } = state;
  const { n, state: sum } = place.prefix;
  return {
    ...state,
    wanting: false,
    place: {
      ...place,
      prefix: prefixAt(n, sum),
      generation: place.generation + 1,
      generator: ranges(n, definition.grain),
      handed: n,
      outstanding: 0,
      blocked: [],
      again: [],
      folding: null,
      stepTo: 0,
    },
  };
}

export function reset(asker: Asker, state: SeriesState, ctx: SeriesContext, ports: SeriesPorts): SeriesState {
  const { place } = state;
  if (place !== null && !state.renewing)
    return startEpoch({ ...state, inFlight: null }, place, 'nothing', asker, ctx, ports);
  ctx.reply(asker, notReady(state.trouble ?? 'it is being claimed'));
  return state;
}

/**
 * Blocked ranges are handed out once more, before any new one; a blocked fold becomes due by itself. What a definition
 * threw at is computed again.
 */
export function retry(asker: Asker, state: SeriesState, ctx: SeriesContext, ports: SeriesPorts): SeriesState {
  const { place } = state;
  if (place === null) return answer(asker, { ...state, fault: null }, ctx, ports);
  if (state.fault !== null) return answer(asker, { ...fromTheSum(state, place), fault: null }, ctx, ports);
  const blocked = place.blocked.map(({ work }) => work);
  const again = [...place.again, ...blocked.filter(({ kind }) => kind === 'range')];
  return answer(asker, { ...state, place: { ...place, again, blocked: [] } }, ctx, ports);
}
