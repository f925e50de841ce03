/**
 * Ranges of the series on primes by the compiled sieve, which knows no primes below 7: its wheel leaves them out, and they
 * are added here where a range holds them.
 */
import { twinValue } from '../series/brun.ts';
import { encodeIntegers } from '../series/monoids/integer-text.ts';
import { quantize } from '../series/monoids/two-bin.ts';
import type { KernelExports } from './module.ts';
import { takenSum } from './quad-sum.ts';

/** Numbers that a byte of the sieve stands for. */
const WHEEL = 30;
/** Bytes in one call: of a greater range, the sum would not fit what it is left in. */
const CALL = 2 ** 30;

type Sum = (from: number, to: number) => string;

/** Canonical text of the number of primes in [from, to), both multiples of 30, and of their sum. */
export function primeSums(module: KernelExports): Sum {
  return (from, to) => {
    let [count, sum] = from === 0 && to > 0 ? [3n, 2n + 3n + 5n] : [0n, 0n];
    for (const [first, last] of calls(from, to)) {
      module.primeSums(first, last);
      count += module.primeCount();
      sum += 30n * ((module.primeUpper() << 32n) + module.primeLower()) + module.primeWithin();
    }
    return encodeIntegers([count, sum]);
  };
}

/** Canonical text of Σ T(1/p + 1/(p + 2)) over the twins p in [from, to), both multiples of 30, and of their number. */
export function twinSums(module: KernelExports): Sum {
  return (from, to) => {
    const least = quantize(twinValue(3)) + quantize(twinValue(5));
    let [sum, pairs] = from === 0 && to > 0 ? [least, 2n] : [0n, 0n];
    for (const [first, last] of calls(from, to)) {
      module.twinSums(first, last);
      sum += takenSum(module);
      pairs += module.twinCount();
    }
    return encodeIntegers([sum, pairs]);
  };
}

/** The sieve's bytes of numbers [from, to), call by call. */
function* calls(from: number, to: number): Generator<readonly [number, number], void, undefined> {
  const end = to / WHEEL;
  for (let first = from / WHEEL; first < end; first += CALL) yield [first, Math.min(end, first + CALL)];
}
