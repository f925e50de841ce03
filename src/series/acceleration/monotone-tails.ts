/**
 * Proven tails of series of one sign (Euler and Maclaurin's summation formula). One lemma carries them all.
 *
 * Lemma. For every s > 0, the partial sums of Σ B_2j s^(2j−1) / (2j)!, j ≥ 1, envelop 1/(e^s − 1) − 1/s + ½. Proof: by
 * Mittag-Leffler that is ½ coth(s/2) − 1/s = Σ 2s / (s² + c_k²) with c_k = 2πk, k ≥ 1. Write each 1 / (s² + c²) as its
 * geometric series broken off at J ≥ 0 terms: what remains is (−1)^J times a positive sum, after one more term it has the
 * opposite sign; so it lies between 0 and the next term. ∎
 *
 * Theorem. Let f(x) = ∫ e^(−xs) dμ(s) over s > 0, μ ≥ 0 (f is completely monotone; Bernstein), Σ f(k) convergent. Then
 * Σ f(k) over k > n is ∫ e^(−ns) / (e^s − 1) dμ, and the lemma, integrated against the positive e^(−ns) dμ, says that
 * ∫ e^(−ns) (1/s − ½) dμ + Σ B_2j / (2j)! ∫ s^(2j−1) e^(−ns) dμ envelops it. ∎
 */
import { rootDown, rootUp } from '../arithmetic/integer.ts';
import { lnEnclosure } from '../arithmetic/logarithm.ts';
import { added, enclose, FRACTION_BITS, positiveSum } from './fixed-point.ts';
import { bernoulliNumber, type Ratio } from './numbers.ts';
import { accelerator, type Expansion } from './tail.ts';

/** B_2j · num / (den · n^power). */
function bernoulliTerm(j: number, factor: Ratio, n: number, power: number): Ratio {
  const { num, den } = bernoulliNumber(j);
  return { num: num * factor.num, den: den * factor.den * BigInt(n) ** BigInt(power) };
}

/**
 * π = √(6 Σ 1/k²), k ≥ 1. f(x) = 1/x², dμ = s ds: the tail of the sum is 1/n − 1/(2n²) + Σ B_2j / n^(2j+1). Both ends go
 * through the monotone root.
 */
export const baselExpansion: Expansion = {
  head: (n) => {
    const exact = BigInt(n);
    return added(
      positiveSum(n, 1n, (k) => (k + 1n) ** 2n),
      enclose({ num: 2n * exact - 1n, den: 2n * exact ** 2n }),
    );
  },
  term: (n, j) => bernoulliTerm(j + 1, { num: 1n, den: 1n }, n, 2 * j + 3),
  transform: ({ lower, upper }) => ({
    lower: rootDown((6n * lower) << BigInt(FRACTION_BITS)),
    upper: rootUp((6n * upper) << BigInt(FRACTION_BITS)),
  }),
  places: 59,
};

/**
 * ζ(3) = Σ 1/k³, k ≥ 1. f(x) = 1/x³, dμ = s²/2 ds: the tail is 1/(2n²) − 1/(2n³) + Σ (2j+1) B_2j / (2n^(2j+2)).
 */
export const zeta3Expansion: Expansion = {
  head: (n) => {
    const exact = BigInt(n);
    return added(
      positiveSum(n, 1n, (k) => (k + 1n) ** 3n),
      enclose({ num: exact - 1n, den: 2n * exact ** 3n }),
    );
  },
  term: (n, j) => bernoulliTerm(j + 1, { num: BigInt(2 * j + 3), den: 2n }, n, 2 * j + 4),
  places: 59,
};

/**
 * γ = lim (H_n − ln n). H_n − ln n − γ = Σ (ln k − ln(k−1) − 1/k) over k > n, and by Frullani each of these is
 * ∫ e^(−ks) ((e^s − 1)/s − 1) ds with a positive integrand: the sum is ∫ e^(−ns) (1/s − 1/(e^s − 1)) ds, and the lemma
 * makes it 1/(2n) − Σ B_2j / (2j n^2j).
 */
export const gammaExpansion: Expansion = {
  head: (n) => {
    const logarithm = lnEnclosure(BigInt(n), 1n, FRACTION_BITS);
    return added(
      added(
        positiveSum(n, 1n, (k) => k + 1n),
        { lower: -logarithm.upper, upper: -logarithm.lower },
      ),
      enclose({ num: -1n, den: BigInt(2 * n) }),
    );
  },
  term: (n, j) => bernoulliTerm(j + 1, { num: 1n, den: BigInt(2 * j + 2) }, n, 2 * j + 2),
  places: 60,
};

export const baselTail = accelerator(baselExpansion);
export const zeta3Tail = accelerator(zeta3Expansion);
export const gammaTail = accelerator(gammaExpansion);
