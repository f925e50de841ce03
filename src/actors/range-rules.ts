/** What everybody who gives ranges to the dispatcher holds to: a run, and the process behind a request for a partial. */
import type { Limits } from '../protocols/limits.ts';
import type { SeriesDefinition } from '../series/definition.ts';
import { type Accepted, accept, type Part, type Prefix, prefixLimits } from '../series/progress/prefix.ts';
import type { RangeSizing } from '../series/progress/ranges.ts';

/** Ranges that may be on their way or wait for one before them; a sequential series' next begins where the last ended. */
export function aheadMax({ order }: SeriesDefinition, { rangesAheadMax }: Limits): number {
  return order === 'sequential' ? 1 : rangesAheadMax;
}

/** What a range of `definition` from term `from` on may be, in terms; see `rangeSize`. */
export function rangeLimits(
  definition: SeriesDefinition,
  from: number,
  { rangeTermsFirst: first, rangeTermsMax: max }: Limits,
): RangeSizing['limits'] {
  return { first, least: definition.leastRange?.(from) ?? 1, max };
}

/**
 * Takes a part in. Throws where it does not belong, or was had before with another text: a kernel, a thread or a machine
 * computes wrongly, and its giver crashes rather than use it. `whose` is for the message.
 */
export function acceptPart<State>(
  prefix: Prefix<State>,
  part: Part,
  add: (state: State, partial: string) => State,
  limits: Limits,
  whose: string,
): Accepted<State> {
  const accepted = accept(prefix, part, add, { ...prefixLimits, parkedMax: limits.rangesAheadMax });
  const { kind } = accepted;
  if (kind === 'conflict' || kind === 'foreign' || kind === 'full')
    throw new Error(`${kind} result for the range [${part.from}, ${part.to}) of ${whose} at n = ${prefix.n}`);
  return accepted;
}
