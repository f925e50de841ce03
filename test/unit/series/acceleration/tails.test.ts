/** The proven tails against limits computed by other formulas, and their coefficients against the true remainders. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as alternating from '../../../../src/series/acceleration/alternating-tails.ts';
import { FRACTION_BITS } from '../../../../src/series/acceleration/fixed-point.ts';
import * as monotone from '../../../../src/series/acceleration/monotone-tails.ts';
import {
  accelerator,
  bestOrder,
  type Expansion,
  enclosedBy,
  ORDER_MAX,
  TERMS_MAX,
} from '../../../../src/series/acceleration/tail.ts';
import { apery, catalanConstant, eulerGamma, naturalLogTwo } from '../../../support/oracle-limits.ts';
import { chudnovsky, machin } from '../../../support/oracle-pi.ts';
import { abs, atMost, minus, plus, power, type Ratio, ratio, times } from '../../../support/oracle-ratio.ts';

const zetaTwo = (one: bigint): bigint => machin(one) ** 2n / (6n * one);

const cases = [
  {
    name: 'leibniz',
    tail: alternating.leibnizTail,
    expansion: alternating.leibnizExpansion,
    limit: chudnovsky,
    summed: chudnovsky,
    digits: { 10: 13, 30: 40 },
  },
  {
    name: 'ln2-mercator',
    tail: alternating.ln2MercatorTail,
    expansion: alternating.ln2MercatorExpansion,
    limit: naturalLogTwo,
    summed: naturalLogTwo,
    digits: { 10: 14, 30: 39 },
  },
  {
    name: 'catalan',
    tail: alternating.catalanTail,
    expansion: alternating.catalanExpansion,
    limit: catalanConstant,
    summed: catalanConstant,
    digits: { 10: 13, 30: 40 },
  },
  {
    name: 'nilakantha',
    tail: alternating.nilakanthaTail,
    expansion: alternating.nilakanthaExpansion,
    limit: machin,
    summed: machin,
    digits: { 10: 15, 30: 42 },
  },
  {
    name: 'basel',
    tail: monotone.baselTail,
    expansion: monotone.baselExpansion,
    limit: machin,
    summed: zetaTwo,
    digits: { 10: 27, 30: 59 },
  },
  {
    name: 'zeta3',
    tail: monotone.zeta3Tail,
    expansion: monotone.zeta3Expansion,
    limit: apery,
    summed: apery,
    digits: { 10: 26, 30: 59 },
  },
  {
    name: 'gamma',
    tail: monotone.gammaTail,
    expansion: monotone.gammaExpansion,
    limit: eulerGamma,
    summed: eulerGamma,
    digits: { 10: 25, 30: 59 },
  },
] as const;

const SOME = [...Array.from({ length: 200 }, (_, index) => index + 1), 1_000, 4_095, 4_096];

/** A limit at 2^-bits, cut off, out of a formula that loses a little at the end. */
const at = (limit: (one: bigint) => bigint, bits: number): bigint => limit(1n << BigInt(bits + 64)) >> 64n;

/** The enclosure before the root, where there is one. */
function beforeTransform({ head, term, places }: Expansion, n: number, order: number) {
  return enclosedBy({ head, term, places }, n, order);
}

