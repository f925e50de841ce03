/**
 * Levin's u transformation (Levin, Int. J. Comput. Math. 3 (1973) 371–388; Weniger, Comput. Phys. Rep. 10 (1989), section 7.3).
 * It models what is missing after term k as (k+1) a_k times a series in 1/(k+1), which suits alternating series and many
 * of one sign; no bound is known, so it is a heuristic. 1.24 digits a term for Leibniz' series.
 */
import { checkCount, type Heuristic } from './transformation.ts';

/**
 * The sum of Σ a_k from terms[k] ≈ 2^bits a_k, signed, k < n ≤ TERMS_MAX. A quotient of two sums weighted by
 * (−1)^k C(n−1, k) (k+1)^(n−2) / ((k+1) a_k). For alternating series all weights have one sign and nothing is lost; for
 * series of one sign they cancel, which costs digits: choose bits accordingly. A term that is zero in these units ends
 * the model: the sum up to there is the answer.
 */
export function levinU(terms: readonly bigint[], bits: number): Heuristic {
  checkCount(terms);
  const n = terms.length;
  // Twice the fraction: once for the quotient's own, once for the term below the line.
  const one = 1n << BigInt(2 * bits);
  const power = BigInt(Math.max(n - 2, 0));
  let [sum, above, below, binomial] = [0n, 0n, 0n, 1n];
  for (const [k, term] of terms.entries()) {
    sum += term;
    if (term === 0n) return { kind: 'heuristic', estimate: sum };
    const position = BigInt(k + 1);
    const weight = (binomial * position ** power * one) / (position * term);
    above += weight * sum;
    below += weight;
    binomial = (-binomial * BigInt(n - 1 - k)) / position;
  }
  return { kind: 'heuristic', estimate: below === 0n ? sum : above / below };
}
