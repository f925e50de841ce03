/** Wallis's product as a sum of logarithms, against logarithms and products in exact fractions. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wallis, wallisQuad, wallisRounding, wallisTerm } from '../../../src/series/wallis.ts';
import { quantized, readDecimal } from '../../support/oracle.ts';
import { chudnovsky } from '../../support/oracle-pi.ts';
import {
  abs,
  atMost,
  floor,
  minus,
  plus,
  power,
  type Ratio,
  ratio,
  times,
} from '../../support/oracle-ratio.ts';

const u = power(-53);
const ONE = 10n ** 80n;
const PI = ratio(chudnovsky(ONE), ONE);

/** 2 atanh(num / den) in units of 2^-400, 1/den of the argument's powers cut off one after the other. */
function logarithm(num: bigint, den: bigint): bigint {
  let sum = 0n;
  let running = (num << 400n) / den;
  for (let odd = 1n; running > 0n; odd += 2n) {
    sum += running / odd;
    running = (running * num * num) / (den * den);
  }
  return 2n * sum;
}
/** ln(4k²/(4k² − 1)) as a fraction, to 2^-390. */
function factor(k: number): Ratio {
  return ratio(logarithm(1n, 8n * BigInt(k) ** 2n - 1n), 1n << 400n);
}
/** The double as a fraction. */
function fromDouble(x: number): Ratio {
  return ratio(BigInt(x * 2 ** 160), 1n << 160n);
}
const LN_HALF_PI = ratio(logarithm(PI.num - 2n * PI.den, PI.num + 2n * PI.den), 1n << 400n);

function expectNear(double: number, exact: Ratio, tenthsOfU: number): void {
  const bound = times(times(u, ratio(tenthsOfU, 10)), exact);
  expect(atMost(abs(minus(fromDouble(double), exact)), bound)).toBe(true);
}

