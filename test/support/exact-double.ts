/** Doubles as the exact rationals they are. */
import { type Ratio, ratio } from './oracle-ratio.ts';

/** x = num / den, exactly; any finite double. */
export function exactly(x: number): Ratio {
  let [scaled, bits] = [x, 0];
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    bits += 1;
  }
  return ratio(BigInt(scaled), 1n << BigInt(bits));
}
