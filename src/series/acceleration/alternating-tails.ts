/**
 * Proven tails of alternating series (Boole's summation formula). One lemma carries them all.
 *
 * Lemma. For every real z, the partial sums of Σ E_2j z^2j / (2j)! envelop sech z. Proof: by Mittag-Leffler,
 * sech z = Σ (−1)^k 2c_k / (c_k² + z²) with c_k = (k + ½)π, k ≥ 0. Write each 1 / (c² + z²) as its geometric series
 * broken off at J ≥ 1 terms: what remains of sech z is (−1)^J z^2J Σ (−1)^k 2c_k^(1−2J) / (c_k² + z²), an alternating sum
 * of terms that decrease in k, hence positive, times (−1)^J z^2J. It has the sign of (−1)^J, that after one more term the
 * opposite one; so it lies between 0 and term J. For J = 0: 0 < sech z ≤ 1. ∎
 *
 * Theorem. Let g(x) = ∫ e^(−xs) dμ(s) over s > 0, μ ≥ 0 (g is completely monotone; Bernstein), and m > 0. Then
 * Σ (−1)^i g(m + (i + ½)h), i ≥ 0, is ∫ e^(−ms) e^(−hs/2) / (1 + e^(−hs)) dμ = ½ ∫ e^(−ms) sech(hs/2) dμ, and the lemma,
 * integrated against the positive e^(−ms) dμ, says that Σ ½ E_2j (h/2)^2j / (2j)! · ∫ s^2j e^(−ms) dμ envelops it. ∎
 */
import { added, alternatingSum, ONE } from './fixed-point.ts';
import { eulerNumber, type Ratio } from './numbers.ts';
import { accelerator, type Expansion } from './tail.ts';

/** numerator / x^power with the sign of (−1)^n, which the first omitted term of a series has. */
function quotient(n: number, numerator: bigint, x: bigint, power: number): Ratio {
  return { num: n % 2 === 0 ? numerator : -numerator, den: x ** BigInt(power) };
}

/**
 * π = Σ 4(−1)^k / (2k+1), k ≥ 0. g(x) = 2/x, dμ = 2 ds, h = 1, m = n: the tail is
 * (−1)^n Σ E_2j / (4^j n^(2j+1)) = (−1)^n Σ 2E_2j / (2n)^(2j+1).
 */
export const leibnizExpansion: Expansion = {
  head: (n) => alternatingSum(n, 4n, (k) => 2n * k + 1n),
  term: (n, j) => quotient(n, 2n * eulerNumber(j), BigInt(2 * n), 2 * j + 1),
  places: 59,
};

/** ln 2 = Σ (−1)^k / (k+1), k ≥ 0. g(x) = 1/x, dμ = ds, h = 1, m = n + ½: the tail is (−1)^n Σ E_2j / (2n+1)^(2j+1). */
export const ln2MercatorExpansion: Expansion = {
  head: (n) => alternatingSum(n, 1n, (k) => k + 1n),
  term: (n, j) => quotient(n, eulerNumber(j), BigInt(2 * n + 1), 2 * j + 1),
  places: 60,
};

/**
 * G = Σ (−1)^k / (2k+1)², k ≥ 0. g(x) = 1/(4x²), dμ = s/4 ds, h = 1, m = n: the tail is
 * (−1)^n Σ (2j+1) E_2j / (8 · 4^j n^(2j+2)) = (−1)^n Σ (2j+1) E_2j / (2 (2n)^(2j+2)).
 */
export const catalanExpansion: Expansion = {
  head: (n) => alternatingSum(n, 1n, (k) => (2n * k + 1n) ** 2n),
  term: (n, j) => {
    const { num, den } = quotient(n, BigInt(2 * j + 1) * eulerNumber(j), BigInt(2 * n), 2 * j + 2);
    return { num, den: 2n * den };
  },
  places: 60,
};

/**
 * π = 3 + Σ 4(−1)^k / ((2k+2)(2k+3)(2k+4)), k ≥ 0. By partial fractions 4 / ((x−1)x(x+1)) = ∫ e^(−xs) (4 cosh s − 4) ds
 * for x > 1, a positive measure; x = 2k + 3 steps by h = 2, m = 2n + 2. The integral is
 * ½ ∫ e^(−ms) sech s (4 cosh s − 4) ds = 2 ∫ e^(−ms) (1 − sech s) ds, where the lemma is applied to 1 − sech s: the tail is
 * (−1)^n Σ −2E_2j / (2n+2)^(2j+1) over j ≥ 1, which here are called j + 1.
 */
export const nilakanthaExpansion: Expansion = {
  head: (n) =>
    added(
      { lower: 3n * ONE, upper: 3n * ONE },
      alternatingSum(n, 4n, (k) => (2n * k + 2n) * (2n * k + 3n) * (2n * k + 4n)),
    ),
  term: (n, j) => quotient(n, -2n * eulerNumber(j + 1), BigInt(2 * n + 2), 2 * j + 3),
  places: 59,
};

export const leibnizTail = accelerator(leibnizExpansion);
export const ln2MercatorTail = accelerator(ln2MercatorExpansion);
export const catalanTail = accelerator(catalanExpansion);
export const nilakanthaTail = accelerator(nilakanthaExpansion);
