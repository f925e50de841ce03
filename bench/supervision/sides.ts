/** The two sides as processes of their own: ours in Node, the other in Erlang, if there is one on this machine. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Value } from 'typebox/value';
import { Figures } from './figures.ts';
import { sizes } from './sizes.ts';

const run = promisify(execFile);
/** For one scenario of one side. */
const DEADLINE_MS = 120_000;

export type Measure = (scenario: string) => Promise<Figures>;

export interface Erlang {
  readonly measure: Measure;
  /** Of the release, the machine and its compiler. */
  readonly version: string;
  /** Removes what was compiled. */
  [Symbol.dispose](): void;
}

export const ours: Measure = (scenario) =>
  figuresOf(process.execPath, ['--expose-gc', join(import.meta.dirname, 'ours.ts'), scenario]);

/** Null without `erl` and `erlc` on the PATH. */
export async function compileErlang(): Promise<Erlang | null> {
  const folder = mkdtempSync(join(tmpdir(), 'zeno-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const macros = Object.entries(sizes).map(([name, value]) => `-D${name}=${value}`);
    await run('erlc', [...macros, '-o', folder, join(import.meta.dirname, 'otp.erl')]);
    const version = (await run('erl', argumentsFor(folder, 'version'))).stdout.trim();
    const measure: Measure = (scenario) => figuresOf('erl', argumentsFor(folder, scenario));
    return { measure, version, [Symbol.dispose]: remove };
  } catch (thrown) {
    remove();
    if (isMissing(thrown)) return null;
    throw thrown;
  }
}

function argumentsFor(folder: string, scenario: string): string[] {
  return ['-noshell', '-pa', folder, '-run', 'otp', 'main', scenario];
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}

async function figuresOf(command: string, args: readonly string[]): Promise<Figures> {
  const { stdout } = await run(command, [...args], { timeout: DEADLINE_MS, killSignal: 'SIGKILL' });
  return Value.Parse(Figures, JSON.parse(stdout));
}
