/** A program of which a node is only a part: starts it, watches it as a client, ends its root, and does nothing more. */
import { get } from 'node:http';
import { readConfig } from '../../src/config.ts';
import { systemRandom } from '../../src/lib/random.ts';
import { startNode } from '../../src/node.ts';
import { createLogger } from '../../src/telemetry/logger.ts';

/** The program's own pipes to whoever started it. */
process.stdout.write('');
process.stderr.write('');
const own = process.getActiveResourcesInfo();

const reading = readConfig(process.env, { cores: 2, random: systemRandom });
if (!reading.ok) throw new Error(JSON.stringify(reading.faults));
const started = await startNode(reading.config, createLogger('silent', 'n-test'));
if (started.kind === 'refused') throw new Error(started.detail);
const { node } = started;

await new Promise<void>((resolve) => {
  const request = get(`${node.url}/v1/series/leibniz/events`, { agent: false }, (response) => {
    response.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('event: estimate')) resolve();
    });
    response.on('error', () => {});
  });
  // A killed root cuts its clients off.
  request.on('error', () => {});
});
const meanwhile = process.getActiveResourcesInfo();

if (process.argv[2] === 'kill') node.system.exit(node.root, 'kill');
await node.stop();
// Comes when nothing is left that keeps the process alive, and never if something is.
process.once('beforeExit', () => {
  const left = process.getActiveResourcesInfo();
  for (const kind of own) if (left.includes(kind)) left.splice(left.indexOf(kind), 1);
  console.log(JSON.stringify({ meanwhile, left, living: [...node.system.processes()].length }));
});
