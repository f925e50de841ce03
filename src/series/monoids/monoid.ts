/**
 * What partial sums are made of: values that merge associatively around an empty one, and a canonical text of each.
 * A definition deals in texts; `textsOf` turns a monoid into the part of a definition that does.
 */
import type { PartialView } from '../../protocols/wire/partial.ts';
import type { SeriesDefinition } from '../definition.ts';

export interface Monoid<Value> {
  readonly empty: Value;
  /** Associative; `a` stands before `b`. */
  merge(a: Value, b: Value): Value;
  /** Canonical text: equal values, equal texts. ASCII without quotes, safe in JSON and Redis. */
  encode(value: Value): string;
  /** The value of a canonical text. Any other text throws a SyntaxError: nothing else is ever stored or sent. */
  decode(text: string): Value;
  describe(value: Value): PartialView;
}

export function textsOf<Value>(
  monoid: Monoid<Value>,
): Pick<SeriesDefinition, 'empty' | 'merge' | 'describe'> {
  const { encode, decode } = monoid;
  return {
    empty: encode(monoid.empty),
    merge: (a, b) => encode(monoid.merge(decode(a), decode(b))),
    describe: (partial) => monoid.describe(decode(partial)),
  };
}
