/** Euler's number by the series it is defined with: every term gives more digits than the one before. */
import type { SeriesId } from '../protocols/identity.ts';
import type { SeriesDefinition } from './definition.ts';
import { hypergeometric } from './hypergeometric.ts';

/** 999,882 digits: a state of 1.7 MB, figures within half a second. */
const TERMS_MAX = 205_000;

export const e: SeriesDefinition = {
  id: 'e' as SeriesId,
  aliases: [],
  title: 'Euler’s number',
  formula: 'e = Σ 1/k!, k = 0, 1, 2, …',
  source: 'Euler 1748; geometric series for the remainder',
  start: 0,
  version: 1,
  limit: { name: 'e', decimal: '2.71828182845904523536028747135266249775724709369995957496696' },
  bound: 'rigorous',
  ...hypergeometric({
    termsMax: TERMS_MAX,
    factors: (k) => ({ p: 1n, q: BigInt(Math.max(k, 1)), a: 1n }),
    // 1/n! · (1 + 1/(n+1) + 1/(n+1)² + …) = 1/n! · (n+1)/n is more than the rest.
    remainder: (n) => [BigInt(n + 1), BigInt(n)],
    factor: [1n, 1n],
  }),
  accelerate: null,
};
