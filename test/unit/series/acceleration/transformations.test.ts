/** Classical transformations: the digits each reaches, what the rigorous ones promise, and where heuristics fail. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohenVillegasZagier } from '../../../../src/series/acceleration/cohen-villegas-zagier.ts';
import { euler } from '../../../../src/series/acceleration/euler.ts';
import { levinU } from '../../../../src/series/acceleration/levin.ts';
import { TERMS_MAX, transformationBits } from '../../../../src/series/acceleration/transformation.ts';
import { wynnEpsilon } from '../../../../src/series/acceleration/wynn.ts';
import { catalanConstant, naturalLogTwo } from '../../../support/oracle-limits.ts';
import { chudnovsky, machin } from '../../../support/oracle-pi.ts';
import { atMost, floor, plus, power, type Ratio, ratio, times } from '../../../support/oracle-ratio.ts';

/** ⌊2^bits a(k)⌋ for k < n. */
function scaled(a: (k: bigint) => Ratio, n: number, bits: number): bigint[] {
  return Array.from({ length: n }, (_, k) => floor(times(a(BigInt(k)), power(bits))));
}
const alternated = (terms: readonly bigint[]): bigint[] =>
  terms.map((term, k) => (k % 2 === 0 ? term : -term));

/** −log10 of the distance, in a fixed point. */
function digits(estimate: bigint, limit: bigint, bits: number): number {
  const off = estimate > limit ? estimate - limit : limit - estimate;
  const text = off.toString();
  return (
    bits * Math.log10(2) - (text.length - 1) - Math.log10(Number(`${text.slice(0, 1)}.${text.slice(1, 15)}`))
  );
}
const at = (limit: (one: bigint) => bigint, bits: number): bigint => limit(1n << BigInt(bits + 64)) >> 64n;

const leibniz = (k: bigint): Ratio => ratio(4n, 2n * k + 1n);
const basel = (k: bigint): Ratio => ratio(1n, (k + 1n) ** 2n);

const rigorous = [
  { name: 'Euler', transform: euler },
  { name: 'Cohen, Villegas & Zagier', transform: cohenVillegasZagier },
];
const heuristic = [
  { name: 'Levin u', transform: levinU },
  { name: 'Wynn', transform: wynnEpsilon },
];

describe('digits of π from the first n terms of Leibniz’ series', () => {
  it.each([
    [10, 3.0, 9.7, 6.8, 11.5],
    [20, 6.1, 17.9, 14.5, 23.4],
    [50, 15.4, 41.7, 37.5, 61.2],
    [100, 30.6, 80.6, 75.8, 123.5],
  ])('n = %d: Euler %d, Cohen & al. %d, Wynn %d, Levin u %d', (n, byEuler, byCohen, byWynn, byLevin) => {
    const bits = transformationBits(n);
    const limit = at(chudnovsky, bits);
    const terms = scaled(leibniz, n, bits);
    const signed = alternated(terms);
    for (const [{ estimate }, promised] of [
      [euler(terms), byEuler],
      [cohenVillegasZagier(terms), byCohen],
      [wynnEpsilon(signed, bits), byWynn],
      [levinU(signed, bits), byLevin],
    ] as const) {
      expect(Math.abs(digits(estimate, limit, bits) - promised)).toBeLessThan(0.06);
    }
  });

  it('and their proven enclosures are hardly wider: 30 and 75 digits at n = 100', () => {
    const bits = transformationBits(100);
    const terms = scaled(leibniz, 100, bits);
    for (const [{ lower, upper }, promised] of [
      [euler(terms), 30],
      [cohenVillegasZagier(terms), 75],
    ] as const)
      expect(digits(upper, lower, bits)).toBeGreaterThan(promised);
  });
});

