/**
 * Runs of heavy series: merging their partials and making their figures takes so long that a worker does it. What returns
 * from the workers is merged in name only; when it is time to publish, one job *folds* it into the state and brings the
 * figures back. Everything here is pure.
 */
import type { KnownDigits } from '../../protocols/mailbox/series.ts';
import type { FoldWork, Outcome } from '../../protocols/ports/compute-thread.ts';
import { readEstimate } from '../../protocols/wire/estimate.ts';
import { commonPrefix } from '../../series/arithmetic/decimal.ts';
import type { SeriesDefinition } from '../../series/definition.ts';
import type { Place, SeriesState, Sum } from './series-state.ts';

/** The sum with a partial behind it: added at once, or kept for the next fold. */
export function adder(definition: SeriesDefinition): (sum: Sum, partial: string) => Sum {
  return definition.heavy
    ? ({ text, behind }, partial) => ({ text, behind: [...behind, partial] })
    : ({ text, behind }, partial) => ({ text: definition.merge(text, partial), behind });
}

/** Whether a worker should fold now: to publish, or because somebody waits for digits that a restart has lost. */
export function foldNeeded(state: SeriesState): boolean {
  const { place } = state;
  if (place === null || state.renewing || state.fault !== null) return false;
  if (place.folding !== null || foldBlocked(place)) return false;
  return state.foldDue || digitsLost(state, place);
}

/** Whether a fold keeps ending its workers: there is no other until somebody says retry. */
export function foldBlocked({ blocked }: Place): boolean {
  return blocked.some(({ work }) => work.kind === 'fold');
}

function digitsLost({ digitAskers, inFlight, definition }: SeriesState, place: Place): boolean {
  const waiting = digitAskers.length > 0 && definition.heavy && place.known === null && place.n > 0;
  return waiting && place.folded === null && inFlight === null;
}

/** The job that folds all there is, or nothing into the committed state where only its digits are missing. */
export function giveFold(
  state: SeriesState,
  place: Place,
): { readonly state: SeriesState; readonly work: FoldWork } {
  const { text, behind } = place.prefix.state;
  const purpose = state.foldDue ? 'estimate' : 'digits';
  const parts = state.foldDue ? behind : [];
  const to = state.foldDue ? place.prefix.n : place.n;
  return {
    state: {
      ...state,
      foldDue: false,
      place: { ...place, folding: { purpose, n: to, parts: parts.length } },
    },
    work: { kind: 'fold', series: state.definition.id, from: place.n, to, state: text, parts },
  };
}

/** Takes up what a fold has brought. */
export function folded(
  outcome: Extract<Outcome, { kind: 'fold' }>,
  elapsedMs: number,
  state: SeriesState,
  place: Place,
): SeriesState {
  const { folding, prefix } = place;
  if (folding === null) throw new Error(`a fold of ${state.record.run} came back that nobody is waiting for`);
  const { figures } = outcome;
  const sum = { text: outcome.state, behind: prefix.state.behind.slice(folding.parts) };
  const next = { ...place, folding: null, prefix: { ...prefix, state: sum } };
  return {
    ...state,
    foldMs: elapsedMs,
    place:
      folding.purpose === 'estimate'
        ? { ...next, folded: { n: folding.n, figures } }
        : { ...next, known: figures.known ?? '' },
  };
}

/** All that the enclosure of the newest estimate says; null while a worker still has to find out. */
export function knownDigits({ definition }: SeriesState, place: Place): KnownDigits | null {
  const { position, n, known, estimate } = place;
  if (definition.heavy && n > 0) return known === null ? null : { position, n, known };
  const { lower, upper } = estimate === null ? { lower: null, upper: null } : readEstimate(estimate);
  return { position, n, known: lower === null || upper === null ? '' : commonPrefix(lower, upper) };
}
