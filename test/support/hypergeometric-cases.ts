/** The six hypergeometric series in closed form and in whole-number steps, each with a formula of another kind. */
import { apery } from '../../src/series/apery.ts';
import { catalanLupas } from '../../src/series/catalan-lupas.ts';
import { chudnovsky } from '../../src/series/chudnovsky.ts';
import type { SeriesDefinition } from '../../src/series/definition.ts';
import { e } from '../../src/series/e.ts';
import { ramanujan } from '../../src/series/ramanujan.ts';
import { sqrt2Binomial } from '../../src/series/sqrt2-binomial.ts';
import {
  amdeberhanZeilberger,
  inverseOfInverseE,
  newtonRootOfTwo,
  weightedCatalan,
} from './oracle-constants.ts';
import { machin } from './oracle-pi.ts';
import { type Ratio, ratio } from './oracle-ratio.ts';

const factorial = (n: bigint): bigint => (n <= 1n ? 1n : n * factorial(n - 1n));
const choose = (n: bigint, k: bigint): bigint => factorial(n) / (factorial(k) * factorial(n - k));
const sign = (k: bigint): bigint => (k % 2n === 0n ? 1n : -1n);
const over = (num: bigint, den: bigint): Ratio => (den < 0n ? ratio(-num, -den) : ratio(num, den));

export interface HypergeometricCase {
  readonly series: SeriesDefinition;
  /** The term of index k in closed form. */
  readonly term: (k: bigint) => Ratio;
  /** p, q and the coefficient of index k > start, in integers throughout. */
  readonly step: (k: bigint) => readonly [p: bigint, q: bigint, a: bigint];
  /** The limit from the sum: factor · S, or factor · √radicand / S. */
  readonly factor: Ratio;
  readonly radicand?: bigint;
  readonly truth: (one: bigint) => bigint;
  /** Digits to compare with, and terms that give them. */
  readonly digits: number;
  readonly n: number;
  /** How many digits n terms give. */
  readonly worth: (n: number) => number;
}

export const hypergeometricCases: readonly HypergeometricCase[] = [
  {
    series: chudnovsky,
    term: (k) =>
      over(
        sign(k) * factorial(6n * k) * (13_591_409n + 545_140_134n * k),
        factorial(3n * k) * factorial(k) ** 3n * 640_320n ** (3n * k),
      ),
    step: (k) => [
      -(6n * k - 5n) * (2n * k - 1n) * (6n * k - 1n),
      (k * 640_320n) ** 3n / 24n,
      13_591_409n + 545_140_134n * k,
    ],
    factor: ratio(426_880),
    radicand: 10_005n,
    truth: machin,
    digits: 10_000,
    n: 706,
    worth: (n) => 14.1816 * n,
  },
  {
    series: ramanujan,
    term: (k) => over(factorial(4n * k) * (1_103n + 26_390n * k), factorial(k) ** 4n * 396n ** (4n * k)),
    step: (k) => [
      (2n * k - 1n) * (4n * k - 1n) * (4n * k - 3n),
      (k ** 3n * 396n ** 4n) / 8n,
      1_103n + 26_390n * k,
    ],
    factor: ratio(9_801, 4),
    radicand: 2n,
    truth: machin,
    digits: 8_000,
    n: 1_003,
    worth: (n) => 7.9825 * n,
  },
  {
    series: e,
    term: (k) => over(1n, factorial(k)),
    step: (k) => [1n, k, 1n],
    factor: ratio(1),
    truth: inverseOfInverseE,
    digits: 6_000,
    n: 2_100,
    worth: (n) => factorial(BigInt(n)).toString().length - 1,
  },
  {
    series: apery,
    term: (k) => over(-sign(k), k ** 3n * choose(2n * k, k)),
    step: (k) => [-((k - 1n) ** 3n), 2n * k * k * (2n * k - 1n), 1n],
    factor: ratio(5, 2),
    truth: amdeberhanZeilberger,
    digits: 3_000,
    n: 4_980,
    worth: (n) => 0.60205 * n,
  },
  {
    series: catalanLupas,
    term: (k) =>
      over(
        -sign(k) * 256n ** k * (40n * k * k - 24n * k + 3n),
        choose(4n * k, 2n * k) ** 2n * choose(2n * k, k) * (2n * k - 1n) * k ** 3n,
      ),
    step: (k) => [
      -32n * (2n * k - 3n) * (k - 1n) ** 3n,
      ((4n * k - 1n) * (4n * k - 3n)) ** 2n,
      40n * k * k - 24n * k + 3n,
    ],
    factor: ratio(1, 64),
    truth: weightedCatalan,
    digits: 3_000,
    n: 4_990,
    worth: (n) => 0.60205 * n,
  },
  {
    series: sqrt2Binomial,
    term: (k) => over(choose(2n * k, k), 8n ** k),
    step: (k) => [2n * k - 1n, 4n * k, 1n],
    factor: ratio(1),
    truth: newtonRootOfTwo,
    digits: 3_000,
    n: 9_970,
    worth: (n) => 0.30102 * n,
  },
];