describe.each(rigorous)('$name', ({ transform }) => {
  it.each([
    ['Leibniz', leibniz, machin],
    ['Mercator', (k: bigint) => ratio(1n, k + 1n), naturalLogTwo],
    ['Catalan', (k: bigint) => ratio(1n, (2n * k + 1n) ** 2n), catalanConstant],
    ['a geometric series', (k: bigint) => ratio(1n, 3n ** k), (one: bigint) => (3n * one) / 4n],
  ])('encloses the limit of %s at every n from 1 to 64', (_, a, limit) => {
    const bits = transformationBits(64);
    const sum = at(limit, bits);
    for (let n = 1; n <= 64; n += 1) {
      const { kind, estimate, lower, upper } = transform(scaled(a, n, bits));
      expect(kind).toBe('rigorous');
      expect(lower <= sum && sum < upper, `n = ${n}`).toBe(true);
      expect(lower <= estimate && estimate <= upper).toBe(true);
    }
  });

  it('encloses Σ w / (1 + x) for the moments Σ w xᵏ of any positive weights on [0, 1], in any fixed point', () => {
    const point = fc.record({
      x: fc.integer({ min: 0, max: 1_000 }).map((milli) => ratio(milli, 1_000)),
      w: fc.integer({ min: 1, max: 1_000_000 }).map((weight) => ratio(weight, 1_000)),
    });
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 1, max: 160 }),
        (points, n, bits) => {
          const moment = (k: bigint): Ratio =>
            points
              .map(({ x, w }) => times(w, ratio(x.num ** k, x.den ** k)))
              .reduce((sum, term) => plus(sum, term), ratio(0));
          const limit = points
            .map(({ x, w }) => times(w, ratio(x.den, x.den + x.num)))
            .reduce((sum, term) => plus(sum, term), ratio(0));
          const { lower, upper } = transform(scaled(moment, n, bits));
          const sum = times(limit, power(bits));
          expect(atMost(ratio(lower), sum)).toBe(true);
          expect(atMost(sum, ratio(upper))).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe.each(heuristic)('$name', ({ transform }) => {
  it('says that it is a heuristic, and no enclosure', () => {
    expect(transform([4n, -1n], 2)).toEqual({ kind: 'heuristic', estimate: expect.any(BigInt) });
  });

  it('ends where the terms do, without dividing by nothing', () => {
    const one = 1n << 100n;
    for (const rest of [1, 2, 3, 20])
      expect(transform([one, ...new Array<bigint>(rest).fill(0n)], 100).estimate).toBe(one);
    expect(transform([0n, 0n, 0n], 100).estimate).toBe(0n);
    expect(transform([3n * one, -one, 0n, 0n, 0n, 0n], 100).estimate).toBe(2n * one);
  });

  it('sums a geometric series that has run out of bits long before its end', () => {
    const bits = 200;
    const terms = scaled((k) => ratio(1n, 10n ** k), TERMS_MAX, bits);
    expect(digits(transform(terms, bits).estimate, (10n << 200n) / 9n, bits)).toBeGreaterThan(57);
  });

  it('never throws, whatever the terms', () => {
    const small = fc.array(fc.bigInt({ min: -8n, max: 8n }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(small, fc.integer({ min: 1, max: 8 }), (terms, bits) => {
        expect(transform(terms, bits).kind).toBe('heuristic');
      }),
      { numRuns: 500 },
    );
  });
});

describe('Basel’s series, whose terms fall like a power and keep their sign', () => {
  const n = 64;
  const bits = transformationBits(n);
  const terms = scaled(basel, n, bits);
  const limit = at((one) => machin(one) ** 2n / (6n * one), bits);

  it('is good ground for Levin u: 58 digits where the sum itself has none', () => {
    expect(digits(levinU(terms, bits).estimate, limit, bits)).toBeGreaterThan(58);
  });

  it('is poor ground for Wynn: 3 digits, one more than the sum itself', () => {
    const plain = digits(
      terms.reduce((sum, term) => sum + term, 0n),
      limit,
      bits,
    );
    const byWynn = digits(wynnEpsilon(terms, bits).estimate, limit, bits);
    expect(plain).toBeLessThan(2);
    expect(byWynn).toBeGreaterThan(plain + 1);
    expect(byWynn).toBeLessThan(3.5);
  });
});

it('no transformation takes no terms, or more than its cap', () => {
  for (const terms of [[], new Array<bigint>(TERMS_MAX + 1).fill(1n)]) {
    for (const { transform } of rigorous) expect(() => transform(terms)).toThrow(RangeError);
    for (const { transform } of heuristic) expect(() => transform(terms, 64)).toThrow(RangeError);
  }
});
