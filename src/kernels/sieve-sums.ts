/**
 * Ranges of the series on primes by the compiled sieve, which knows no primes below 7: its wheel leaves them out, and they
 * are added here where a range holds them.
 */
import { WHEEL } from '../series/arithmetic/primes.ts';
import { twinValue } from '../series/brun.ts';
import { encodeIntegers } from '../series/monoids/integer-text.ts';
import { quantize } from '../series/monoids/two-bin.ts';
import { calls } from './calls.ts';
import type { KernelExports } from './module.ts';
import { takenSum } from './taken-sum.ts';

type Sum = (from: number, to: number) => string;

/** Canonical text of the number of primes in [from, to), both multiples of 30, and of their sum. */
export function primeSums(module: KernelExports): Sum {
  return (from, to) => {
    let [count, sum] = from === 0 && to > 0 ? [3n, 2n + 3n + 5n] : [0n, 0n];
    for (const [first, end] of calls(from / WHEEL, to / WHEEL)) {
      module.primeSums(first, end);
      count += module.primeCount();
      sum += BigInt(WHEEL) * ((module.primeUpper() << 32n) + module.primeLower()) + module.primeWithin();
    }
    return encodeIntegers([count, sum]);
  };
}

/** Canonical text of Σ T(1/p + 1/(p + 2)) over the twins p in [from, to), both multiples of 30, and of their number. */
export function twinSums(module: KernelExports): Sum {
  return (from, to) => {
    const least = quantize(twinValue(3)) + quantize(twinValue(5));
    let [sum, pairs] = from === 0 && to > 0 ? [least, 2n] : [0n, 0n];
    for (const [first, end] of calls(from / WHEEL, to / WHEEL)) {
      module.twinSums(first, end);
      sum += takenSum(module);
      pairs += module.twinCount();
    }
    return encodeIntegers([sum, pairs]);
  };
}
