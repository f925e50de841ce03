/** For how long a broadcast to very many keeps the server's event loop from everything else, in one window after another. */
import { progress } from '../report.ts';
import type { Load } from './load.ts';
import type { LoopDelay } from './loop-delay.ts';
import { type Protocol, startServer } from './servers.ts';
import { sizes } from './sizes.ts';

const { crowd, crowdPerSecond } = sizes;
const WINDOW_MS = 1_000;
const SETTLE_MS = 500;
const WARM_MS = 2_000;

/** A value of each window. */
export interface Blocks {
  readonly maxMs: readonly number[];
  readonly p99Ms: readonly number[];
  readonly maxCpuMs: readonly number[];
}

export async function measureBlocks(
  load: Load,
  protocol: Exclude<Protocol, 'nchan'>,
  windows: number,
): Promise<Blocks> {
  progress(`${crowd} subscribers, event loop: ${protocol}`);
  await using server = await startServer(protocol);
  const delays: LoopDelay[] = [];
  const window = [`rate:${crowdPerSecond}:${WINDOW_MS}`, 'hold'];
  const phases = [
    `open:${crowd}`,
    `settle:${SETTLE_MS}`,
    `rate:${crowdPerSecond}:${WARM_MS}`,
    'hold',
    ...Array.from({ length: windows }, () => window).flat(),
  ];
  await load.run(server, phases, {
    onHold: async () => delays.push(await server.ask('delay')),
  });
  // The first answer is of what came before the first window.
  const found = delays.slice(1);
  return {
    maxMs: found.map(({ maxMs }) => maxMs),
    p99Ms: found.map(({ p99Ms }) => p99Ms),
    maxCpuMs: found.map(({ maxCpuMs }) => maxCpuMs),
  };
}
