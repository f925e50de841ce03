/** The compiled sieve says what the definitions say, text for text, and what is known of primes far out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadKernels } from '../../../src/kernels/module.ts';
import { primeSums, twinSums } from '../../../src/kernels/sieve-sums.ts';
import { brun } from '../../../src/series/brun.ts';
import { decodeIntegers } from '../../../src/series/monoids/integer-text.ts';
import { primes } from '../../../src/series/primes.ts';
import { lesserTwins, oddPrimes, totals, totalsUpTo } from '../../support/oracle-primes.ts';

const module = loadKernels();
const sumOfPrimes = primeSums(module);
const sumOfTwins = twinSums(module);
const cases = [
  { series: primes, sum: sumOfPrimes },
  { series: brun, sum: sumOfTwins },
] as const;

/** Numbers in a piece of the sieve, in its least block, and in its greatest. */
const PIECE = 30 * 2 ** 15;
const BLOCK = 30 * 2 ** 18;
const FAR_BLOCK = 30 * 2 ** 20;

const numbers = (text: string): readonly bigint[] => decodeIntegers(text, 2);
const grains = (n: number): number => n - (n % 30);

describe.each(cases)('the kernel of $series.id', ({ series, sum }) => {
  const expectSame = (from: number, to: number): void => {
    expect([from, to, sum(from, to)]).toEqual([from, to, series.partial(from, to)]);
  };

  it('has every short partial at the beginning, and the empty ones', () => {
    for (let from = 0; from <= 600; from += 30)
      for (let to = from; to <= 1_200; to += 30) expectSame(from, to);
    for (const at of [PIECE, BLOCK, series.termsMax]) expect(sum(at, at)).toBe(series.empty);
  });

  it('has partials of any range, of any length up to a piece’s, in any order', () => {
    const start = fc.integer({ min: 5, max: 40 }).chain((bits) => fc.integer({ min: 0, max: 2 ** bits }));
    fc.assert(
      fc.property(start, fc.integer({ min: 0, max: 10_000 }), (from, length) => {
        expectSame(grains(from), grains(from) + 30 * length);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    [PIECE, [0, 30, 10 ** 9 + 20]],
    [BLOCK, [10 ** 9 + 20]],
  ] as const)('has partials that end about where %d numbers do', (size, starts) => {
    for (const from of starts) for (const off of [-30, 0, 30]) expectSame(from, from + size + off);
  });

  it('has partials where base primes begin to count: about their squares', () => {
    for (const p of [97, 101, 103, 8_191, 8_209, 1_048_573, 1_048_583, 33_554_383]) {
      const from = grains(p * p);
      expectSame(from - 30, from + 60);
    }
  });

  it('finds its base primes whichever range comes first', () => {
    const sums = series === primes ? primeSums : twinSums;
    for (const p of [101, 10_193, 10_211, 983_063, 1_048_583]) {
      const fresh = sums(loadKernels());
      const from = grains(p * p);
      for (const [first, last] of [
        [from, from + 30],
        [0, 30_000],
        [from - 600, from + 600],
      ] as const)
        expect(fresh(first, last)).toBe(series.partial(first, last));
    }
  });

  it('has partials up to its last term', () => {
    expectSame(series.termsMax - 300_000, series.termsMax);
    expectSame(series.termsMax - 30, series.termsMax);
  });

  it('adds up where it is cut, across blocks and between the two ways of crossing off', () => {
    for (const [from, to] of [
      [0, 3 * BLOCK],
      [2 ** 40 - 16, 2 ** 40 - 16 + FAR_BLOCK + PIECE],
      [2 ** 46 - 4, 2 ** 46 - 4 + FAR_BLOCK + 900],
    ] as const) {
      const whole = sum(from, to);
      fc.assert(
        fc.property(fc.integer({ min: 0, max: (to - from) / 30 }), (grain) => {
          const cut = from + 30 * grain;
          expect(series.merge(sum(from, cut), sum(cut, to))).toBe(whole);
        }),
        { numRuns: 3 },
      );
    }
  });
});

describe('the primes that the kernel counts', () => {
  it.each([
    // OEIS A006880 and A046731; twin primes A007508.
    [10, 4n, 17n, 2n],
    [100, 25n, 1_060n, 8n],
    [1_000, 168n, 76_127n, 35n],
    [10_000, 1_229n, 5_736_396n, 205n],
    [100_000, 9_592n, 454_396_537n, 1_224n],
    [1_000_000, 78_498n, 37_550_402_023n, 8_169n],
    [10_000_000, 664_579n, 3_203_324_994_356n, 58_980n],
    [100_000_000, 5_761_455n, 279_209_790_387_276n, 440_312n],
  ])(
    'are as many below %d as everybody finds, with that sum, and as many of them twins',
    (n, count, sum, pairs) => {
      expect(primes.evaluate(sumOfPrimes(0, grains(n)), n).values).toEqual({
        count: `${count}`,
        sum: `${sum}`,
      });
      expect(brun.evaluate(sumOfTwins(0, grains(n)), n).values).toMatchObject({ pairs: `${pairs}` });
    },
  );

  it('are those of the recurrence at any n', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000_000 }), (n) => {
        const { count, sum } = totalsUpTo(n - 1);
        expect(primes.evaluate(sumOfPrimes(0, grains(n)), n).values).toEqual({
          count: `${count}`,
          sum: `${sum}`,
        });
      }),
      { numRuns: 20 },
    );
  });

  it('are those of another sieve from 10^12 on, of which some are twins', () => {
    const [from, to] = [10 ** 12 - 10, 10 ** 12 - 10 + 9_999_990];
    const found = oddPrimes(from, to + 2);
    const { count, sum } = totals(found.filter((p) => p < to));
    expect(numbers(sumOfPrimes(from, to))).toEqual([BigInt(count), sum]);
    expect(numbers(sumOfTwins(from, to))[1]).toBe(BigInt(lesserTwins(found).length));
  });

  it.each([
    [4_400_000_000_010, 2_061_413n, 93_525n],
    [1_125_899_000_000_010, 1_731_039n, 65_969n],
  ])('are as many in 60 million numbers from %d on as primesieve 11 counts', (from, count, pairs) => {
    expect(numbers(sumOfPrimes(from, from + 60_000_000))[0]).toBe(count);
    expect(numbers(sumOfTwins(from, from + 60_000_000))[1]).toBe(pairs);
  });

  it('have Brun’s partial sum as the literature has it', () => {
    // Nicely 1995, table 1.
    expect(brun.evaluate(sumOfTwins(0, 99_999_990), 10 ** 8).decimal).toMatch(/^1\.7588156210/);
  });
});
