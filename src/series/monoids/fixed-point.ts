/**
 * Sums of numbers cut off at a binary digit (FIX), where how many digits there are grows with n: a sum is an integer at
 * 2^-bits, and one of more bits is begun anew at the first term. Which bits belong to which n is the series' business.
 */
import type { PartialView } from '../../protocols/wire/partial.ts';
import { decodeInteger, encodeInteger } from './integer-text.ts';
import type { Monoid } from './monoid.ts';
import { cutOff } from './sums.ts';

export interface FixedPoint {
  /** Binary digits behind the point; 0 for the sum of no terms alone. */
  readonly bits: number;
  /** The sum of its terms in units of 2^-bits. */
  readonly sum: bigint;
  /** It holds all terms from the first one to its end, whatever range it was made for, and replaces what stood before. */
  readonly anew: boolean;
}

const BITS = /^[1-9][0-9]{0,8}$/;
const EMPTY: FixedPoint = { bits: 0, sum: 0n, anew: false };

/**
 * Partials of neighbouring ranges merge. Associative: with b or c anew both ways of a · b · c begin at the later one that
 * is; with neither, both add up the same integers, and are anew if a is. Neighbours that differ in bits have the right
 * one anew, so plain ones that differ are no neighbours, and throw.
 */
export const fixedPoint: Monoid<FixedPoint> = {
  empty: EMPTY,
  merge(a, b) {
    if (b.anew || a.bits === 0) return b;
    if (b.bits === 0) return a;
    if (a.bits !== b.bits) throw new RangeError(`no neighbours: ${a.bits} bits and ${b.bits} bits`);
    return { bits: a.bits, sum: a.sum + b.sum, anew: a.anew };
  },
  encode: ({ bits, sum, anew }) => `${bits}:${encodeInteger(sum)}${anew ? '!' : ''}`,
  decode(text) {
    if (text === '0:0') return EMPTY;
    const colon = text.indexOf(':');
    const bits = text.slice(0, Math.max(0, colon));
    if (!BITS.test(bits))
      throw new SyntaxError(`not a fixed-point sum in canonical text: ${text.slice(0, 80)}`);
    const anew = text.endsWith('!');
    return { bits: Number(bits), sum: decodeInteger(text.slice(colon + 1, anew ? -1 : undefined)), anew };
  },
  describe: ({ bits, sum, anew }): PartialView => ({
    monoid: 'fixed-point',
    values: { sum: String(sum) },
    scale: bits,
    decimal: cutOff(sum, bits),
    ...(anew ? { anew } : {}),
  }),
};
