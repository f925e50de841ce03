/** How a request for a partial is judged, and how it is answered. */
import type { SeriesId } from '../protocols/identity.ts';
import type { Limits } from '../protocols/limits.ts';
import { type Answer, done, type Fault, refuse } from '../protocols/refusal.ts';
import type { PartialAnswer } from '../protocols/wire/partial.ts';
import type { From } from '../runtime/call.ts';
import type { System } from '../runtime/system.ts';
import type { SeriesDefinition } from '../series/definition.ts';
import { startChild } from '../supervision/supervisor-admin.ts';
import { partialsName } from './names.ts';

export interface AskedRange {
  readonly from: number;
  readonly to: number;
}

/** Sums [from, to) of the series by a process of its own, and shows it. `id` names that process. */
export async function partialAnswer(
  definition: SeriesDefinition,
  { from, to }: AskedRange,
  id: string,
  { system, limits }: { readonly system: System; readonly limits: Limits },
): Promise<Answer<PartialAnswer>> {
  const fault = rangeFault(definition, from, to, limits);
  if (fault !== null) return refuse('bad-request', `${fault.path} ${fault.message}.`, [fault]);
  const series: SeriesId = definition.id;
  const started = await startChild(system, partialsName, { id, series, from, to });
  if (!started.ok) {
    return started.error === 'max_children'
      ? refuse(
          'too-many-requests',
          `This node sums ${limits.partialsAtOnce} partials at once. Try again later.`,
        )
      : refuse('not-ready', 'The part of this node that answers is being restarted. Try again in a moment.');
  }
  const answer = await system.call(
    started.pid,
    (reply: From<Answer<string>>) => ({ type: 'sum', from: reply }),
    2 * limits.partialMs,
  );
  if (!answer.ok)
    return refuse('not-ready', 'The workers were restarted while they were at it. Try again in a moment.');
  if (!answer.value.ok) return answer.value;
  const partial = answer.value.value;
  return done({
    series,
    version: definition.version,
    from,
    to,
    grain: definition.grain,
    partial,
    ...definition.describe(partial),
  });
}

function rangeFault(
  { grain, termsMax, heavy, order }: SeriesDefinition,
  from: number,
  to: number,
  { partialTerms, partialHeavyTo }: Limits,
): Fault | null {
  const limit = heavy ? Math.min(termsMax, partialHeavyTo) : termsMax;
  if (to > limit) return { path: 'to', message: `must be at most ${limit} for this series` };
  if (from > to) return { path: 'from', message: 'must not be above to' };
  if (to - from > partialTerms)
    return { path: 'to', message: `must be at most ${partialTerms} terms above from` };
  if (from % grain !== 0) return { path: 'from', message: `must be a multiple of ${grain} for this series` };
  if (to % grain !== 0) return { path: 'to', message: `must be a multiple of ${grain} for this series` };
  if (order === 'sequential' && from !== 0)
    return { path: 'from', message: 'must be 0: each term of this series needs the one before it' };
  return null;
}
