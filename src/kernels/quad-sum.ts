/** Ranges of a quad series by its compiled loop: the sum it leaves behind becomes the canonical text of a partial. */
import { encodeInteger } from '../series/monoids/integer-text.ts';
import type { KernelExports } from './module.ts';

/** Terms in a quad. */
const QUAD = 4;
/** Quads in one call of the loop, whose counter has 31 bits. */
const CALL = 2 ** 30;

type QuadLoop = 'leibnizQuads' | 'baselQuads' | 'mercatorQuads' | 'wallisQuads';

/** Canonical text of Σ T(Q_j) over the quads of terms [from, to), both multiples of four. */
export function quadSum(module: KernelExports, loop: QuadLoop): (from: number, to: number) => string {
  return (from, to) => {
    let total = 0n;
    for (let first = from / QUAD; first < to / QUAD; first += CALL) {
      module[loop](first, Math.min(CALL, to / QUAD - first));
      total += takenSum(module);
    }
    return encodeInteger(total);
  };
}

/** The integer at 2^-98 that the last two-bin loop has left. */
export function takenSum(module: KernelExports): bigint {
  return (module.sumFirst() << 50n) + (module.sumUpper() << 32n) + module.sumLower();
}
