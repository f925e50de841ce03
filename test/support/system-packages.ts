/**
 * What the tests need of the machine, found or installed before they begin. A program that is missing and
 * cannot be installed fails the run by name: a test that is skipped in silence proves nothing.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Need {
  readonly command: string;
  /** The Debian package that brings it. */
  readonly package: string;
}

const needs: readonly Need[] = [
  { command: 'curl', package: 'curl' },
  { command: 'git', package: 'git' },
  { command: 'redis-server', package: 'redis-server' },
  { command: 'chromium', package: 'chromium' },
];

const INSTALL_TIMEOUT_MS = 180_000;

/** Called by vitest once, before the first test of the project. */
export function setup(): void {
  const missing = needs.filter(({ command }) => !onPath(command));
  if (missing.length === 0) return;
  const why = mayInstall() ? install(missing.map((need) => need.package)) : 'apt-get may not be used here';
  const left = missing.filter(({ command }) => !onPath(command));
  if (left.length === 0) return;
  const commands = left.map(({ command }) => command).join(', ');
  const packages = left.map((need) => need.package).join(' ');
  throw new Error(`The tests need ${commands}, and ${why}. Install by hand: apt-get install ${packages}`);
}

function onPath(command: string): boolean {
  const { PATH: path = '' } = process.env;
  return path.split(delimiter).some((folder) => isProgram(join(folder, command)));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && onPath('apt-get');
}

/** Says what came of it, to be told if a program is missing still. */
function install(packages: readonly string[]): string {
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]) {
    const { status, error, stderr } = spawnSync('apt-get', args, {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: INSTALL_TIMEOUT_MS,
      encoding: 'utf8',
    });
    if (status !== 0) return `apt-get ${args[0]} failed: ${error?.message ?? stderr.trim()}`;
  }
  return 'apt-get did not bring them';
}
