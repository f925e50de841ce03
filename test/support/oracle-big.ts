/** Sums too long to add up: S_n at any n from its asymptotic expansion, for evaluations near the end of a series. */
import { chudnovsky } from './oracle-pi.ts';
import { minus, plus, power, type Ratio, ratio, round, times } from './oracle-ratio.ts';

const ONE = 10n ** 80n;
const PI: Ratio = ratio(chudnovsky(ONE), ONE);

/** 4 Σ (−1)^k / (2k+1) over k < n, to the nearest 2^-98; π − (−1)^n (1/n − 1/(4n³) + …) (Boole), error < 5/(16 n^5). */
export function farLeibniz(n: number): bigint {
  const tail = minus(ratio(1, n), ratio(1n, 4n * BigInt(n) ** 3n));
  return round(times(n % 2 === 0 ? minus(PI, tail) : plus(PI, tail), power(98)));
}

/** Σ 1/k² over 1 ≤ k ≤ n, to the nearest 2^-98; π²/6 − 1/n + 1/(2n²) − 1/(6n³) (Euler & Maclaurin), error < 1/(30 n^5). */
export function farBasel(n: number): bigint {
  const m = BigInt(n);
  const tail = plus(minus(ratio(1n, m), ratio(1n, 2n * m * m)), ratio(1n, 6n * m ** 3n));
  return round(times(minus(times(times(PI, PI), ratio(1, 6)), tail), power(98)));
}
