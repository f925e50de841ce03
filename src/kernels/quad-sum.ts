/** Ranges of a quad series by its compiled loop: the sum it leaves behind becomes the canonical text of a partial. */
import { encodeInteger } from '../series/monoids/integer-text.ts';
import { calls } from './calls.ts';
import type { KernelExports } from './module.ts';
import { takenSum } from './taken-sum.ts';

/** Terms in a quad. */
const QUAD = 4;

type QuadLoop = 'leibnizQuads' | 'baselQuads' | 'mercatorQuads' | 'wallisQuads';

/** Canonical text of Σ T(Q_j) over the quads of terms [from, to), both multiples of four. */
export function quadSum(module: KernelExports, loop: QuadLoop): (from: number, to: number) => string {
  return (from, to) => {
    let total = 0n;
    for (const [first, end] of calls(from / QUAD, to / QUAD)) {
      module[loop](first, end - first);
      total += takenSum(module);
    }
    return encodeInteger(total);
  };
}
