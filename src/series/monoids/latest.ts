/**
 * States that replace each other: what a series has where each term needs the one before. A state stands for all terms
 * up to its end, so of two the later one holds everything. Associative: whatever the grouping, the last state that is not
 * the empty one remains.
 */
import type { PartialView } from '../../protocols/wire/partial.ts';
import { decodeIntegers, encodeIntegers } from './integer-text.ts';
import type { Monoid } from './monoid.ts';

/** The integers of a state; none at all is the state before the first term. */
export type State = readonly bigint[];

/** `names` name a state's integers, in order; `decimal` says a state that is not empty as one number, if it is one. */
export function latest(
  names: readonly string[],
  decimal: (state: State) => PartialView['decimal'],
): Monoid<State> {
  return {
    empty: [],
    merge: (a, b) => (b.length === 0 ? a : b),
    encode: encodeIntegers,
    decode: (text) => (text === '' ? [] : decodeIntegers(text, names.length)),
    describe: (state) => ({
      monoid: 'state',
      values: Object.fromEntries(state.map((value, place) => [names[place] ?? '', String(value)])),
      scale: null,
      decimal: state.length === 0 ? null : decimal(state),
    }),
  };
}
