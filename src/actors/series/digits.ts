/** Who asks a run for all its digits, and is answered once they are there: a worker may have to find them first. */
import type { KnownDigits } from '../../protocols/mailbox/series.ts';
import { type Answer, done, refuse } from '../../protocols/refusal.ts';
import type { From } from '../../runtime/call.ts';
import { foldBlocked, knownDigits } from './folding.ts';
import type { SeriesContext, SeriesPorts } from './series-ports.ts';
import type { SeriesState } from './series-state.ts';

export function digits(
  asker: From<Answer<KnownDigits>>,
  state: SeriesState,
  ctx: SeriesContext,
  { limits }: SeriesPorts,
): SeriesState {
  if (state.place !== null && state.digitAskers.length < limits.askersPerRun)
    return { ...state, digitAskers: [...state.digitAskers, asker] };
  const why = state.trouble ?? (state.place === null ? 'it is being claimed' : null);
  ctx.reply(asker, why === null ? { ...notNow('too many are waiting'), limit: 'askersPerRun' } : notNow(why));
  return state;
}

const notNow = (why: string) => refuse('not-ready', `The run has no digits to show yet: ${why}. Ask again.`);

/** Answers those who wait as soon as the digits are known, or the fold that was to find them is given up. */
export function answerDigits(state: SeriesState, ctx: SeriesContext): SeriesState {
  if (state.digitAskers.length === 0 || state.place === null) return state;
  const known = knownDigits(state, state.place);
  if (known === null && !foldBlocked(state.place)) return state;
  const answer = known === null ? notNow('what finds them keeps ending its worker') : done(known);
  for (const asker of state.digitAskers) ctx.reply(asker, answer);
  return { ...state, digitAskers: [] };
}
