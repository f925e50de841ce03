/**
 * What a connection that rests costs in resident memory: the slope between few and many, after a collection. A single
 * figure would be mostly the size that V8 happens to give its heap.
 */
import { progress } from '../report.ts';
import type { Load } from './load.ts';
import { type Protocol, startServer } from './servers.ts';
import { sizes } from './sizes.ts';

const { restingFew, restingMany } = sizes;
/** Longer than what a new client is waited for, so that nothing of its arrival is left. */
const SETTLE_MS = 3_500;

/** Bytes a connection. The kernel's share is in none of them. */
export async function measureMemory(load: Load, protocol: Exclude<Protocol, 'nchan'>): Promise<number> {
  progress(`memory of ${restingMany} resting connections: ${protocol}`);
  await using server = await startServer(protocol);
  const inUse: number[] = [];
  const phases = [restingFew, restingMany].flatMap((count) => [
    `open:${count}`,
    `settle:${SETTLE_MS}`,
    'hold',
  ]);
  await load.run(server, phases, {
    onHold: async () => inUse.push((await server.ask('memory')).rss),
  });
  const [few = Number.NaN, many = Number.NaN] = inUse;
  return (many - few) / (restingMany - restingFew);
}
