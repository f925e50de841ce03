/**
 * Server and load generator on a core of their own each, with as many descriptors as the system allows, so that
 * neither takes the other's time. On one core, or without taskset, they share what there is, and the report says so.
 */
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** More than the bench opens in one process; a lower hard limit is taken as it is. */
const DESCRIPTORS = 65_536;
const RAISE = `ulimit -n ${DESCRIPTORS} 2>/dev/null || ulimit -n "$(ulimit -Hn)"`;
const cores = { server: '0', client: '1' } as const;

export const canPin = availableParallelism() > 1 && answers('taskset', ['--version']);

/** The command line of a process on its core. */
export function pinned(side: keyof typeof cores, words: readonly string[]): [string, string[]] {
  const pin = canPin ? ['taskset', '-c', cores[side]] : [];
  return ['bash', ['-c', `${RAISE}; exec "$@"`, 'bash', ...pin, ...words]];
}

/** Descriptors that such a process may have. */
export function descriptors(): number {
  return Number(execFileSync('bash', ['-c', `${RAISE}; ulimit -n`], { encoding: 'utf8' }));
}

function answers(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
