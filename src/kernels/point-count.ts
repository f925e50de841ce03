/** Ranges of random points by the compiled loop, which counts within one upper half of the 64-bit counter at a time. */
import { encodeInteger } from '../series/monoids/integer-text.ts';
import { calls } from './calls.ts';
import type { KernelExports } from './module.ts';

/** Values of the counter's lower half. */
const WORD = 2 ** 32;

/** Canonical text of the number of points inside among points [from, to), both multiples of eight. */
export function pointCount(module: KernelExports): (from: number, to: number) => string {
  return (from, to) => {
    let inside = 0n;
    for (const [first, end] of calls(from, to))
      inside += BigInt(module.pointsInside(Math.floor(first / WORD), first % WORD, end - first));
    return encodeInteger(inside);
  };
}
