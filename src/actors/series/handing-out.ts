/** Whether a run has a range to hand out, and which one it is. */
import type { Limits } from '../../protocols/limits.ts';
import type { SeriesDefinition } from '../../series/definition.ts';
import type { Range } from '../../series/progress/ranges.ts';
import { aheadMax } from '../range-rules.ts';
import { runState, target, wholeBelow } from './run-state.ts';
import type { Place, SeriesState } from './series-state.ts';

/** Whether the run may hand out a range now. */
export function mayGiveRange(state: SeriesState, limits: Limits): boolean {
  const { place, definition } = state;
  if (place === null || state.renewing || runState(state) !== 'running') return false;
  if (place.prefix.state.behind.length >= limits.rangesAheadMax) return false;
  if (place.again.length > 0) return true;
  const ahead = place.outstanding + place.prefix.parked.length;
  return ahead < aheadMax(definition, limits) && place.handed < rangesEnd(state, place);
}

/** How far ranges go: a walk takes its own steps, but those of a heavy series are a worker's business. */
function rangesEnd(state: SeriesState, place: Place): number {
  const { definition, record } = state;
  if (record.pace.mode === 'walk') return definition.heavy ? place.stepTo : 0;
  const end = wholeBelow(definition, target(state));
  return definition.heavy ? Math.min(end, heavyEnd(definition, place)) : end;
}

/** Terms of a heavy series' first estimate, or a thousandth of all it has: the first ones come while they are short. */
const HEAVY_FIRST = 16;
const HEAVY_SHARE = 1_000;
/** Times the n of the newest fold that a heavy run may go: what it computes is seen to grow, and what waits is bounded. */
const HEAVY_GROWTH = 2;

function heavyEnd({ termsMax }: SeriesDefinition, { n, folding, folded }: Place): number {
  const first = Math.min(HEAVY_FIRST, Math.ceil(termsMax / HEAVY_SHARE));
  return Math.max(first, HEAVY_GROWTH * (folding?.n ?? folded?.n ?? n));
}

export interface Given {
  readonly state: SeriesState;
  readonly range: Range;
}

/** The next range of about `terms` terms. Only when `mayGiveRange`. */
export function giveRange(state: SeriesState, place: Place, terms: number): Given {
  const [first, ...again] = place.again;
  const room = rangesEnd(state, place) - place.handed;
  const range = first ?? place.generator.next(Math.min(terms, room)).value;
  const next: Place = {
    ...place,
    again,
    handed: Math.max(place.handed, range.to),
    outstanding: place.outstanding + 1,
  };
  return { state: { ...state, place: next, rangeTerms: range.to - range.from }, range };
}
