/**
 * The kernels of a thread by name. A kernel is a faster way to say what its series' `partial` says, text for text. A
 * series without a compiled one is its own kernel.
 */
import { basel } from '../series/basel.ts';
import { brun } from '../series/brun.ts';
import { catalan } from '../series/catalan.ts';
import type { SeriesDefinition } from '../series/definition.ts';
import { gamma } from '../series/gamma.ts';
import { leibniz } from '../series/leibniz.ts';
import { ln2Mercator } from '../series/ln2-mercator.ts';
import { monteCarloPi } from '../series/monte-carlo-pi.ts';
import { nilakantha } from '../series/nilakantha.ts';
import { primes } from '../series/primes.ts';
import { wallis } from '../series/wallis.ts';
import { zeta3 } from '../series/zeta3.ts';
import { type KernelExports, loadKernels } from './module.ts';
import { pairSum } from './pair-sum.ts';
import { pointCount } from './point-count.ts';
import { quadSum } from './quad-sum.ts';
import { primeSums, twinSums } from './sieve-sums.ts';

export interface Kernel {
  readonly series: SeriesDefinition;
  /** The exact partial over terms [from, to), in its monoid's canonical text; as `SeriesDefinition.partial`. */
  readonly sum: SeriesDefinition['partial'];
}

/** The compiled kernels, bound to an instance of their own. */
export function compiledKernels(module: KernelExports = loadKernels()): readonly Kernel[] {
  return [
    { series: leibniz, sum: quadSum(module, 'leibnizQuads') },
    { series: basel, sum: quadSum(module, 'baselQuads') },
    { series: nilakantha, sum: pairSum(module, 'nilakanthaTerms') },
    { series: wallis, sum: quadSum(module, 'wallisQuads') },
    { series: ln2Mercator, sum: quadSum(module, 'mercatorQuads') },
    { series: zeta3, sum: pairSum(module, 'zeta3Terms') },
    { series: catalan, sum: pairSum(module, 'catalanTerms') },
    { series: gamma, sum: pairSum(module, 'gammaTerms') },
    { series: monteCarloPi, sum: pointCount(module) },
    { series: primes, sum: primeSums(module) },
    { series: brun, sum: twinSums(module) },
  ];
}