describe('wallis', () => {
  it('has every term’s logarithm within 2.2u, and within 4.2u from k = 2^25 on', () => {
    for (let k = 1; k <= 300; k += 1) expectNear(wallisTerm(k - 1), factor(k), 22);
    const far = fc.integer({ min: 8, max: 50 }).chain((bits) => fc.integer({ min: 1, max: 2 ** bits }));
    fc.assert(
      fc.property(far, (k) => expectNear(wallisTerm(k - 1), factor(k), k < 2 ** 25 ? 22 : 42)),
      { numRuns: 1_000 },
    );
  });

  it('has every quad’s logarithm within 1.2u from its first on, and within 3.2u from quad 2^23 on', () => {
    const quadSum = (j: number): Ratio => [1, 2, 3, 4].map((step) => factor(4 * j + step)).reduce(plus);
    for (let j = 2 ** 12; j < 2 ** 12 + 50; j += 1) expectNear(wallisQuad(j), quadSum(j), 12);
    const far = fc
      .integer({ min: 13, max: 47 })
      .chain((bits) => fc.integer({ min: 2 ** 12, max: 2 ** bits }));
    fc.assert(
      fc.property(far, (j) => expectNear(wallisQuad(j), quadSum(j), j < 2 ** 23 ? 12 : 32)),
      { numRuns: 300 },
    );
  });

  it('takes the first 2^14 terms one by one, and four at a time behind them', () => {
    const terms = (from: number, to: number): bigint => {
      let sum = 0n;
      for (let index = from; index < to; index += 1) sum += quantized(fromDouble(wallisTerm(index)));
      return sum;
    };
    let quads = 0n;
    for (let j = 4_096; j < 4_146; j += 1) quads += quantized(fromDouble(wallisQuad(j)));
    expect(wallis.partial(16_184, 16_384)).toBe(terms(16_184, 16_384).toString(16));
    expect(wallis.partial(16_384, 16_584)).toBe(quads.toString(16));
    expect(wallis.partial(16_184, 16_584)).toBe((terms(16_184, 16_384) + quads).toString(16));
    expect(wallis.partial(16_384, 16_384)).toBe(wallis.empty);
  });

  it('says twice the product within its rounding bound, and encloses π, at n = 1 … 400', () => {
    let product = ratio(2);
    for (let n = 1; n <= 400; n += 1) {
      product = times(product, ratio(4 * n * n, 4 * n * n - 1));
      const { value, decimal, lower, upper } = wallis.evaluate(wallis.partial(0, n - (n % 4)), n);
      // π · E(n), and half a unit of the last place.
      const bound = plus(times(ratio(4), ratio(wallisRounding(n), 1n << 98n)), ratio(5n, 10n ** 16n));
      expect(atMost(abs(minus(readDecimal(decimal), product)), bound)).toBe(true);
      expect(Math.abs(value - Number(decimal))).toBeLessThan(1e-15);
      const [low, high] = [readDecimal(lower ?? ''), readDecimal(upper ?? '')];
      expect(atMost(low, PI) && atMost(PI, high) && atMost(low, product)).toBe(true);
      // Less than 4/(4n + 2) and the rounding wide.
      expect(atMost(minus(high, low), plus(ratio(4, 4 * n + 2), ratio(4n, 10n ** 15n)))).toBe(true);
    }
  });

  it('has S_n within its rounding bound across the change from terms to quads', () => {
    let exact = 0n;
    for (let k = 1; k <= 16_600; k += 1) {
      exact += logarithm(1n, 8n * BigInt(k) ** 2n - 1n);
      if (k % 1_660 !== 0 && k !== 16_384 && k !== 16_388) continue;
      const off = ratio(BigInt(`0x${wallis.partial(0, k)}`) * (1n << 302n) - exact, 1n << 302n);
      expect(atMost(abs(off), ratio(wallisRounding(k)))).toBe(true);
    }
  });

  it('bounds its rounding by 2.2u ln(π/2), half a unit for every value and no more than little else', () => {
    const values = times(times(LN_HALF_PI, ratio(22, 10)), power(45));
    for (const [n, count] of [
      [1, 1],
      [16_384, 16_384],
      [16_391, 16_388],
      [2 ** 40, 16_384 + 2 ** 38 - 4_096],
      [wallis.termsMax, 16_384 + wallis.termsMax / 4 - 4_096],
    ] as const) {
      const least = plus(values, ratio(count, 2));
      const far = n > 2 ** 25 ? 2n ** 19n : 0n;
      expect(atMost(plus(least, ratio(far)), ratio(wallisRounding(n)))).toBe(true);
      // ln(π/2) is rounded up in its sixth place: 2^46 / 10^6.
      expect(atMost(ratio(wallisRounding(n)), plus(least, ratio(far + (1n << 27n))))).toBe(true);
    }
  });

  it('encloses π far out, where S_n is known by its expansion, until rounding reaches what is missing', () => {
    for (const n of [1e9, 1e12 + 4, 6e14, 7e14, wallis.termsMax]) {
      // What is missing is 1/(4n + 2) less a hundredth of n⁻³ at most: 1/(4k² − 1) less half its square, and so on.
      const sum = floor(times(minus(LN_HALF_PI, ratio(1, 4 * n + 2)), power(98)));
      const { lower, upper } = wallis.evaluate(sum.toString(16), n);
      const [low, high] = [readDecimal(lower ?? ''), readDecimal(upper ?? '')];
      expect(atMost(low, PI) && atMost(PI, high)).toBe(true);
      expect(wallis.exhausted(n) === null).toBe(n < 7e14);
    }
  });

  it('refuses what lies outside its domain', () => {
    for (const n of [0, -4, 1.5, Number.NaN, wallis.termsMax + 1]) {
      expect(() => wallis.evaluate(wallis.empty, n)).toThrow(RangeError);
    }
    expect(() => wallis.partial(2, 8)).toThrow(RangeError);
    expect(() => wallis.partial(0, wallis.termsMax + 4)).toThrow(RangeError);
    expect(() => wallis.evaluate('nonsense', 4)).toThrow(SyntaxError);
  });
});
