/** Limits other than π, to any number of digits in integers, by formulas that no series of the catalogue's tails uses. */

/** atanh(1/q). */
function arctanh(q: bigint, one: bigint): bigint {
  let [power, sum, k] = [one / q, one / q, 1n];
  while (power !== 0n) {
    power /= q * q;
    k += 2n;
    sum += power / k;
  }
  return sum;
}

/** ln 2 = 18 atanh(1/26) − 2 atanh(1/4801) + 8 atanh(1/8749). */
export function naturalLogTwo(one: bigint): bigint {
  return 18n * arctanh(26n, one) - 2n * arctanh(4_801n, one) + 8n * arctanh(8_749n, one);
}

/** ζ(3) by Amdeberhan & Zeilberger: Σ (−1)^k k!^10 (205k² + 250k + 77) / (64 (2k+1)!^5). */
export function apery(one: bigint): bigint {
  let [factor, sum, k] = [one, 0n, 0n];
  while (factor !== 0n) {
    sum += factor * (205n * k * k + 250n * k + 77n);
    k += 1n;
    factor = (factor * -(k ** 5n)) / (32n * (2n * k + 1n) ** 5n);
  }
  return sum / 64n;
}

/** Catalan's constant by Lupaș: Σ (−1)^(k−1) 256^k (40k² − 24k + 3) / (64 k³ (2k−1) C(4k,2k)² C(2k,k)). */
export function catalanConstant(one: bigint): bigint {
  const choose = (n: bigint, m: bigint): bigint => {
    let result = 1n;
    for (let i = 1n; i <= m; i += 1n) result = (result * (n - m + i)) / i;
    return result;
  };
  let [sum, k] = [0n, 1n];
  for (;;) {
    const below = 64n * k ** 3n * (2n * k - 1n) * choose(4n * k, 2n * k) ** 2n * choose(2n * k, k);
    const term = (one * 256n ** k * (40n * k * k - 24n * k + 3n)) / below;
    if (term === 0n) return sum;
    sum += k % 2n === 0n ? -term : term;
    k += 1n;
  }
}

/**
 * Euler's γ by Brent & McMillan: Σ (N^k/k!)² H_k / Σ (N^k/k!)² − ln N with N = 2^p, in error by less than π e^(−4N).
 * p = 6 is good to 110 digits.
 */
export function eulerGamma(one: bigint): bigint {
  const [p, n] = [6n, 64n];
  let [factor, harmonic, above, below, k] = [one, 0n, 0n, 0n, 0n];
  while (factor !== 0n) {
    above += (factor * harmonic) / one;
    below += factor;
    k += 1n;
    factor = (factor * n * n) / (k * k);
    harmonic += one / k;
  }
  return (above * one) / below - p * naturalLogTwo(one);
}
