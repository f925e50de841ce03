/** The kernels of a thread by name. A kernel is a faster way to say what its series' `partial` says, text for text. */
import type { KernelName } from '../protocols/ports/compute-thread.ts';
import { basel } from '../series/basel.ts';
import { leibniz } from '../series/leibniz.ts';
import { baselQuadSum, leibnizQuadSum } from './quad-sum.ts';

export interface Kernel {
  readonly name: KernelName;
  /** Ranges begin and end at multiples of this many terms … */
  readonly grain: number;
  /** … and end no later than here. */
  readonly termsMax: number;
  /** The exact partial over terms [from, to), in its monoid's canonical text. */
  sum(from: number, to: number): string;
}

export const kernels: readonly Kernel[] = [
  { name: leibniz.kernel, grain: leibniz.grain, termsMax: leibniz.termsMax, sum: leibnizQuadSum },
  { name: basel.kernel, grain: basel.grain, termsMax: basel.termsMax, sum: baselQuadSum },
];

/** The kernel called `name`; null where there is none. */
export function findKernel(name: string): Kernel | null {
  return kernels.find((kernel) => kernel.name === name) ?? null;
}
