/**
 * The four double-double series in exact arithmetic: terms as rationals, sums by cut-off division at 2^-240, far sums by
 * their asymptotic expansions. Nothing here comes from src/series.
 */
import { apery, catalanConstant, eulerGamma, naturalLogTwo } from './oracle-limits.ts';
import { chudnovsky } from './oracle-pi.ts';
import { minus, plus, type Ratio, ratio, times } from './oracle-ratio.ts';

export const BITS = 240;
const ONE = 1n << BigInt(BITS);

export interface PairOracle {
  /** Term by its index from 0. */
  term(index: number): Ratio;
  /** In units of 2^-240, off by a few. */
  readonly limit: bigint;
  /** S_n for large n, off by less than 10^-35 from n = 10^6 on; γ's for n whose odd part is below 64 only. */
  far(n: number): Ratio;
  /** |limit − S_n| (or what the estimate makes of it) is at most this. */
  omitted(n: number): Ratio;
  /** Bound on a term's relative error in u². */
  readonly error: number;
  /** The index at which the sum's enclosure is proven to say no more, to one digit. */
  readonly ends: number;
}

const sign = (n: number): number => (n % 2 === 0 ? 1 : -1);
const limitOf = (units: bigint): Ratio => ratio(units, ONE);
const big = BigInt;

const pi = chudnovsky(ONE);
export const oracleNilakantha: PairOracle = {
  term(index) {
    const k = big(index + 1);
    return ratio(sign(index), k * (k + 1n) * (2n * k + 1n));
  },
  limit: pi - 3n * ONE,
  // 3 + S_n is Leibniz' sum of m = n + 1 terms + (−1)^m/m, and that is π − (−1)^m (1/m − 1/(4m³) + 5/(16m⁵) − …) (Boole).
  far(n) {
    const m = big(n + 1);
    const tail = minus(ratio(1n, 4n * m ** 3n), ratio(5n, 16n * m ** 5n));
    return plus(limitOf(pi - 3n * ONE), times(ratio(sign(n + 1)), tail));
  },
  omitted: (n) => ratio(4n, (2n * big(n) + 2n) * (2n * big(n) + 3n) * (2n * big(n) + 4n)),
  error: 21,
  ends: 2e10,
};

const zeta = apery(ONE);
export const oracleZeta3: PairOracle = {
  term: (index) => ratio(1n, big(index + 1) ** 3n),
  limit: zeta,
  // Euler & Maclaurin.
  far(n) {
    const m = big(n);
    const tail = plus(minus(ratio(1n, 2n * m * m), ratio(1n, 2n * m ** 3n)), ratio(1n, 4n * m ** 4n));
    return minus(limitOf(zeta), tail);
  },
  omitted: (n) => ratio(2n, (2n * big(n) + 1n) ** 2n),
  error: 27,
  ends: 5e14,
};

const catalans = catalanConstant(ONE);
export const oracleCatalan: PairOracle = {
  term: (index) => ratio(sign(index), (2n * big(index) + 1n) ** 2n),
  limit: catalans,
  // Boole.
  far(n) {
    const m = big(n);
    const tail = minus(ratio(1n, 8n * m * m), ratio(3n, 32n * m ** 4n));
    return minus(limitOf(catalans), times(ratio(sign(n)), tail));
  },
  omitted: (n) => ratio(1n, (2n * big(n) + 1n) ** 2n),
  error: 11,
  ends: 4e14,
};

const euler = eulerGamma(ONE);
const ln2 = naturalLogTwo(ONE);
const smallLogarithms = logarithms(63);
export const oracleGamma: PairOracle = {
  term: (index) => ratio(1n, index + 1),
  limit: euler,
  // Euler & Maclaurin.
  far(n) {
    let [odd, twos] = [n, 0];
    while (odd % 2 === 0) [odd, twos] = [odd / 2, twos + 1];
    const ln = smallLogarithms[odd - 1];
    if (ln === undefined) throw new RangeError('γ’s far sums are known where the odd part of n is below 64');
    const m = big(n);
    const tail = plus(minus(ratio(1n, 2n * m), ratio(1n, 12n * m * m)), ratio(1n, 120n * m ** 4n));
    return plus(limitOf(euler + ln2 * big(twos) + ln), tail);
  },
  omitted: (n) => ratio(1n, 12n * big(n) ** 2n),
  error: 3,
  ends: 2e14,
};

/** S_n at each of the ascending `stops`, in units of 2^-240, each term cut off: off by less than n units. */
export function sumsAt(oracle: PairOracle, stops: readonly number[]): readonly bigint[] {
  let [sum, index] = [0n, 0];
  return stops.map((stop) => {
    for (; index < stop; index += 1) {
      const { num, den } = oracle.term(index);
      sum += (num * ONE) / den;
    }
    return sum;
  });
}

/** ln 1, ln 2, …, ln count in units of 2^-240, as sums of 2 atanh(1/(2j − 1)), off by less than 200 units per step. */
export function logarithms(count: number): readonly bigint[] {
  const all = [0n];
  let sum = 0n;
  for (let j = 2n; j <= big(count); j += 1n) {
    const odd = 2n * j - 1n;
    let [power, k] = [ONE / odd, 1n];
    while (power > 0n) {
      sum += (2n * power) / k;
      power /= odd * odd;
      k += 2n;
    }
    all.push(sum);
  }
  return all;
}
