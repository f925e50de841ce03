/** The compiled kernels of a thread. A kernel is a faster way to say what its series' `partial` says, text for text. */
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
import { type KernelExports, loadKernels, outOfDate } from './module.ts';
import { pairSum } from './pair-sum.ts';
import { pointCount } from './point-count.ts';
import { quadSum } from './quad-sum.ts';
import { primeSums, twinSums } from './sieve-sums.ts';

/** Goes by the name that its series gives it. */
export interface Kernel {
  readonly series: SeriesDefinition;
  /** The exact partial over terms [from, to), in its monoid's canonical text; as `SeriesDefinition.partial`. */
  readonly sum: SeriesDefinition['partial'];
}

/** Grains that each kernel is checked by: vectors of two or eight, and an odd one behind them. */
const CHECKED = 9;

/**
 * The compiled kernels, bound to an instance of their own. Throws where one of them says something else of its first grains
 * than its definition, for then it was compiled from other sources than these. Takes a few milliseconds; what kernels say
 * further out is for tests to compare.
 */
export function compiledKernels(module: KernelExports = loadKernels()): readonly Kernel[] {
  const kernels = boundTo(module);
  for (const { series, sum } of kernels) {
    const to = CHECKED * series.grain;
    if (sum(0, to) !== series.partial(0, to)) throw outOfDate();
  }
  return kernels;
}

/** What a person has to do before the kernels can be used; null when they can. */
export function kernelsFault(): string | null {
  try {
    compiledKernels();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function boundTo(module: KernelExports): readonly Kernel[] {
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
