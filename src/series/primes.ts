/**
 * The primes below n, counted and summed. Term i is the integer i, so that n terms have looked at 0 … n − 1. Nothing is
 * estimated and nothing converges: every figure is exact.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { KernelName } from '../protocols/ports/compute-thread.ts';
import type { Figures } from '../protocols/ports/figures.ts';
import { isPrime, leastSieve, primesIn, WHEEL } from './arithmetic/primes.ts';
import type { SeriesDefinition } from './definition.ts';
import { sums } from './monoids/sums.ts';
import { countSeries } from './sum-series.ts';

/** 2^50 is 4 more than a multiple of 30. */
const TERMS_MAX = 2 ** 50 - 4;

/** How many they are, and their sum. */
function counted(primes: Iterable<number>): readonly bigint[] {
  let [count, sum] = [0n, 0n];
  for (const p of primes) {
    count += 1n;
    sum += BigInt(p);
  }
  return [count, sum];
}

/** The primes in [from, to), each proven by itself, which costs less than a sieve where numbers are few. */
function* tested(from: number, to: number): Generator<number> {
  for (let i = from; i < to; i += 1) if (isPrime(i)) yield i;
}

function figures([count = 0n, sum = 0n]: readonly bigint[]): Figures {
  return {
    value: Number(count),
    decimal: String(count),
    lower: null,
    upper: null,
    digits: null,
    width: 0,
    values: { count: String(count), sum: String(sum) },
  };
}

export const primes: SeriesDefinition = {
  id: 'primes' as SeriesId,
  aliases: [],
  title: 'Prime counting',
  formula: 'π(n) = #{ p < n : p prime }, and Σ p',
  source: 'Eratosthenes; sieved, so exact',
  start: 0,
  version: 1,
  limit: null,
  bound: 'exact',
  ...countSeries({
    kernel: 'prime-sieve' as KernelName,
    grain: WHEEL,
    termsMax: TERMS_MAX,
    leastRange: leastSieve,
    monoid: sums(['count', 'sum'], null),
    count: (from, to) => counted(primesIn(from, to)),
    countRest: (from, to) => counted(tested(from, to)),
    figures,
  }),
  accelerate: null,
};
