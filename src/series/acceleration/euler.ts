/**
 * Euler's transformation of an alternating series (Euler 1755; Knopp, Theory and Application of Infinite Series, chapter VIII):
 * Σ (−1)^k a_k = Σ Δ^k a_0 / 2^(k+1), where Δ a_k = a_k − a_(k+1). 0.301 digits a term for Leibniz' series.
 */
import { divideUp, shiftDown, shiftUp } from '../arithmetic/integer.ts';
import { checkCount, type Rigorous } from './transformation.ts';

/**
 * The sum of Σ (−1)^k a_k from terms[k] = ⌊2^bits a_k⌋ ≥ 0, k < n ≤ TERMS_MAX. Rigorous when the a_k are totally monotone,
 * that is a_k = ∫ x^k dμ(x) over [0, 1] with μ ≥ 0 (Hausdorff). Proof: Δ^k a_0 = ∫ (1 − x)^k dμ is ≥ 0 and does not grow
 * with k, so what the n terms Δ^k a_0 / 2^(k+1), k < n, leave out is ≥ 0 and ≤ Δ^(n−1) a_0 · Σ_(k≥n) 2^-(k+1), that is
 * Δ^(n−1) a_0 / 2^n. The terms' cuts, each below 1, enter the sum with weights between 0 and 1 and with both signs, and
 * Δ^(n−1) a_0 / 2^n with weights that sum to 1/2: by less than n/2 + 1/2 and by at most 1/2 unit. The estimate is the transformed
 * sum itself.
 */
export function euler(terms: readonly bigint[]): Rigorous {
  checkCount(terms);
  const n = terms.length;
  let differences = terms;
  let sum = 0n;
  let [last = 0n] = terms;
  while (differences.length > 0) {
    [last = 0n] = differences;
    sum = 2n * sum + last;
    differences = differences.slice(1).map((next, k) => (differences[k] ?? 0n) - next);
  }
  // Now sum = Σ Δ^k a_0 · 2^(n−1−k), which is 2^n times the transformed sum.
  const cuts = divideUp(BigInt(n), 2n) + 1n;
  return {
    kind: 'rigorous',
    estimate: shiftDown(sum, n),
    lower: shiftDown(sum, n) - cuts,
    upper: shiftUp(sum + last, n) + cuts,
  };
}