describe.each(cases)('tail of $name', ({ tail, expansion, limit, summed, digits }) => {
  const decimal = limit(10n ** 90n)
    .toString()
    .padStart(91, '0');
  const known = `${decimal.slice(0, 1)}.${decimal.slice(1, 80)}`;
  const sum = at(summed, FRACTION_BITS);

  it('encloses the limit in what it publishes, at every n up to 200 and around the last', () => {
    for (const n of SOME) {
      const { lower, upper } = tail(n);
      expect(lower <= known && known <= upper, `${lower} ≤ ${known} ≤ ${upper} at ${n}`).toBe(true);
    }
  });

  it('encloses the limit to the last bit of its fixed point', () => {
    for (const n of SOME) {
      const { lower, upper } = beforeTransform(expansion, n, bestOrder(expansion, n));
      expect(lower <= sum && sum + 1n <= upper, `at ${n}`).toBe(true);
      if (n >= 60) expect(upper - lower < 1n << 16n).toBe(true);
    }
  });

  it('envelops: what 1 to 6 terms leave out has the sign of the next and is smaller, and comes close to it', () => {
    for (const n of [4, 5, 6, 7, 10, 31, 100, 1_000]) {
      for (let order = 1; order <= 6; order += 1) {
        const { lower, upper } = beforeTransform(expansion, n, order);
        expect(lower <= sum && sum <= upper, `n = ${n}, J = ${order}`).toBe(true);
        const left = minus(ratio(sum), keptAt(expansion, n, order));
        const next = times(expansion.term(n, order), power(FRACTION_BITS));
        expect(left.num < 0n).toBe(next.num < 0n);
        expect(atMost(abs(left), plus(abs(next), ratio(2 * n + 40)))).toBe(true);
        if (n >= 100)
          expect(atMost(times(abs(next), ratio(9, 10)), plus(abs(left), ratio(2 * n + 40)))).toBe(true);
      }
    }
  });

  it('reaches the digits that theory gives: e^(−πn) or e^(−2πn) until 59 of 60 are certain', () => {
    expect(tail(10).digits).toBeGreaterThanOrEqual(digits[10]);
    expect(tail(30).digits).toBeGreaterThanOrEqual(digits[30]);
    for (const n of [100, 1_000, 4_095, 4_096]) {
      expect(tail(n).digits).toBeGreaterThanOrEqual(58);
      expect(known.startsWith(tail(n).decimal.slice(0, -1))).toBe(true);
    }
  });

  it('publishes 60 significant digits, the middle of its enclosure, and as many digits as both ends share', () => {
    for (const n of SOME) {
      const { terms, decimal: middle, lower, upper, digits: shared } = tail(n);
      expect(terms).toBe(n);
      const places = known.startsWith('0') ? 60 : 59;
      for (const text of [middle, lower, upper]) expect(text).toMatch(new RegExp(`^\\d\\.\\d{${places}}$`));
      const [low = 0n, centre = 0n, high = 0n] = [lower, middle, upper].map((text) =>
        BigInt(text.replace('.', '')),
      );
      const offCentre = low + high - 2n * centre;
      expect(offCentre >= -2n && offCentre <= 2n).toBe(true);
      let same = 0;
      while (same < lower.length && lower[same] === upper[same]) same += 1;
      expect(shared).toBe(lower.slice(0, same).replace('.', '').replace(/^0+/, '').length);
    }
  });

  it('takes 4,096 terms at the most, and says the same whatever it was asked before', () => {
    const other = accelerator(expansion);
    const last = other(10 ** 12);
    expect(last.terms).toBe(TERMS_MAX);
    for (const n of [5_000, 3, TERMS_MAX, 2 ** 50]) expect(other(n)).toEqual(tail(n));
    expect(tail(5_000)).toEqual(last);
    expect(Object.isFrozen(last)).toBe(true);
  });

  it('chooses its order well below the last number there is', () => {
    for (let n = 1; n <= 400; n += 1) {
      const order = bestOrder(expansion, n);
      expect(order).toBeLessThan(ORDER_MAX - 10);
    }
  });

  it('refuses what is not a count of terms', () => {
    for (const n of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => tail(n)).toThrow(RangeError);
  });
});

describe('ends that are not sums', () => {
  it('go through the root of basel outwards', () => {
    const { transform } = monotone.baselExpansion;
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 1n << 258n }), (x) => {
        const root = transform?.({ lower: x, upper: x }) ?? { lower: 0n, upper: 0n };
        const square = (6n * x) << BigInt(FRACTION_BITS);
        expect(root.lower ** 2n <= square && square < (root.lower + 1n) ** 2n).toBe(true);
        expect((root.upper - 1n) ** 2n < square && square <= root.upper ** 2n).toBe(true);
      }),
    );
  });

  it('hold the logarithm of gamma where all else is exact: 1 + 1/2 − ln 2 − 1/4', () => {
    const { lower, upper } = monotone.gammaExpansion.head(2);
    const above = (5n << BigInt(FRACTION_BITS - 2)) - at(naturalLogTwo, FRACTION_BITS);
    expect(lower).toBeLessThanOrEqual(above - 1n);
    expect(upper).toBeGreaterThanOrEqual(above);
    expect(above - lower).toBeLessThanOrEqual(3n);
  });
});

/** The head's lower end and `order` terms, exactly, in units of the fixed point. */
function keptAt(expansion: Expansion, n: number, order: number): Ratio {
  let kept = ratio(0);
  for (let j = 0; j < order; j += 1) kept = plus(kept, expansion.term(n, j));
  return plus(ratio(expansion.head(n).lower), times(kept, power(FRACTION_BITS)));
}
