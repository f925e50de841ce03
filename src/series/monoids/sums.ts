/**
 * Sums of integers, side by side: the monoid of order-free exact sums. One of them is a sum of quantised doubles (SUM),
 * several are counters, or a sum with counters. Addition in Z is associative and commutative, so neither split nor
 * order nor machine can matter.
 */
import type { PartialView } from '../../protocols/wire/partial.ts';
import { decimalText } from '../arithmetic/decimal.ts';
import { decodeIntegers, encodeIntegers } from './integer-text.ts';
import type { Monoid } from './monoid.ts';

/** Decimal places of a described sum, cut off. */
const PLACES = 40;

/**
 * `names` name the integers of a value, in order. `scale` > 0: the first is a fixed-point number worth first / 2^scale;
 * null: all are plain counters.
 */
export function sums(names: readonly string[], scale: number | null): Monoid<readonly bigint[]> {
  const empty = names.map(() => 0n);
  return {
    empty,
    merge: (a, b) => a.map((value, place) => value + (b[place] ?? 0n)),
    encode: encodeIntegers,
    decode: (text) => decodeIntegers(text, names.length),
    describe: (value) => ({
      monoid: 'sum',
      values: Object.fromEntries(names.map((name, place) => [name, String(value[place] ?? 0n)])),
      scale,
      decimal: scale === null ? null : cutOff(value[0] ?? 0n, scale),
    }),
  };
}

/** sum / 2^scale to 40 places, cut off towards zero. */
export function cutOff(sum: bigint, scale: number): NonNullable<PartialView['decimal']> {
  return decimalText((sum * 10n ** BigInt(PLACES)) / (1n << BigInt(scale)), PLACES);
}
