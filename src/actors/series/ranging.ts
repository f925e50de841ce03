/** Work out, outcomes in: how a run answers a pull, and how what returns is merged once. */
import type { Limits } from '../../protocols/limits.ts';
import type { GiverCast } from '../../protocols/mailbox/dispatcher.ts';
import type { Outcome, RangeWork, Work } from '../../protocols/ports/compute-thread.ts';
import { averageNsPerTerm, rangeSize } from '../../series/progress/ranges.ts';
import { acceptPart, rangeLimits } from '../range-rules.ts';
import { trying } from './definition-fault.ts';
import { adder, folded, foldNeeded, giveFold } from './folding.ts';
import { giveRange, mayGiveRange } from './handing-out.ts';
import type { SeriesContext, SeriesPorts } from './series-ports.ts';
import type { Place, SeriesState } from './series-state.ts';

/** Answers a pull with a fold that is needed, with a range of about `budgetMs` of work, or passes. */
export function give(
  budgetMs: number,
  state: SeriesState,
  ctx: SeriesContext,
  { limits }: SeriesPorts,
): SeriesState {
  const { place, dispatcher, definition } = state;
  if (dispatcher === null) return state;
  const fold = place !== null && foldNeeded(state);
  const pass = (at: SeriesState): SeriesState => {
    ctx.cast(dispatcher, { type: 'pass', giver: ctx.self });
    return { ...at, wanting: false };
  };
  if (place === null || !(fold || mayGiveRange(state, limits))) return pass(state);
  const { generation } = place;
  const send = (work: Work) => ctx.cast(dispatcher, { type: 'work', giver: ctx.self, generation, work });
  if (fold) {
    const given = giveFold(state, place);
    send(given.work);
    return given.state;
  }
  // A pull is answered even where the definition throws at it: its credit would be lost for all.
  const sized = trying(state, (at) => ({ ...at, rangeTerms: nextTerms(at, place, budgetMs, limits) }));
  if (sized.fault !== null) return pass(sized);
  const given = giveRange(sized, place, sized.rangeTerms ?? 1);
  const { text, behind } = place.prefix.state;
  const before = definition.order === 'sequential' ? (behind.at(-1) ?? text) : null;
  const { id: series, heavy } = definition;
  send({ kind: 'range', series, ...given.range, before, heavy, describe: false });
  return given.state;
}

function nextTerms(
  { definition, nsPerTerm, rangeTerms: previous }: SeriesState,
  { handed }: Place,
  targetMs: number,
  limits: Limits,
): number {
  return rangeSize({ nsPerTerm, previous, targetMs, limits: rangeLimits(definition, handed, limits) });
}

interface Returned {
  readonly generation: number;
  readonly work: Work;
  readonly outcome: Outcome;
  readonly elapsedMs: number;
}

/** Takes what a worker has done, unless it belongs to an earlier beginning. */
export function returned(message: Returned, state: SeriesState, ports: SeriesPorts): SeriesState {
  const { place } = state;
  if (place === null || message.generation !== place.generation) return state;
  const { work, outcome, elapsedMs } = message;
  if (work.kind === 'range' && outcome.kind === 'range')
    return merge(work, outcome.partial, elapsedMs, state, place, ports);
  if (work.kind === 'fold' && outcome.kind === 'fold') return folded(outcome, elapsedMs, state, place);
  throw new Error(`a ${outcome.kind} came back for a ${work.kind} of ${state.record.run}`);
}

function merge(
  { from, to }: RangeWork,
  partial: string,
  elapsedMs: number,
  state: SeriesState,
  place: Place,
  { limits }: SeriesPorts,
): SeriesState {
  const { definition, record } = state;
  const part = { from, to, partial };
  const { kind, prefix } = acceptPart(place.prefix, part, adder(definition), limits, record.run);
  const outstanding = kind === 'duplicate' ? place.outstanding : place.outstanding - 1;
  return {
    ...state,
    place: { ...place, prefix, outstanding },
    nsPerTerm: averageNsPerTerm(state.nsPerTerm, elapsedMs, to - from),
  };
}

/** Work keeps ending its worker: the run stops there until somebody says retry. */
export function blocked(
  { generation, work, fault }: Extract<GiverCast, { type: 'blocked' }>,
  state: SeriesState,
): SeriesState {
  const { place } = state;
  if (place === null || generation !== place.generation) return state;
  const stopped = { ...place, blocked: [...place.blocked, { work, fault }] };
  return {
    ...state,
    place:
      work.kind === 'fold'
        ? { ...stopped, folding: null }
        : { ...stopped, outstanding: place.outstanding - 1 },
  };
}
