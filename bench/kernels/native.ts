/** What ours is measured beside: C, GMP and primesieve, as far as this machine has them; null where it has not. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Native extends Disposable {
  /** ns a term of the naive loop. */
  readonly naive: ((series: 'leibniz' | 'basel', terms: number) => number) | null;
  /** Milliseconds of so many digits of π by Chudnovsky's series with GMP. */
  readonly gmp: ((digits: number) => number) | null;
  /** Milliseconds in which primesieve counts the primes of [from, to] in one thread. */
  readonly primesieve: ((from: number, to: number) => number) | null;
}

/** Compiles what can be compiled, into a folder of its own that is gone afterwards. */
export function findNative(): Native {
  const folder = mkdtempSync(join(tmpdir(), 'zeno-native-'));
  const naive = compile(folder, 'naive', []);
  const chudnovsky = compile(folder, 'chudnovsky', ['-lgmp', '-lm']);
  return {
    naive: naive === null ? null : (series, terms) => figure(run(naive, [series, String(terms)])),
    gmp: chudnovsky === null ? null : (digits) => figure(run(chudnovsky, [String(digits)])),
    primesieve: run('primesieve', ['--version']) === null ? null : countPrimes,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The program's path; null where there is no compiler or no library. */
function compile(folder: string, name: string, libraries: readonly string[]): string | null {
  const source = fileURLToPath(new URL(`../native/${name}.c`, import.meta.url));
  const program = join(folder, name);
  const made = run('cc', ['-O3', '-march=native', '-o', program, source, ...libraries]);
  return made === null ? null : program;
}

/** What the program wrote; null where it could not be run. */
function run(program: string, args: readonly string[]): string | null {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}

/** The figure that a program has printed. */
function figure(line: string | null): number {
  const value = Number(line);
  if (!(value > 0)) throw new Error(`no figure: ${line}`);
  return value;
}

function countPrimes(from: number, to: number): number {
  const beganMs = performance.now();
  const text = run('primesieve', [String(from), String(to), '--threads=1', '--time', '--quiet']) ?? '';
  const wholeMs = performance.now() - beganMs;
  const seconds = /Seconds:\s*([0-9.]+)/.exec(text)?.[1];
  return seconds === undefined ? wholeMs : Number(seconds) * 1_000;
}
