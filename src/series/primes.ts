/**
 * The primes below n, counted and summed. Term i is the integer i, so that n terms have looked at 0 … n − 1. Nothing is
 * estimated and nothing converges: every figure is exact.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { KernelName } from '../protocols/ports/compute-thread.ts';
import type { Figures } from '../protocols/ports/figures.ts';
import { isPrime, primesIn } from './arithmetic/primes.ts';
import type { SeriesDefinition } from './definition.ts';
import { atKernelLimit } from './exhaustion.ts';
import { textsOf } from './monoids/monoid.ts';
import { sums } from './monoids/sums.ts';
import { checkRange, checkTerms } from './preconditions.ts';

/** Numbers that a byte of the kernel's sieve stands for. */
const GRAIN = 30;
/** 2^50 is 4 more than a multiple of 30. */
const TERMS_MAX = 2 ** 50 - 4;

const monoid = sums(['count', 'sum'], null);

function evaluate(state: string, n: number): Figures {
  checkTerms(n, TERMS_MAX);
  let [count = 0n, sum = 0n] = monoid.decode(state);
  for (let i = n - (n % GRAIN); i < n; i += 1) {
    if (!isPrime(i)) continue;
    count += 1n;
    sum += BigInt(i);
  }
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

function partial(from: number, to: number): string {
  checkRange(from, to, GRAIN, TERMS_MAX);
  let count = 0n;
  let sum = 0n;
  for (const p of primesIn(from, to)) {
    count += 1n;
    sum += BigInt(p);
  }
  return monoid.encode([count, sum]);
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
  kernel: 'prime-sieve' as KernelName,
  grain: GRAIN,
  termsMax: TERMS_MAX,
  order: 'any',
  heavy: false,
  ...textsOf(monoid),
  partial,
  evaluate,
  exhausted: (n) => (n >= TERMS_MAX ? atKernelLimit(TERMS_MAX) : null),
  accelerate: null,
};
