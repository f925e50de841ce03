/** π by Ramanujan's series of 1914: eight digits a term, and the way that the Chudnovskys went on. */
import type { SeriesId } from '../protocols/identity.ts';
import type { Factors } from './binary-splitting.ts';
import type { SeriesDefinition } from './definition.ts';
import { hypergeometric } from './hypergeometric.ts';
import { PI } from './limits.ts';

/** 997,820 digits: a state of 6.5 MB, figures within half a second. */
const TERMS_MAX = 125_000;

/** 396⁴ / 8. */
const POWER = 3_073_907_232n;

/**
 * 1/π = 2√2/9801 · Σ (4k)! (1103 + 26390k) / (k!⁴ 396^(4k)); the quotient of two factorial parts is
 * (2k−1)(4k−1)(4k−3) / (k³ · 396⁴/8). All products of doubles are exact, below 2^53.
 */
function factors(k: number): Factors {
  const a = BigInt(1_103 + 26_390 * k);
  if (k === 0) return { p: 1n, q: 1n, a };
  return { p: BigInt((2 * k - 1) * (4 * k - 1)) * BigInt(4 * k - 3), q: BigInt(k * k * k) * POWER, a };
}

export const ramanujan: SeriesDefinition = {
  id: 'ramanujan1914' as SeriesId,
  aliases: ['ramanujan' as SeriesId],
  title: 'Ramanujan’s series',
  formula: '1/π = 2√2/9801 · Σ (4k)!(1103 + 26390k) / (k!⁴ 396⁴ᵏ), k = 0, 1, 2, …',
  source: 'Ramanujan 1914, proven by J. and P. Borwein 1987; geometric series for the remainder',
  start: 0,
  version: 1,
  limit: PI,
  bound: 'rigorous',
  ...hypergeometric({
    termsMax: TERMS_MAX,
    factors,
    // All terms are positive, a quotient of two is at most 32/(396⁴/8) · 27493/1103 < 10^-6: 1.01 of term n is more
    // than all the rest.
    remainder: () => [101n, 100n],
    // π = 9801 / (2√2 · S) = 9801 · √2 / (4 · S).
    factor: [9_801n, 4n],
    radicand: 2n,
  }),
  accelerate: null,
};
