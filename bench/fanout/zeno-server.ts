/**
 * A whole node over the store in memory: the real tree, sessions, hubs and gateway, put together as `src/node.ts` does
 * it. Only what computes is missing: the catalogue is empty, and one run is published to from outside.
 */
import { runFinder } from '../../src/actors/find-run.ts';
import { listenerName, seriesName } from '../../src/actors/names.ts';
import { createService } from '../../src/actors/service.ts';
import { createStoreDoor } from '../../src/actors/store-door.ts';
import { supervisionFeed } from '../../src/actors/supervision-feed.ts';
import { tree } from '../../src/actors/tree.ts';
import { buildApp } from '../../src/gateway/app.ts';
import { createFront } from '../../src/gateway/front.ts';
import { threadStarter } from '../../src/kernels/start-thread.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemRandom } from '../../src/lib/random.ts';
import type { NodeId, RunId } from '../../src/protocols/identity.ts';
import { limitsWith } from '../../src/protocols/limits.ts';
import type { From } from '../../src/runtime/call.ts';
import { processName } from '../../src/runtime/process-name.ts';
import { createSystem } from '../../src/runtime/system.ts';
import { findSeries } from '../../src/series/catalogue.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { meterSystem } from '../../src/telemetry/system-figures.ts';
import { adminToken } from '../node-process.ts';
import { type BenchSeriesMessage, benchSeries } from './bench-series.ts';
import { answerParent } from './parent.ts';
import { listenForLines } from './published-lines.ts';

/** All clients come from one address, as fast as they can. */
const MANY = 100_000;
/** Longer than anything here: whoever stalls would be let go for its pong before its outbox's time is over. */
const PING_MS = 600_000;
const URL_MS = 5_000;
const run = 'leibniz' as RunId;
const node = 'n-bench' as NodeId;
const host = '127.0.0.1';

const limits = limitsWith({
  connectionsPerAddress: MANY,
  socketsPerAddress: MANY,
  connectsPerSecond: MANY,
  connectsPerAddress: MANY,
  pingMs: PING_MS,
});
/** By number alone: what is kept for its age would be counted as memory of the clients. */
const bounds = { estimates: limits.historyEstimates, ageMs: 0, bytes: limits.historyBytes };
const clock = systemClock;
const random = systemRandom;
const { meter, exposition } = createMetrics(limits, true);
const log = createLogger('error', node);
const system = createSystem({ name: node, clock, mailboxMax: limits.mailbox });
const feed = supervisionFeed(system, clock, limits.eventsKept);
meterSystem(system, feed, meter);
const finder = runFinder(system, findSeries);
const service = createService({
  system,
  root: () => null,
  limits,
  random,
  node,
  chaos: false,
  findSeries,
  finder,
  meter,
  draining: () => false,
  dieNow: () => process.exit(1),
});
const app = await buildApp({
  service,
  limits,
  host,
  origins: [],
  trustProxy: false,
  log,
  clock,
  meter,
  exposition,
  random,
  reading: 'open',
});
const store = createStoreDoor(clock, meter);
const root = tree({
  system,
  random,
  limits,
  node,
  adminToken,
  endedLogins: { current: new Map() },
  openVerifier: null,
  catalogue: [],
  workers: 0,
  startThread: threadStarter(null),
  store,
  openStore: async () => memoryStore(bounds),
  feed,
  finder,
  version: '0.0.0',
  front: createFront(app.routing, { host, port: 0, limits, trustProxy: false, log, meter }),
  meter,
  log,
  guests: new Set(),
});
const started = await system.spawn(root, { id: 'root' });
if (!started.ok) throw new Error('the tree did not start', { cause: started.reason });

const name = processName<BenchSeriesMessage>(seriesName(run).text);
const series = await system.spawn(benchSeries(run, node, store), { name });
if (!series.ok) throw new Error('the run did not start', { cause: series.reason });
const { pid } = series;
const publishPort = await listenForLines((lines) => system.cast(pid, { type: 'published', lines }));
const url = await system.call(listenerName, (from: From<string>) => ({ type: 'url', from }), URL_MS);
if (!url.ok) throw new Error('it does not listen');
answerParent(Number(new URL(url.value).port), publishPort);
