/**
 * A series of your own: η(2) = 1 − 1/4 + 1/9 − … = π²/12. Start Zeno with ZENO_SERIES=./examples/eta-of-two.ts, and it
 * stands in the catalogue beside ours, with checkpoints, threads, streams and supervision.
 */

import type { SeriesId } from '../src/protocols/identity.ts';
import { alternatingEnds, binaryFigures } from '../src/series/arithmetic/enclosure.ts';
import { divideUp } from '../src/series/arithmetic/integer.ts';
import type { SeriesDefinition } from '../src/series/definition.ts';
import { ROUNDED_OUT } from '../src/series/exhaustion.ts';
import { decodeInteger, encodeInteger } from '../src/series/monoids/integer-text.ts';
import { textsOf } from '../src/series/monoids/monoid.ts';
import { FRACTION_BITS, ONE, sumOf, twoBin, UNIT_ROUNDOFF } from '../src/series/monoids/two-bin.ts';

/** k² is an exact double up to here. */
const TERMS_MAX = 2 ** 26;
/** Decimals worth printing: the rounding bound is 1.9 · 10^-16. */
const PLACES = 16;

/** Term i = 0, 1, 2 … as a double: ±1/k² with k = i + 1. One rounding: relative error at most u = 2^-53. */
function term(index: number): number {
  const k = index + 1;
  return (index % 2 === 0 ? 1 : -1) / (k * k);
}

/**
 * E(n) ≥ |computed S_n − S_n| in units of 2^-98: each term is off by u of itself, together at most u·π²/6 < 1.65u, and the
 * sum cuts each term to a multiple of 2^-98, half a unit a term.
 */
function rounding(n: number): bigint {
  return divideUp(165n * UNIT_ROUNDOFF, 100n) + divideUp(BigInt(n), 2n);
}

/** The first omitted term, 1/(n + 1)², rounded up: the alternating series test. */
function omitted(n: number): bigint {
  return divideUp(ONE, BigInt(n + 1) ** 2n);
}

export const series: SeriesDefinition = {
  id: 'eta-of-two' as SeriesId,
  aliases: [],
  title: 'η(2)',
  formula: 'π²/12 = Σ (−1)ᵏ⁺¹ / k², k = 1, 2, 3, …',
  source: 'Euler; alternating series test for the remainder',
  start: 1,
  version: 1,
  limit: { name: 'π²/12', decimal: '0.822467033424113218236207583323012594609474950603399218867779' },
  bound: 'rigorous',
  kernel: null,
  order: 'any',
  heavy: false,
  grain: 1,
  termsMax: TERMS_MAX,
  ...textsOf(twoBin),
  partial: (from, to) => encodeInteger(sumOf(term, from, to)),
  evaluate(state, n) {
    const sum = decodeInteger(state);
    const computed = { lower: sum - rounding(n), upper: sum + rounding(n) };
    const ends = alternatingEnds(computed, n, omitted(n));
    return binaryFigures({ estimate: sum, ...ends }, FRACTION_BITS, PLACES);
  },
  exhausted(n) {
    if (rounding(n) >= omitted(n)) return ROUNDED_OUT;
    return n >= TERMS_MAX ? `n = ${TERMS_MAX} is as far as doubles hold k² exactly` : null;
  },
  accelerate: null,
};
