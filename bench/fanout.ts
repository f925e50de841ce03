/**
 * Fan-out beside what others use: the service's own hub, sessions and gateway, a plain loop over `ws.send(string)`,
 * socket.io, and nchan where it is installed. All in the same run, in turns, so that the ratios say more than the
 * figures do.
 */
import { measureBlocks } from './fanout/blocks.ts';
import { compileLoad, type Load } from './fanout/load.ts';
import { measureMemory } from './fanout/memory.ts';
import { findNchan } from './fanout/nchan.ts';
import { canPin, descriptors } from './fanout/pinned.ts';
import type { Protocol } from './fanout/servers.ts';
import { sizes } from './fanout/sizes.ts';
import { measureStalled } from './fanout/stalled.ts';
import { measureThroughput, type Throughput, type Throughputs } from './fanout/throughput.ts';
import { type Bench, type Beside, beside, type Goal, progress, type Row, row, summary } from './report.ts';

const ROUNDS = 3;
const QUICK_ROUNDS = 2;
const WINDOWS = 6;
const QUICK_WINDOWS = 3;
/** Descriptors that a process needs beside those of its connections. */
const SPARE = 200;

const names: Readonly<Record<Protocol, string>> = {
  plain: 'ws.send',
  centrifugal: 'WebSocket',
  sse: 'SSE',
  'socket.io': 'socket.io',
  nchan: 'nchan',
};

export const fanout: Bench = async ({ quick }) => {
  using load = await compileLoad();
  const nchan = findNchan();
  if (nchan === null) progress('No nginx with nchan on this machine: without it');
  const isCramped = descriptors() < sizes.restingMany + SPARE;
  const rounds = quick ? QUICK_ROUNDS : ROUNDS;
  const measured = await measureThroughput(load, rounds, nchan);
  const rows = [
    ...(['centrifugal', 'sse'] as const).flatMap((protocol) => ours(protocol, measured)),
    ...(['plain', 'socket.io', 'nchan'] as const).flatMap((protocol) => theirs(protocol, measured)),
    ...(isCramped ? [] : await memoryRows(load)),
    ...(await stalledRows(load)),
    ...(await blockRows(load, quick ? QUICK_WINDOWS : WINDOWS)),
  ];
  const shares = [...measured.values()];
  const loadShare = summary(shares.flatMap((each) => each.loadShare)).high;
  const serverShare = summary(shares.flatMap((each) => each.serverShare)).median;
  return {
    bench: 'fanout',
    how: how({ rounds, hasNchan: nchan !== null, isCramped, loadShare, serverShare }),
    rows,
  };
};

type Figure = readonly [
  name: Exclude<keyof Throughput, 'loadShare' | 'serverShare'>,
  figure: string,
  unit: string,
  goal: Goal | null,
];

const wrong = 'missing, twice or out of order';
const { perSecond, outstanding } = sizes;
const figures: readonly Figure[] = [
  ['one', 'deliveries, 1 outstanding', 'per s', { atLeast: 1.5 }],
  ['oneCpuUs', 'CPU of a delivery, 1 outstanding', 'µs', null],
  ['many', `deliveries, ${outstanding} outstanding`, 'per s', { atLeast: 10 }],
  ['manyCpuUs', `CPU of a delivery, ${outstanding} outstanding`, 'µs', null],
  ['p50Ms', `latency at ${perSecond}/s, p50`, 'ms', null],
  ['p99Ms', `latency at ${perSecond}/s, p99`, 'ms', { atMost: 0.9 }],
  ['cpuUs', `CPU of a delivery at ${perSecond}/s`, 'µs', null],
];

/** The goals are WebSocket's: that is what the others are measured over. */
function ours(protocol: 'centrifugal' | 'sse', measured: Throughputs): Beside[] {
  const own = of(protocol, measured);
  const plain = of('plain', measured);
  const compared = figures.map(([name, figure, unit, goal]) => {
    const values = { ours: own[name], theirs: plain[name] };
    const wanted = protocol === 'sse' ? null : goal;
    return beside(`${names[protocol]}: ${figure}`, unit, names.plain, values, wanted, 'ratio');
  });
  const faults = { ours: [sum(own.faults)], theirs: null };
  return [...compared, beside(`${names[protocol]}: ${wrong}`, 'deliveries', '', faults, { atMost: 0 })];
}

