/**
 * A whole node within the test's own process, over real sockets: its processes can be counted and its heap weighed,
 * and what it logs is kept. Ends with the test.
 */
import { onTestFinished } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { startNode } from '../../src/node.ts';
import type { Limits } from '../../src/protocols/limits.ts';
import { describeReason, isAbnormal } from '../../src/runtime/exit-reason.ts';
import type { System } from '../../src/runtime/system.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { isSession } from './http-client.ts';
import { adminToken, temporaryFolder } from './node-process.ts';
import { seededRandom } from './seeded-random.ts';

export interface HostedNode {
  readonly url: string;
  readonly system: System;
  /** Lines of the log, from warnings on. */
  readonly logged: readonly string[];
  /** Processes that ended as nobody meant them to, each with its reason. */
  readonly crashes: readonly string[];
  /** Paths of the sessions there are now. */
  sessions(): readonly string[];
  stop(): Promise<void>;
}

interface Options {
  readonly limits?: Partial<Limits>;
  readonly env?: Readonly<Record<string, string>>;
}

export async function hostNode({ limits = {}, env = {} }: Options = {}): Promise<HostedNode> {
  const reading = readConfig(
    {
      ZENO_PORT: '0',
      ZENO_DATA: temporaryFolder(),
      ZENO_WORKERS: '1',
      ZENO_ADMIN_TOKEN: adminToken,
      ZENO_LIMITS: JSON.stringify(limits),
      ...env,
    },
    { cores: 2, random: seededRandom(1) },
  );
  if (!reading.ok) throw new Error(JSON.stringify(reading.faults));
  const logged: string[] = [];
  const log = createLogger('warn', 'n-test', { write: (line) => void logged.push(line) });
  const started = await startNode(reading.config, log);
  if (started.kind === 'refused') throw new Error(started.detail);
  const { node } = started;
  const { system } = node;
  onTestFinished(() => node.stop());
  const crashes: string[] = [];
  system.onEvent((event) => {
    if (event.type === 'exit' && isAbnormal(event.reason))
      crashes.push(`${event.path}: ${describeReason(event.reason)}`);
  });
  return {
    url: node.url,
    system,
    logged,
    crashes,
    sessions: () => [...system.processes()].filter(isSession).map(({ path }) => path),
    stop: () => node.stop(),
  };
}
