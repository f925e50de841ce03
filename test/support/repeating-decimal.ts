/**
 * A series that can be read: its term i is digit i of 0.307418529630741…, and its state over [0, n) is those n digits. Sums
 * of other ranges, in another order, twice or not at all, read otherwise.
 */
import type { SeriesId } from '../../src/protocols/identity.ts';
import type { Figures } from '../../src/protocols/ports/figures.ts';
import { commonDigits, commonPrefix, decimalText } from '../../src/series/arithmetic/decimal.ts';
import type { SeriesDefinition } from '../../src/series/definition.ts';

const TERMS_MAX = 2 ** 14;

/** Digits [from, to) of the number. */
export function digitsOf(from: number, to: number): string {
  return '3074185296'.repeat(Math.ceil(to / 10)).slice(from, to);
}

/** What is proven of the number by its first n digits, "0.30741…": the last one may be one more. */
export function provenBy(n: number): string {
  const { lower, upper } = ends(digitsOf(0, n));
  return commonPrefix(lower, upper);
}

function ends(state: string): { readonly lower: string; readonly upper: string } {
  const count = BigInt(state);
  return { lower: decimalText(count, state.length), upper: decimalText(count + 1n, state.length) };
}

function evaluate(state: string, n: number): Figures {
  if (state.length !== n) throw new RangeError(`${state.length} digits are not those of n = ${n}`);
  const { lower, upper } = ends(state);
  return {
    value: Number(lower),
    decimal: lower,
    lower,
    upper,
    digits: commonDigits(lower, upper),
    width: 10 ** -n,
    known: commonPrefix(lower, upper),
  };
}

const decimal: SeriesDefinition = {
  id: 'repeating' as SeriesId,
  aliases: [],
  title: 'A repeating decimal',
  formula: '3074185296/9999999999',
  source: 'long division',
  start: 1,
  version: 1,
  limit: { name: 'x', decimal: `0.${digitsOf(0, 60)}` },
  bound: 'rigorous',
  kernel: null,
  order: 'adjacent',
  heavy: true,
  grain: 1,
  termsMax: TERMS_MAX,
  empty: '',
  partial: digitsOf,
  merge: (a, b) => a + b,
  evaluate,
  exhausted: (n) => (n >= TERMS_MAX ? 'all its digits have been seen' : null),
  accelerate: null,
  describe: (partial) => ({ monoid: 'state', values: { digits: partial }, scale: null, decimal: null }),
};

/** The series with neighbours merged, or with another property. */
export function repeatingDecimal(changes: Partial<SeriesDefinition> = {}): SeriesDefinition {
  return { ...decimal, ...changes };
}

/** The same as a sequential series: each state holds all digits before it, and is refused where it does not. */
export function digitByDigit(changes: Partial<SeriesDefinition> = {}): SeriesDefinition {
  return repeatingDecimal({
    order: 'sequential',
    partial(from, to, before = 'none') {
      if (before !== digitsOf(0, from)) throw new RangeError(`${before} is no state over [0, ${from})`);
      return digitsOf(0, to);
    },
    merge: (a, b) => (b === '' ? a : b),
    ...changes,
  });
}
