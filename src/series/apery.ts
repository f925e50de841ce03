/**
 * ζ(3) by the series of Apéry's proof that it is irrational: where Σ 1/k³ gives two digits for ten times the terms,
 * this gives six for ten more.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { Factors } from './binary-splitting.ts';
import type { SeriesDefinition } from './definition.ts';
import { hypergeometric } from './hypergeometric.ts';
import { ZETA_3 } from './limits.ts';

/** 102,363 digits: a state of 6.3 MB, figures within a tenth of a second. */
const TERMS_MAX = 170_000;

/**
 * (−1)^(k+1) / (k³ C(2k, k)) is 1/2 at k = 1; the quotient of two is −(k−1)³ / (2k²(2k−1)). Products of doubles are
 * exact, below 2^53.
 */
function factors(index: number): Factors {
  const k = index + 1;
  const p = k === 1 ? 1n : -BigInt((k - 1) * (k - 1) * (k - 1));
  return { p, q: BigInt(2 * k * k) * BigInt(2 * k - 1), a: 1n };
}

export const apery: SeriesDefinition = {
  id: 'apery' as SeriesId,
  aliases: [],
  title: 'Apéry’s series',
  formula: 'ζ(3) = 5/2 · Σ (−1)ᵏ⁺¹ / (k³ C(2k, k)), k = 1, 2, 3, …',
  source: 'Hjortnaes 1953, Apéry 1979; alternating series test for the remainder',
  start: 1,
  version: 1,
  limit: ZETA_3,
  bound: 'rigorous',
  ...hypergeometric({
    termsMax: TERMS_MAX,
    factors,
    // Terms alternate and fall: k³ and C(2k, k) grow.
    remainder: () => [1n, 1n],
    factor: [5n, 2n],
  }),
  accelerate: null,
};
