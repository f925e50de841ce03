/** Ranges of a double-double series by its compiled loop: the sum it leaves behind becomes the canonical text of a partial. */
import { encodeInteger } from '../series/monoids/integer-text.ts';
import type { KernelExports } from './module.ts';

/** Terms in one call of the loop, whose counter has 31 bits. */
const CALL = 2 ** 30;

type PairLoop = 'nilakanthaTerms' | 'zeta3Terms' | 'catalanTerms' | 'gammaTerms';

/** Canonical text of Σ T(term) over the terms [from, to), in units of 2^-148. */
export function pairSum(module: KernelExports, loop: PairLoop): (from: number, to: number) => string {
  return (from, to) => {
    let total = 0n;
    for (let first = from; first < to; first += CALL) {
      module[loop](first, Math.min(CALL, to - first));
      total += (module.binFirst() << 100n) + (module.binSecond() << 50n) + module.binThird();
    }
    return encodeInteger(total);
  };
}
