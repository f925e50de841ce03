/** The load generator: compiled for this run, then one process for each server that is measured. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { pinned } from './pinned.ts';
import type { Server } from './servers.ts';

/** What it prints of each of its phases. */
const Phase = Type.Object({
  phase: Type.String(),
  seconds: Type.Number(),
  clients: Type.Integer(),
  /** Connections that the server has ended. */
  gone: Type.Integer(),
  published: Type.Integer(),
  deliveries: Type.Integer(),
  missing: Type.Integer(),
  /** Deliveries that came twice or after a later one. */
  disorder: Type.Integer(),
  /** Clients whose last message is the newest there is. */
  upToDate: Type.Integer(),
  p50Us: Type.Number(),
  p99Us: Type.Number(),
  serverCpuUs: Type.Number(),
  /** Of one core, by the load generator itself. */
  ownShare: Type.Number(),
});
export type Phase = Static<typeof Phase>;

export interface LoadOptions {
  /** Bytes of the clients' receive buffers; the system's without it. */
  readonly receiveBuffer?: number;
  /** Called at each `hold`, which lasts until it has resolved. */
  readonly onHold?: () => Promise<unknown>;
}

export interface Load extends Disposable {
  /** Runs the phases (see load/main.c) against a server; throws where the load could not be made. */
  run(server: Server, phases: readonly string[], options?: LoadOptions): Promise<readonly Phase[]>;
}

/** Throws without a compiler, with what to install. */
export async function compileLoad(): Promise<Load> {
  const folder = mkdtempSync(join(tmpdir(), 'zeno-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const program = join(folder, 'load');
  try {
    const sources = globSync(join(import.meta.dirname, 'load', '*.c'));
    await promisify(execFile)('cc', ['-O2', '-o', program, ...sources]);
  } catch (cause) {
    remove();
    throw new Error(
      'The load generator could not be compiled: it needs cc and Linux (apt-get install gcc libc6-dev).',
      { cause },
    );
  }
  return {
    run: (server, phases, options = {}) => run(program, server, phases, options),
    [Symbol.dispose]: remove,
  };
}

async function run(
  program: string,
  { protocol, port, publishPort, pid }: Server,
  phases: readonly string[],
  { receiveBuffer = 0, onHold }: LoadOptions,
): Promise<readonly Phase[]> {
  const words = [protocol, port, publishPort, pid, receiveBuffer, ...phases].map(String);
  const [command, args] = pinned('client', [program, ...words]);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = endOf(child);
  const found: Phase[] = [];
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const phase = Value.Parse(Phase, JSON.parse(line));
      found.push(phase);
      if (phase.phase !== 'hold') continue;
      await onHold?.();
      child.stdin.write('\n');
    }
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const code = await ended;
  if (code !== 0) throw new Error(`the load generator ended with ${code} at ${protocol}`);
  return found;
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code));
  });
}
