/**
 * One message to many subscribers, on every server in turns: at a calm rate, then as fast as deliveries come back, with
 * one message on its way and with eight.
 */
import { progress } from '../report.ts';
import type { Load, Phase } from './load.ts';
import { startNchan } from './nchan.ts';
import { type Protocol, type Server, startServer } from './servers.ts';
import { sizes } from './sizes.ts';

const { subscribers, perSecond, outstanding } = sizes;
const RATE_MS = 3_000;
const CLOSED_MS = 2_500;
/** Until then the compilers of the servers in JavaScript are still at work. */
const WARM_MS = 3_000;
const SETTLE_MS = 300;

/** A value of each round. */
export interface Throughput {
  readonly p50Ms: number[];
  readonly p99Ms: number[];
  /** CPU time of the server's process / deliveries at the calm rate. */
  readonly cpuUs: number[];
  /** Deliveries a second, one message on its way. */
  readonly one: number[];
  /** CPU time of the server's process / deliveries meanwhile: it depends less on who else uses the machine. */
  readonly oneCpuUs: number[];
  readonly many: number[];
  readonly manyCpuUs: number[];
  /** Messages that did not come, came twice, or after a later one; and connections lost. */
  readonly faults: number[];
  /** Of its core, by the load generator when the most came. */
  readonly loadShare: number[];
  /** And by the server of its own. */
  readonly serverShare: number[];
}

export type Throughputs = ReadonlyMap<Protocol, Throughput>;

/** `nchan` is the path of its module; null leaves it out. */
export async function measureThroughput(
  load: Load,
  rounds: number,
  nchan: string | null,
): Promise<Throughputs> {
  const protocols: Protocol[] = [
    'plain',
    'centrifugal',
    'sse',
    'socket.io',
    ...(nchan === null ? [] : ['nchan' as const]),
  ];
  const all = new Map<Protocol, Throughput>();
  for (let round = 0; round < rounds; round += 1) {
    for (const protocol of protocols) {
      progress(`${subscribers} subscribers, round ${round + 1} of ${rounds}: ${protocol}`);
      await using server = await start(protocol, nchan);
      const known = all.get(protocol) ?? empty();
      all.set(protocol, known);
      note(known, await load.run(server, phases));
    }
  }
  return all;
}

const phases = [
  `open:${subscribers}`,
  `settle:${SETTLE_MS}`,
  `closed:${outstanding}:${WARM_MS}`,
  `rate:${perSecond}:${RATE_MS}`,
  `closed:1:${CLOSED_MS}`,
  `closed:${outstanding}:${CLOSED_MS}`,
];

function start(protocol: Protocol, nchan: string | null): Promise<Server> {
  if (protocol !== 'nchan') return startServer(protocol);
  if (nchan === null) throw new Error('there is no nchan');
  return startNchan(nchan);
}

function empty(): Throughput {
  return {
    p50Ms: [],
    p99Ms: [],
    cpuUs: [],
    one: [],
    oneCpuUs: [],
    many: [],
    manyCpuUs: [],
    faults: [],
    loadShare: [],
    serverShare: [],
  };
}

function note(known: Throughput, [, , , rate, one, many]: readonly Phase[]): void {
  if (rate === undefined || one === undefined || many === undefined) throw new Error('phases are missing');
  known.p50Ms.push(rate.p50Us / 1_000);
  known.p99Ms.push(rate.p99Us / 1_000);
  known.cpuUs.push(rate.serverCpuUs / rate.deliveries);
  known.one.push(one.deliveries / one.seconds);
  known.oneCpuUs.push(one.serverCpuUs / one.deliveries);
  known.many.push(many.deliveries / many.seconds);
  known.manyCpuUs.push(many.serverCpuUs / many.deliveries);
  known.loadShare.push(many.ownShare);
  known.serverShare.push(many.serverCpuUs / 1e6 / many.seconds);
  const faults = (phase: Phase) => phase.missing + phase.disorder;
  known.faults.push(faults(rate) + faults(one) + faults(many) + many.gone);
}
