/**
 * Clients that stop reading while messages go on: what the server piles up for them, whether it cuts them off, and
 * whether they are up to date again once they read.
 */
import { progress } from '../report.ts';
import type { Load } from './load.ts';
import { watchMemory } from './memory-watch.ts';
import { type Protocol, startServer } from './servers.ts';
import { sizes } from './sizes.ts';

const { stalled, stalledMessages, stalledPerSecond } = sizes;
const STALL_MS = (1_000 * stalledMessages) / stalledPerSecond;
const RECEIVE_BUFFER = 4_096;
/** As long again as they will stall: V8 gives its heap the size that the traffic needs meanwhile. */
const WARM_MS = STALL_MS;
const SETTLE_MS = 200;
const RESUME_MS = 5_000;

export interface Stalled {
  /** The most resident memory while they did not read, less what there was before. */
  readonly grownMb: number;
  /** What is held more than before all traffic, after a collection: the history, and no room that V8 takes for itself. */
  readonly heldMb: number;
  readonly cut: number;
  readonly upToDate: number;
}

export async function measureStalled(load: Load, protocol: Exclude<Protocol, 'nchan'>): Promise<Stalled> {
  progress(`${stalled} clients that stop reading: ${protocol}`);
  await using server = await startServer(protocol);
  const { pid, ask } = server;
  const held = async () => (await ask('memory')).held;
  let heldBefore = 0;
  let heldAfter = 0;
  let grown = 0;
  let endWatch = () => {};
  const holds = [
    async () => {
      heldBefore = await held();
    },
    async () => {
      const watch = watchMemory(pid);
      endWatch = () => {
        watch.stop();
        grown = watch.grown();
      };
    },
    async () => {
      endWatch();
      heldAfter = await held();
    },
  ];
  const phases = [
    `open:${stalled}`,
    'hold',
    `rate:${stalledPerSecond}:${WARM_MS}`,
    `settle:${SETTLE_MS}`,
    'hold',
    'stall',
    `rate:${stalledPerSecond}:${STALL_MS}`,
    'hold',
    `resume:${RESUME_MS}`,
  ];
  try {
    const onHold = async () => holds.shift()?.();
    const resumed = (await load.run(server, phases, { receiveBuffer: RECEIVE_BUFFER, onHold })).at(-1);
    if (resumed === undefined) throw new Error('phases are missing');
    const { gone: cut, upToDate } = resumed;
    return { grownMb: grown / 1e6, heldMb: (heldAfter - heldBefore) / 1e6, cut, upToDate };
  } finally {
    endWatch();
  }
}
