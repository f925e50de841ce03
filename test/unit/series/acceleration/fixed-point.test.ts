import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  added,
  alternatingSum,
  enclose,
  FRACTION_BITS,
  magnitude,
  ONE,
  positiveSum,
} from '../../../../src/series/acceleration/fixed-point.ts';
import {
  abs,
  atMost,
  ceil,
  floor,
  plus,
  power,
  type Ratio,
  ratio,
  times,
} from '../../../support/oracle-ratio.ts';

const rational = fc
  .tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.bigInt({ min: 1n, max: 10n ** 30n }))
  .map(([num, den]) => ratio(num, den));
const inUnits = (x: Ratio): Ratio => times(x, power(FRACTION_BITS));

describe('fixed point of the tails', () => {
  it('encloses a rational number between neighbours, and one of its own exactly', () => {
    fc.assert(
      fc.property(rational, (x) => {
        expect(enclose(x)).toEqual({ lower: floor(inUnits(x)), upper: ceil(inUnits(x)) });
        expect(magnitude(x)).toBe(floor(abs(inUnits(x))));
      }),
    );
    expect(enclose({ num: -3n, den: 8n })).toEqual({ lower: (-3n * ONE) / 8n, upper: (-3n * ONE) / 8n });
  });

  it('encloses sums of positive and of alternating quotients by one unit a term and side', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.bigInt({ min: 1n, max: 9n }), (n, num) => {
        const terms = Array.from({ length: n }, (_, k) => ratio(num, 3n * BigInt(k) ** 2n + 7n));
        const denominator = (k: bigint) => 3n * k ** 2n + 7n;
        const positive = terms.reduce(plus, ratio(0));
        const alternating = terms.reduce(
          (sum, t, k) => plus(sum, k % 2 === 0 ? t : ratio(-t.num, t.den)),
          ratio(0),
        );
        for (const [sum, ends] of [
          [positive, positiveSum(n, num, denominator)],
          [alternating, alternatingSum(n, num, denominator)],
        ] as const) {
          expect(atMost(ratio(ends.lower), inUnits(sum))).toBe(true);
          expect(atMost(inUnits(sum), ratio(ends.upper))).toBe(true);
          expect(ends.upper - ends.lower).toBeLessThanOrEqual(BigInt(2 * n));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('adds end to end', () => {
    expect(added({ lower: -3n, upper: 4n }, { lower: 10n, upper: 11n })).toEqual({ lower: 7n, upper: 15n });
  });
});