function theirs(protocol: 'plain' | 'socket.io' | 'nchan', measured: Throughputs): Row[] {
  const own = measured.get(protocol);
  if (own === undefined) return [];
  const plain = of('plain', measured);
  const compared = figures.map(([name, figure, unit]) =>
    row(`${names[protocol]}: ${figure}`, own[name], unit, summary(plain[name]).median),
  );
  return [...compared, row(`${names[protocol]}: ${wrong}`, [sum(own.faults)], 'deliveries')];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function of(protocol: Protocol, measured: Throughputs): Throughput {
  const found = measured.get(protocol);
  if (found === undefined) throw new Error(`${protocol} was not measured`);
  return found;
}

/** May cost this much more than a connection of the bare library. */
const WEB_SOCKET_MORE_KB = 2;
const SSE_KB = 11;

async function memoryRows(load: Load): Promise<Beside[]> {
  const kb = async (protocol: 'plain' | 'centrifugal' | 'sse') => [
    (await measureMemory(load, protocol)) / 1_000,
  ];
  const bare = await kb('plain');
  const most = Number((summary(bare).median + WEB_SOCKET_MORE_KB).toFixed(1));
  const webSocket = { ours: await kb('centrifugal'), theirs: bare };
  const sse = { ours: await kb('sse'), theirs: bare };
  return [
    beside('WebSocket: memory of a resting connection', 'kB', 'bare ws', webSocket, { atMost: most }),
    beside('SSE: memory of a resting connection', 'kB', 'bare ws', sse, { atMost: SSE_KB }),
  ];
}

const STALLED_MB = 20;

async function stalledRows(load: Load): Promise<Beside[]> {
  const plain = await measureStalled(load, 'plain');
  const own = await measureStalled(load, 'centrifugal');
  const grown = { ours: [own.grownMb], theirs: [plain.grownMb] };
  const held = { ours: [own.heldMb], theirs: [plain.heldMb] };
  const late = sizes.stalled - own.upToDate;
  return [
    beside(`${sizes.stalled} stalled: memory grows by`, 'MB', names.plain, grown, { atMost: STALLED_MB }),
    beside(`${sizes.stalled} stalled: held after a collection`, 'MB', names.plain, held, null),
    beside(
      `${sizes.stalled} stalled: cut off`,
      'clients',
      '',
      { ours: [own.cut], theirs: null },
      { atMost: 0 },
    ),
    beside(
      '…, not up to date when they read again',
      'clients',
      '',
      { ours: [late], theirs: null },
      { atMost: 0 },
    ),
  ];
}

const BLOCK_MS = 10;

async function blockRows(load: Load, windows: number): Promise<Beside[]> {
  const plain = await measureBlocks(load, 'plain', windows);
  const own = await measureBlocks(load, 'centrifugal', windows);
  const max = { ours: own.maxMs, theirs: plain.maxMs };
  const p99 = { ours: own.p99Ms, theirs: plain.p99Ms };
  const cpu = { ours: own.maxCpuMs, theirs: plain.maxCpuMs };
  return [
    beside(`${sizes.crowd} subscribers: event loop held, max`, 'ms', names.plain, max, { atMost: BLOCK_MS }),
    beside(`${sizes.crowd} subscribers: event loop held, p99`, 'ms', names.plain, p99, null),
    beside(`${sizes.crowd} subscribers: CPU at one stretch, max`, 'ms', names.plain, cpu, {
      atMost: BLOCK_MS,
    }),
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

interface Circumstances {
  readonly rounds: number;
  readonly hasNchan: boolean;
  readonly isCramped: boolean;
  /** Of its core, with the most on their way: the greatest that the load generator had, the median of the servers. */
  readonly loadShare: number;
  readonly serverShare: number;
}

function how({ rounds, hasNchan, isCramped, loadShare, serverShare }: Circumstances): string {
  const { subscribers, restingFew, restingMany, stalledMessages, stalledPerSecond, crowdPerSecond } = sizes;
  return [
    `ours is a whole node (tree, hub, sessions, outboxes, gateway, metrics) over the store in memory; in the place of a Series stands a process that commits what is published and casts it to the hub.`,
    `${subscribers} subscribers over loopback, messages of 160 bytes (in ours and socket.io's envelopes on top), ${rounds} rounds in turns, a new process each time; medians, ratios are ours / ${names.plain}(string)'s.`,
    `Published through one connection; latency from publishing to the subscriber's read, by one clock; ${outstanding} outstanding: the next message is published when one has reached all.`,
    `Memory: resident, the slope from ${restingFew} to ${restingMany} connections after a collection.`,
    `Stalled: ${stalledMessages} messages at ${stalledPerSecond}/s to clients that read as many before and then do not; the peak of resident memory against what there was before. Ours sends no pings meanwhile, whose missing answer would end the stalled.`,
    `Event loop: how late a timer of 1 ms came, and the CPU time of its thread meanwhile, over windows of 1 s with ${crowdPerSecond} messages each; median of windows.`,
    canPin
      ? 'Server on core 0, load generator on core 1.'
      : 'Not pinned (one core, or no taskset): server and load generator take each other’s time.',
    `With ${outstanding} outstanding the servers had ${percent(serverShare)} of their core (the less, the busier was this machine with something else), the load generator up to ${percent(loadShare)} of its own.`,
    ...(hasNchan ? [] : ['Not compared: nchan (apt-get install nginx-core libnginx-mod-nchan).']),
    ...(isCramped
      ? [`Not measured: memory, for want of descriptors (ulimit -Hn ${restingMany + SPARE}).`]
      : []),
  ].join(' ');
}
