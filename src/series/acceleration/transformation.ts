/**
 * What the classical sequence transformations have in common: they take the first terms of a series as integers in
 * units of 2^-bits and give a better sum in the same units. A rigorous one encloses the limit; a heuristic one is
 * usually right and never says how far. Unlike the proven tails they need the terms one by one, so they are for short
 * beginnings of a series.
 */

/** Proven under the conditions the transformation states: lower ≤ 2^bits · limit ≤ upper. */
export interface Rigorous {
  readonly kind: 'rigorous';
  readonly estimate: bigint;
  readonly lower: bigint;
  readonly upper: bigint;
}

/** Nothing is claimed about the distance to the limit. */
export interface Heuristic {
  readonly kind: 'heuristic';
  readonly estimate: bigint;
}

/** Terms that are taken, at most: the work grows with their square and with the length of the integers. */
export const TERMS_MAX = 128;

/**
 * The fixed point in which n terms lose nothing on the way: the best transformation gains 1.24 digits (4.1 bits) a term,
 * and none of an alternating series magnifies its terms' rounding by more than n.
 */
export function transformationBits(n: number): number {
  return 5 * n + 64;
}

/** Throws unless there are between 1 and TERMS_MAX terms. */
export function checkCount(terms: readonly bigint[]): void {
  if (terms.length < 1 || terms.length > TERMS_MAX)
    throw new RangeError(`no transformation of ${terms.length} terms`);
}
