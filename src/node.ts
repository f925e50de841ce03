/**
 * One node, put together: store, processes, gateway. Reads like a table of contents; `main.ts` runs it as the
 * operating system's process, tests run it within theirs.
 */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import packageJson from '../package.json' with { type: 'json' };
import type { EndedLogins } from './actors/auth.ts';
import { drain, type Guests } from './actors/drain.ts';
import { runFinder } from './actors/find-run.ts';
import { listenerName } from './actors/names.ts';
import { createService } from './actors/service.ts';
import { createStoreDoor } from './actors/store-door.ts';
import { supervisionFeed } from './actors/supervision-feed.ts';
import { tree } from './actors/tree.ts';
import type { VerifierPorts } from './auth/token-verifier.ts';
import type { Config } from './config.ts';
import { buildApp } from './gateway/app.ts';
import { createFront } from './gateway/front.ts';
import { kernelsFault } from './kernels/kernels.ts';
import { loadOwnSeries } from './kernels/own-series.ts';
import { boundedThreads, threadStarter } from './kernels/start-thread.ts';
import { systemClock } from './lib/clock.ts';
import { systemRandom } from './lib/random.ts';
import type { OpenVerifier, TokenKeys } from './protocols/ports/token-verifier.ts';
import type { From } from './runtime/call.ts';
import type { ExitReason } from './runtime/exit-reason.ts';
import { formatReport } from './runtime/format-report.ts';
import type { Pid } from './runtime/pid.ts';
import { createSystem, type System } from './runtime/system.ts';
import { catalogue, findSeries } from './series/catalogue.ts';
import { openHome } from './store/open-home.ts';
import { startFailure } from './supervision/start-failure.ts';
import { logFeed } from './telemetry/event-log.ts';
import type { Logger } from './telemetry/logger.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { meterSystem } from './telemetry/system-figures.ts';

export interface ZenoNode {
  /** Where it is reached, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly system: System;
  readonly root: Pid;
  /** Resolves when the root has ended, by `stop` or because it gave up. */
  readonly ended: Promise<ExitReason>;
  /** Says goodbye to clients, commits what is computed, releases everything. Later calls wait for the first. */
  stop(): Promise<void>;
}

export type StartedNode =
  | { readonly kind: 'started'; readonly node: ZenoNode }
  /** Something outside is in the way; `detail` tells a person what, and what to do next. */
  | { readonly kind: 'refused'; readonly detail: string };

/** What an orderly stop of the root may take, once the clients have gone, before it is cut short. */
const STOP_MS = 4_500;
const URL_TIMEOUT_MS = 5_000;
/** How long the answer to a kill of the node has to leave before the node dies. */
const DIE_AFTER_MS = 50;

/** Loaded where tokens are asked for: no other start has to wait for the library. */
async function verifierOf(keys: TokenKeys, ports: VerifierPorts): Promise<OpenVerifier> {
  const { tokenVerifier } = await import('./auth/token-verifier.ts');
  return tokenVerifier(keys, ports);
}

export async function startNode(config: Config, log: Logger): Promise<StartedNode> {
  const { limits, nodeId } = config;
  const { meter, exposition } = createMetrics(limits, true);
  const clock = systemClock;
  const random = systemRandom;

  const kernels = kernelsFault();
  if (kernels !== null) return { kind: 'refused', detail: kernels };
  const ownFile = config.seriesFile === null ? null : pathToFileURL(resolve(config.seriesFile)).href;
  const own = ownFile === null ? { kind: 'loaded' as const, series: [] } : await loadOwnSeries(ownFile);
  if (own.kind === 'refused') return own;

  const since = new Date(clock.wallMs()).toISOString();
  const opened = await openHome({
    redisUrl: config.redisUrl,
    dataFolder: config.dataFolder,
    limits,
    holder: { pid: process.pid, host: hostname(), since },
    clock,
    random,
    meter,
  });
  if (opened.kind === 'refused') return opened;
  const { home } = opened;
  for (const warning of home.warnings) log.warn(warning);

  const system = createSystem({ name: nodeId, clock, mailboxMax: limits.mailbox });
  const feed = supervisionFeed(system, clock, limits.eventsKept);
  logFeed(feed, log);
  meterSystem(system, feed, meter);
  system.onEvent((event) => {
    if (event.type !== 'report') return;
    log[event.context === 'child_terminated' ? 'debug' : 'warn'](formatReport(event));
  });
  const openVerifier =
    config.tokenKeys === null ? null : await verifierOf(config.tokenKeys, { limits, clock, meter });
  const reading = openVerifier === null ? 'open' : 'by-permission';
  const endedLogins: EndedLogins = { current: new Map() };
  let draining = false;
  let root: Pid | null = null;

  const findSeriesById = (text: string) => findSeries(text, own.series);
  const finder = runFinder(system, findSeriesById);
  const service = createService({
    system,
    root: () => root,
    limits,
    random,
    node: nodeId,
    chaos: config.chaos,
    findSeries: findSeriesById,
    finder,
    meter,
    draining: () => draining,
    dieNow: () => clock.schedule(DIE_AFTER_MS, () => process.kill(process.pid, 'SIGKILL')),
  });
  const { host, port, origins, trustProxy } = config;
  const app = await buildApp({
    service,
    limits,
    host,
    origins,
    trustProxy,
    log,
    clock,
    meter,
    exposition,
    random,
    reading,
  });
  const front = createFront(app.routing, { host, port, limits, trustProxy, log, meter });

  const guests: Guests = new Set();
  const rootBehaviour = tree({
    system,
    random,
    limits,
    node: nodeId,
    adminToken: config.adminToken,
    endedLogins,
    openVerifier,
    catalogue: [...catalogue, ...own.series],
    workers: config.workers,
    startThread: boundedThreads(config.workers, threadStarter(ownFile, limits.workerHeapMb)),
    store: createStoreDoor(clock, meter),
    openStore: home.open,
    feed,
    finder,
    version: packageJson.version,
    front,
    meter,
    log,
    guests,
  });
  const starting = system.start(rootBehaviour, { id: 'root' });
  root = starting.pid;
  const started = await starting.started;

  async function release(): Promise<void> {
    await front.closeAll();
    await app.close();
    home.release();
  }
  if (!started.ok) {
    await release();
    return { kind: 'refused', detail: startFailure(started.reason) };
  }
  const ended = system.ended(started.pid);
  const listening = await system.call(
    listenerName,
    (from: From<string>) => ({ type: 'url', from }),
    URL_TIMEOUT_MS,
  );
  let stopping: Promise<void> | null = null;
  const node: ZenoNode = {
    url: listening.ok ? listening.value : '',
    system,
    root: started.pid,
    ended,
    stop() {
      draining = true;
      stopping ??= drain({ system, limits, random, guests, meter })
        .then(() => system.stop(started.pid, 'shutdown', STOP_MS))
        .then(release);
      return stopping;
    },
  };
  return { kind: 'started', node };
}
