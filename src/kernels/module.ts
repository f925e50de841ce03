/**
 * The compiled kernels. Each thread has an instance of its own, for an instance has one memory and keeps its running
 * sums in it. Compiled by `npm run build:kernels` into an ignored folder, which `npm ci` does by itself.
 */
import { existsSync, readFileSync } from 'node:fs';

/** What src/kernels/assembly exports. Indices are doubles, because they may pass 2^32. */
export interface KernelExports {
  /** Σ T(Q_j) over quads [from, from + count); read with the three sums below. */
  leibnizQuads(from: number, count: number): void;
  baselQuads(from: number, count: number): void;
  mercatorQuads(from: number, count: number): void;
  wallisQuads(from: number, count: number): void;
  /** Points inside the quarter disc among counters [first, first + count) of one upper half, `count` a multiple of eight. */
  pointsInside(upper: number, first: number, count: number): number;
  sumFirst(): bigint;
  sumUpper(): bigint;
  sumLower(): bigint;
  /** Σ T(term) over the terms [from, from + count), count ≤ 2^30; read with the three bins below. */
  nilakanthaTerms(from: number, count: number): void;
  zeta3Terms(from: number, count: number): void;
  catalanTerms(from: number, count: number): void;
  gammaTerms(from: number, count: number): void;
  binFirst(): bigint;
  binSecond(): bigint;
  binThird(): bigint;
  /** Over the primes p > 5 of bytes [from, to), 30 numbers each: read with the four below. */
  primeSums(from: number, to: number): void;
  primeCount(): bigint;
  /** The sum of the primes is 30 · (primeUpper · 2^32 + primeLower) + primeWithin. */
  primeUpper(): bigint;
  primeLower(): bigint;
  primeWithin(): bigint;
  /** Over the twins above (5, 7) whose lesser is in bytes [from, to): read with twinCount and the sums of the quads. */
  twinSums(from: number, to: number): void;
  twinCount(): bigint;
}

const names: readonly (keyof KernelExports)[] = [
  'leibnizQuads',
  'baselQuads',
  'mercatorQuads',
  'wallisQuads',
  'pointsInside',
  'sumFirst',
  'sumUpper',
  'sumLower',
  'nilakanthaTerms',
  'zeta3Terms',
  'catalanTerms',
  'gammaTerms',
  'binFirst',
  'binSecond',
  'binThird',
  'primeSums',
  'primeCount',
  'primeUpper',
  'primeLower',
  'primeWithin',
  'twinSums',
  'twinCount',
];

const FILE = new URL('../../build/kernels.wasm', import.meta.url);
const ADVICE = 'Make them with: npm run build:kernels';

/** What a person has to do before the kernels can be loaded; null when they can. */
export function missingKernels(): string | null {
  return existsSync(FILE) ? null : `The compiled kernels are missing. ${ADVICE}`;
}

/** A fresh instance. Throws where the kernels have not been compiled, or from other sources than these. */
export function loadKernels(): KernelExports {
  const missing = missingKernels();
  if (missing !== null) throw new Error(missing);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(FILE)));
  if (!isComplete(exports)) throw new Error(`The compiled kernels are out of date. ${ADVICE}`);
  return exports;
}

function isComplete(exports: object): exports is KernelExports {
  return names.every((name) => name in exports);
}
