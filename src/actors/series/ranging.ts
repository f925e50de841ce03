/** Ranges out, partials in: how a run answers a pull, and how what returns is merged once. */
import { accept, prefixLimits } from '../../series/prefix.ts';
import { averageNsPerTerm, rangeSize } from '../../series/ranges.ts';
import type { SeriesContext, SeriesPorts } from './series-ports.ts';
import { giveRange, mayGive, type SeriesState } from './series-state.ts';

/** Answers a pull with a range of about `budgetMs` of work, or passes. */
export function give(
  budgetMs: number,
  state: SeriesState,
  ctx: SeriesContext,
  { limits }: SeriesPorts,
): SeriesState {
  const { place, dispatcher, definition, nsPerTerm, rangeTerms } = state;
  if (dispatcher === null) return state;
  if (place === null || !mayGive(state, limits.rangesAheadMax)) {
    ctx.cast(dispatcher, { type: 'pass', series: ctx.self });
    return { ...state, wanting: false };
  }
  const terms = rangeSize({
    nsPerTerm,
    previous: rangeTerms,
    targetMs: budgetMs,
    limits: { first: limits.rangeTermsFirst, max: limits.rangeTermsMax },
  });
  const given = giveRange(state, place, terms);
  const { generation } = place;
  ctx.cast(dispatcher, {
    type: 'range',
    series: ctx.self,
    kernel: definition.kernel,
    generation,
    ...given.range,
  });
  return given.state;
}

interface Returned {
  readonly generation: number;
  readonly from: number;
  readonly to: number;
  readonly partial: string;
  readonly elapsedMs: number;
}

/**
 * Merges a partial. A second, different result for the same range means that a kernel, a thread or a machine
 * computes wrongly: the run crashes rather than publish it.
 */
export function merge(returned: Returned, state: SeriesState, { limits }: SeriesPorts): SeriesState {
  const { place, definition } = state;
  if (place === null || returned.generation !== place.generation) return state;
  const { from, to, partial, elapsedMs } = returned;
  const { kind, prefix } = accept(place.prefix, { from, to, partial }, definition.merge, {
    ...prefixLimits,
    parkedMax: limits.rangesAheadMax,
  });
  if (kind === 'conflict' || kind === 'foreign' || kind === 'full') {
    throw new Error(
      `${kind} result for the range [${from}, ${to}) of ${state.record.run} at n = ${prefix.n}`,
    );
  }
  const outstanding = kind === 'duplicate' ? place.outstanding : place.outstanding - 1;
  return {
    ...state,
    place: { ...place, prefix, outstanding },
    nsPerTerm: averageNsPerTerm(state.nsPerTerm, elapsedMs, to - from),
  };
}

/** A range keeps ending its worker: the run stops there until somebody says retry. */
export function blocked(range: Omit<Returned, 'partial' | 'elapsedMs'>, state: SeriesState): SeriesState {
  const { place } = state;
  if (place === null || range.generation !== place.generation) return state;
  const { from, to } = range;
  return {
    ...state,
    place: { ...place, outstanding: place.outstanding - 1, blocked: [...place.blocked, { from, to }] },
  };
}
