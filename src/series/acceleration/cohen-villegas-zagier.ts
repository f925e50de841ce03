/**
 * Convergence acceleration of alternating series by Chebyshev polynomials: Cohen, Rodriguez Villegas & Zagier,
 * Experimental Mathematics 9 (2000) 3–12, algorithm 1, in integers throughout. 0.766 digits a term, whatever the series.
 */
import { divideUp } from '../arithmetic/integer.ts';
import { checkCount, type Rigorous } from './transformation.ts';

/**
 * The sum S of Σ (−1)^k a_k from terms[k] = ⌊2^bits a_k⌋ ≥ 0, k < n ≤ TERMS_MAX. Rigorous when a_k = ∫ x^k dμ(x) over [0, 1]
 * with μ ≥ 0. Proof (their proposition 1): let P(x) = T_n(1 − 2x) = Σ b_m (−x)^m, so that |P| ≤ 1 on [0, 1], and
 * d = P(−1) = Σ b_m. The estimate is Σ (−1)^k c_k a_k / d with c_k = Σ_(m>k) b_m, which is ∫ (1 − P(x)/d) / (1 + x) dμ, and
 * S = ∫ 1 / (1 + x) dμ: they differ by S/d at most, and 0 ≤ S ≤ a_0. The terms' cuts, each below 1, enter with weights
 * c_k / d between 0 and 1 and with both signs: by less than n/2 + 1/2 units.
 */
export function cohenVillegasZagier(terms: readonly bigint[]): Rigorous {
  checkCount(terms);
  const n = terms.length;
  const scale = chebyshevAtThree(n);
  let coefficient = 1n;
  let weight = scale;
  let sum = 0n;
  for (const [k, term] of terms.entries()) {
    weight -= coefficient;
    sum += k % 2 === 0 ? weight * term : -weight * term;
    // b_(k+1) = b_k · (n+k)(n−k) / ((k+½)(k+1)): an integer again, the coefficient of a Chebyshev polynomial.
    coefficient = (coefficient * BigInt(2 * (n + k) * (n - k))) / BigInt((2 * k + 1) * (k + 1));
  }
  const [first = 0n] = terms;
  const estimate = floorQuotient(sum, scale);
  const off = divideUp(first + 1n, scale) + divideUp(BigInt(n), 2n) + 1n;
  return { kind: 'rigorous', estimate, lower: estimate - off, upper: estimate + 1n + off };
}

/** d_n = T_n(3) = ((3+√8)^n + (3−√8)^n) / 2 by its recurrence d_(n+1) = 6d_n − d_(n−1): 1, 3, 17, 99, … */
function chebyshevAtThree(n: number): bigint {
  let [before, value] = [3n, 1n];
  for (let index = 0; index < n; index += 1) [before, value] = [value, 6n * value - before];
  return value;
}

function floorQuotient(a: bigint, b: bigint): bigint {
  return a >= 0n ? a / b : -divideUp(-a, b);
}
