import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPrime, primesIn } from '../../../../src/series/arithmetic/primes.ts';
import { dividesByNone, oddPrimes } from '../../../support/oracle-primes.ts';

const filtered = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i).filter(dividesByNone);

describe('primesIn', () => {
  it('lists the primes of every short range at the beginning', () => {
    for (let from = 0; from < 40; from += 1)
      for (let to = from; to < 60; to += 1) expect([...primesIn(from, to)]).toEqual(filtered(from, to));
  });

  it('lists the primes of any range, as dividing finds them', () => {
    const start = fc.integer({ min: 0, max: 33 }).chain((bits) => fc.integer({ min: 0, max: 2 ** bits }));
    fc.assert(
      fc.property(start, fc.integer({ min: 0, max: 300 }), (from, length) => {
        expect([...primesIn(from, from + length)]).toEqual(filtered(from, from + length));
      }),
      { numRuns: 40 },
    );
  });

  it('loses nothing where one block ends and the next begins, nor at the square of a prime', () => {
    const from = 10 ** 9;
    expect(Float64Array.from(primesIn(from, from + 2 ** 20 + 2_000))).toEqual(
      oddPrimes(from, from + 2 ** 20 + 2_000),
    );
    for (const p of [2, 3, 31, 1_009, 46_337, 1_048_573])
      for (const to of [p * p - 1, p * p, p * p + 1, p * p + 2])
        expect([...primesIn(p * p - 1, to)].includes(p * p)).toBe(false);
  });
});

describe('isPrime', () => {
  it('agrees with dividing on the first 20,000 numbers', () => {
    for (let n = 0; n < 20_000; n += 1) expect([n, isPrime(n)]).toEqual([n, dividesByNone(n)]);
  });

  it('agrees with a sieve around 2^50', () => {
    const from = 2 ** 50 - 2_000;
    const primes = new Set(oddPrimes(from, from + 2_000));
    expect(primes.size).toBeGreaterThan(40);
    for (let n = from; n < from + 2_000; n += 1) expect(isPrime(n)).toBe(primes.has(n));
  });

  it('is not deceived by the least strong pseudoprimes to the first 1, 2, … 8 primes, nor by squares and Carmichaels', () => {
    // OEIS A014233; A002997.
    const pseudoprimes = [
      2_047, 1_373_653, 25_326_001, 3_215_031_751, 2_152_302_898_747, 3_474_749_660_383, 341_550_071_728_321,
    ];
    const carmichaels = [561, 1_105, 1_729, 294_409, 56_052_361, 118_901_521, 172_947_529];
    const squares = [29 ** 2, 1_093 ** 2, 3_511 ** 2, 33_554_393 ** 2];
    for (const n of [...pseudoprimes, ...carmichaels, ...squares])
      expect([n, isPrime(n)]).toEqual([n, false]);
  });

  it('knows the greatest primes below powers of two', () => {
    // OEIS A013603: 2^k minus these.
    for (const [bits, below] of [
      [31, 1],
      [40, 87],
      [49, 81],
      [50, 27],
      [53, 111],
    ] as const) {
      expect(isPrime(2 ** bits - below)).toBe(true);
      for (let n = 2 ** bits - below + 1; n < 2 ** bits; n += 1) expect(isPrime(n)).toBe(false);
    }
  });
});
