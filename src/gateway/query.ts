/**
 * What stands in addresses, read strictly: a number in a query is digits and nothing else, and what can't be read is
 * refused by name rather than taken for something near.
 */
import { Type } from 'typebox';
import type { ReachableLimit } from '../protocols/limit-answers.ts';
import { type Answer, done, refuse } from '../protocols/refusal.ts';

export const RunParams = Type.Object({
  run: Type.String({ description: 'id of a run: a series’ own (leibniz), or a private one (leibniz~k3x9)' }),
});
export const SeriesParams = Type.Object({
  series: Type.String({ description: 'id of a series, or an alias (euler for basel)' }),
});

/** The whole number that parameter `name` holds, null where it is absent. `limit` is the bound that `max` stands for. */
export function wholeNumber(
  name: string,
  text: string | undefined,
  min: number,
  max: number,
  limit?: ReachableLimit,
): Answer<number | null> {
  if (text === undefined) return done(null);
  const value = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return done(value);
  const message = `must be a whole number from ${min} to ${max}`;
  const refusal = refuse('bad-request', `The query parameter ${name} ${message}.`, [{ path: name, message }]);
  return limit !== undefined && value > max ? { ...refusal, limit } : refusal;
}
