/** Catalan's constant by Lupaş's series: three digits for five terms, where Σ (−1)^k/(2k+1)² needs thousands. */
import type { SeriesId } from '../protocols/identity.ts';
import type { Factors } from './binary-splitting.ts';
import type { SeriesDefinition } from './definition.ts';
import { hypergeometric } from './hypergeometric.ts';
import { CATALAN } from './limits.ts';

/** 102,352 digits: a state of 9.1 MB, figures within a tenth of a second. */
const TERMS_MAX = 170_000;

/**
 * (−1)^(k−1) 256^k / (C(4k, 2k)² C(2k, k) (2k−1) k³) is 32/9 at k = 1; the quotient of two is −32(2k−3)(k−1)³ /
 * ((4k−1)(4k−3))², for C(4k, 2k) grows by 2(4k−1)(4k−3)/(k(2k−1)) and C(2k, k) by 2(2k−1)/k. Products of doubles
 * are exact, below 2^53.
 */
function factors(index: number): Factors {
  const k = index + 1;
  const root = BigInt((4 * k - 1) * (4 * k - 3));
  const p = k === 1 ? 32n : BigInt(-32 * (2 * k - 3) * (k - 1)) * BigInt((k - 1) * (k - 1));
  return { p, q: root * root, a: BigInt(40 * k * k - 24 * k + 3) };
}

export const catalanLupas: SeriesDefinition = {
  id: 'catalan-lupas' as SeriesId,
  aliases: [],
  title: 'Lupaş’s series',
  formula: 'G = 1/64 · Σ (−1)ᵏ⁻¹ 256ᵏ (40k² − 24k + 3) / (C(4k, 2k)² C(2k, k) (2k − 1) k³), k = 1, 2, 3, …',
  source: 'Lupaş 2000; alternating series test for the remainder',
  start: 1,
  version: 1,
  limit: CATALAN,
  bound: 'rigorous',
  ...hypergeometric({
    termsMax: TERMS_MAX,
    factors,
    // Terms alternate and fall. The quotient of factors is below 1/4, for (4k−1)(4k−3) > 16k(k−1), and below 0.027 at
    // k = 2; that of coefficients is 115/19 < 6.1 there and at most 291/115 < 2.6 from k = 3 on.
    remainder: () => [1n, 1n],
    factor: [1n, 64n],
  }),
  accelerate: null,
};
