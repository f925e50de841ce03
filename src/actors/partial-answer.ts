/** How a request for a partial is judged, and how it is answered. */
import type { SeriesId } from '../protocols/identity.ts';
import type { Limits } from '../protocols/limits.ts';
import type { PartialSumPid, SummedPartial } from '../protocols/mailbox/partial-sum.ts';
import { type Answer, beyond, done, type Fault, type Refusal, refuse } from '../protocols/refusal.ts';
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

/**
 * Sums [from, to) of the series by a process of its own, and shows it. `id` names that process, which ends with `gone`: what
 * nobody waits for is not summed.
 */
export async function partialAnswer(
  definition: SeriesDefinition,
  { from, to }: AskedRange,
  id: string,
  gone: AbortSignal,
  { system, limits }: { readonly system: System; readonly limits: Limits },
): Promise<Answer<PartialAnswer>> {
  const fault = rangeFault(definition, from, to, limits);
  if (fault !== null) return fault;
  const series: SeriesId = definition.id;
  const started = await startChild(system, partialsName, { id, series, from, to });
  if (!started.ok) {
    return started.error === 'max_children'
      ? beyond(
          'partialsAtOnce',
          'too-many-requests',
          `This node sums ${limits.partialsAtOnce} partials at once. Try again later.`,
        )
      : refuse('not-ready', 'The part of this node that answers is being restarted. Try again in a moment.');
  }
  const summed = await sumOf(started.pid, gone, system, limits);
  if (!summed.ok) return summed;
  const { partial, view } = summed.value;
  const { version, grain } = definition;
  return done({ series, version, from, to, grain, partial, ...(view ?? definition.describe(partial)) });
}

/** How much longer than its time a partial is waited for: it says itself that it took too long. */
const LAST_WORD_MS = 1_000;

/** What the process answers; ends it where nobody is there any more to hear it. */
async function sumOf(
  pid: PartialSumPid,
  gone: AbortSignal,
  system: System,
  { partialMs }: Limits,
): Promise<Answer<SummedPartial>> {
  const cancel = () => system.exit(pid, 'shutdown');
  gone.addEventListener('abort', cancel);
  if (gone.aborted) cancel();
  const answer = await system.call(
    pid,
    (reply: From<Answer<SummedPartial>>) => ({ type: 'sum', from: reply }),
    partialMs + LAST_WORD_MS,
  );
  gone.removeEventListener('abort', cancel);
  return answer.ok
    ? answer.value
    : refuse('not-ready', 'The workers were restarted while they were at it. Try again in a moment.');
}

function rangeFault(
  { grain, termsMax, heavy, order }: SeriesDefinition,
  from: number,
  to: number,
  { partialTerms, partialHeavyTo }: Limits,
): Refusal | null {
  const limit = heavy ? Math.min(termsMax, partialHeavyTo) : termsMax;
  if (to > limit) {
    const fault = bad('to', `must be at most ${limit} for this series`);
    return limit < termsMax ? { ...fault, limit: 'partialHeavyTo' } : fault;
  }
  if (from > to) return bad('from', 'must not be above to');
  if (to - from > partialTerms)
    return { ...bad('to', `must be at most ${partialTerms} terms above from`), limit: 'partialTerms' };
  if (from % grain !== 0) return bad('from', `must be a multiple of ${grain} for this series`);
  if (to % grain !== 0) return bad('to', `must be a multiple of ${grain} for this series`);
  if (order === 'sequential' && from !== 0)
    return bad('from', 'must be 0: each term of this series needs the one before it');
  return null;
}

function bad(path: Fault['path'], message: string): Refusal {
  return refuse('bad-request', `${path} ${message}.`, [{ path, message }]);
}
