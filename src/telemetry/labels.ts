/**
 * How many lines a metric may have. Names that clients can make (private runs) are summed under their series, and what
 * is beyond the bound under one word: a scrape that grows with the number of clients would be a way to bring down
 * whoever keeps it.
 */
import { parseRunId } from '../protocols/identity.ts';

/** The label of everything that has none of its own. */
export const other = 'other';

/** A private run goes by its series: `leibniz~*`. Every other text is itself. */
export function folded(label: string): string {
  const named = parseRunId(label);
  return named === null || named.shared ? label : `${named.series}~*`;
}

/** At most `most` labels (≥ 1), in the order of `values`: the first keep theirs, the others are summed. */
export function bounded(values: ReadonlyMap<string, number>, most: number): ReadonlyMap<string, number> {
  if (values.size <= most) return values;
  const named = [...values].filter(([label]) => label !== other);
  const rest = named.slice(most - 1).reduce((sum, [, value]) => sum + value, values.get(other) ?? 0);
  return new Map([...named.slice(0, most - 1), [other, rest]]);
}
