/** Runs one node as this process: configuration, the line with the link, signals, exit codes. */
import { availableParallelism } from 'node:os';
import { readConfig } from './config.ts';
import { systemRandom } from './lib/random.ts';
import { startNode } from './node.ts';
import { describeReason } from './runtime/exit-reason.ts';
import { createLogger } from './telemetry/logger.ts';

/** Something a person has to mend before a start can succeed. */
const EXIT_REFUSED = 1;
/** The tree gave up (EX_SOFTWARE): whoever runs this process should start it anew. */
const EXIT_GAVE_UP = 70;

async function main(): Promise<void> {
  const reading = readConfig(process.env, { cores: availableParallelism(), random: systemRandom });
  if (!reading.ok) {
    const lines = reading.faults.map(({ variable, wrong, right }) => `  ${variable} ${wrong}: ${right}`);
    refuse(`The configuration can't be used:\n${lines.join('\n')}`);
    return;
  }
  const { config } = reading;
  const { adminToken, tokenKeys } = config;
  const secrets = tokenKeys?.kind === 'secret' ? [adminToken, tokenKeys.secret] : [adminToken];
  const log = createLogger(config.logLevel, config.nodeId, undefined, secrets);
  const started = await startNode(config, log);
  if (started.kind === 'refused') {
    refuse(started.detail);
    return;
  }
  const { node } = started;
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    node.stop().catch((err: unknown) => {
      log.fatal({ err }, 'the stop failed');
      process.exit(EXIT_GAVE_UP);
    });
  };
  // For good: npm passes on a Ctrl-C that we have already, and a second one must not cut the goodbye short.
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const fragment = config.adminTokenGenerated ? `/#token=${config.adminToken}` : '/';
  process.stdout.write(`Zeno is at ${node.url}${fragment}\n`);
  const reason = await node.ended;
  if (stopping) return;
  log.fatal({ reason: describeReason(reason) }, 'the tree has ended; this process ends with it');
  process.exit(EXIT_GAVE_UP);
}

function refuse(detail: string): void {
  process.stderr.write(`${detail}\n`);
  process.exitCode = EXIT_REFUSED;
}

await main();
