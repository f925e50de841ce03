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

/** The same names, none left out. */
const exported = {
  leibnizQuads: true,
  baselQuads: true,
  mercatorQuads: true,
  wallisQuads: true,
  pointsInside: true,
  sumFirst: true,
  sumUpper: true,
  sumLower: true,
  nilakanthaTerms: true,
  zeta3Terms: true,
  catalanTerms: true,
  gammaTerms: true,
  binFirst: true,
  binSecond: true,
  binThird: true,
  primeSums: true,
  primeCount: true,
  primeUpper: true,
  primeLower: true,
  primeWithin: true,
  twinSums: true,
  twinCount: true,
} satisfies Record<keyof KernelExports, true>;

const FILE = new URL('../../build/kernels.wasm', import.meta.url);
const ADVICE = 'Make them with: npm run build:kernels';

/** What is thrown where the kernels were compiled from other sources than these. */
export function outOfDate(): Error {
  return new Error(`The compiled kernels are out of date. ${ADVICE}`);
}

/** A fresh instance. Throws where the kernels have not been compiled, or lack an export. */
export function loadKernels(): KernelExports {
  if (!existsSync(FILE)) throw new Error(`The compiled kernels are missing. ${ADVICE}`);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(FILE)));
  if (!isComplete(exports)) throw outOfDate();
  return exports;
}

function isComplete(exports: object): exports is KernelExports {
  return Object.keys(exported).every((name) => name in exports);
}
