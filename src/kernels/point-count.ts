/** Ranges of random points by the compiled loop, which counts within one upper half of the 64-bit counter at a time. */
import { encodeInteger } from '../series/monoids/integer-text.ts';
import type { KernelExports } from './module.ts';

/** Values of the counter's lower half. */
const WORD = 2 ** 32;
/** Points in one call of the loop, whose counter has 31 bits. A power of two, so that calls end where upper halves do. */
const CALL = 2 ** 30;

/** Canonical text of the number of points inside among points [from, to), both multiples of eight. */
export function pointCount(module: KernelExports): (from: number, to: number) => string {
  return (from, to) => {
    let inside = 0n;
    for (let first = from; first < to; ) {
      const next = Math.min(to, first - (first % CALL) + CALL);
      inside += BigInt(module.pointsInside(Math.floor(first / WORD), first % WORD, next - first));
      first = next;
    }
    return encodeInteger(inside);
  };
}
