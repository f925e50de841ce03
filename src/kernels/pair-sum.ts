/** Ranges of a double-double series by its compiled loop: the sum it leaves behind becomes the canonical text of a partial. */
import { encodeInteger } from '../series/monoids/integer-text.ts';
import { calls } from './calls.ts';
import type { KernelExports } from './module.ts';

type PairLoop = 'nilakanthaTerms' | 'zeta3Terms' | 'catalanTerms' | 'gammaTerms';

/** Canonical text of Σ T(term) over the terms [from, to), in units of 2^-148. */
export function pairSum(module: KernelExports, loop: PairLoop): (from: number, to: number) => string {
  return (from, to) => {
    let total = 0n;
    for (const [first, end] of calls(from, to)) {
      module[loop](first, end - first);
      total += (module.binFirst() << 100n) + (module.binSecond() << 50n) + module.binThird();
    }
    return encodeInteger(total);
  };
}
