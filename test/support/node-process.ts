/**
 * A real node for one test: `node src/main.ts` as the operating system runs it, spoken to by its link, its signals
 * and its exit. What a test starts ends with the test, however that ends, and so does its folder.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { within } from './eventually.ts';

export const adminToken = 'a-token-for-tests-only';

/** The repository's root. */
export const repository = fileURLToPath(new URL('../../', import.meta.url));

const START_DEADLINE_MS = 15_000;
const EXIT_DEADLINE_MS = 15_000;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface NodeOptions {
  readonly data: string;
  /** On top of a free port, the data folder, the tests' token and one worker; undefined takes one of them away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where to say what has to be done in the end; the end of the test unless a whole file shares the node. */
  readonly atEnd?: AtEnd;
}

export type AtEnd = (cleanUp: () => Promise<void>) => void;

/** A folder that is removed after the test. */
export function temporaryFolder(atEnd: AtEnd = onTestFinished): string {
  const path = mkdtempSync(join(tmpdir(), 'zeno-e2e-'));
  atEnd(async () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }));
  return path;
}

interface SpawnOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly atEnd?: AtEnd;
}

/** An operating system's process of this test, with what it has said so far. */
export class Spawned {
  stdout = '';
  stderr = '';
  readonly exited: Promise<Exit>;
  readonly #process: ChildProcess;

  constructor(command: string, args: readonly string[], options: SpawnOptions) {
    const { atEnd = onTestFinished, cwd, env } = options;
    this.#process = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.exited = new Promise((resolve, reject) => {
      this.#process.once('error', reject);
      this.#process.once('close', (code, signal) => resolve({ code, signal }));
    });
    const atOurEnd = () => void this.#process.kill('SIGKILL');
    process.once('exit', atOurEnd);
    atEnd(async () => {
      this.#process.kill('SIGKILL');
      await this.exited.catch(() => {});
      process.off('exit', atOurEnd);
    });
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('it was never started');
    return this.#process.pid;
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** To exactly this process, not to a group. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Its exit, within `deadlineMs`. */
  exit(deadlineMs = EXIT_DEADLINE_MS): Promise<Exit> {
    return within(deadlineMs, 'its exit', this.exited, () => this.said());
  }

  /** Signals it and waits for its exit. */
  stop(signal: NodeJS.Signals, deadlineMs = EXIT_DEADLINE_MS): Promise<Exit> {
    this.signal(signal);
    return this.exit(deadlineMs);
  }

  /** The url of the link line, as soon as it stands there. */
  async link(deadlineMs = START_DEADLINE_MS): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const look = () => {
      const url = /^Zeno is at (http:\/\/[^/\s]+)\/\S*$/m.exec(this.stdout)?.[1];
      if (url !== undefined) resolve(url);
    };
    this.#process.stdout?.on('data', look);
    this.exited.then(({ code }) => reject(new Error(`exit ${code} without a link\n${this.said()}`)), reject);
    look();
    return within(deadlineMs, 'the line with the link', promise, () => this.said());
  }

  said(): string {
    return `stdout: ${this.stdout}\nstderr: ${this.stderr}`;
  }
}

/** `node src/main.ts`, not waited for: for starts that are to fail. */
export function spawnNode({ data, env = {}, atEnd = onTestFinished }: NodeOptions): Spawned {
  const { PATH, HOME } = process.env;
  return new Spawned(process.execPath, ['src/main.ts'], {
    cwd: repository,
    atEnd,
    env: {
      PATH,
      HOME,
      ZENO_PORT: '0',
      ZENO_DATA: data,
      ZENO_ADMIN_TOKEN: adminToken,
      ZENO_WORKERS: '1',
      ZENO_LOG: 'warn',
      ...env,
    },
  });
}

/** A node that has said where it is. */
export interface RunningNode {
  readonly process: Spawned;
  readonly url: string;
}

export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const spawned = spawnNode(options);
  return { process: spawned, url: await spawned.link() };
}
