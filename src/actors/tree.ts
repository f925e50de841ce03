/**
 * The supervision tree as data: who starts whom, in which order, and what falls together. Children start from top to
 * bottom and stop from bottom to top. What a kill of each does stands in ARCHITECTURE.md; a test walks it.
 */
import type { Random } from '../lib/random.ts';
import type { NodeId, RunId, SeriesId } from '../protocols/identity.ts';
import type { Limits } from '../protocols/limits.ts';
import type { PartialRequest } from '../protocols/mailbox/partial-sum.ts';
import type { StartThread } from '../protocols/ports/compute-thread.ts';
import type { Feed } from '../protocols/ports/feed.ts';
import type { Front } from '../protocols/ports/front.ts';
import type { Log } from '../protocols/ports/log.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import type { RunRecord } from '../protocols/ports/store.ts';
import type { OpenVerifier } from '../protocols/ports/token-verifier.ts';
import type { Reading } from '../protocols/rights.ts';
import { registry } from '../runtime/registry.ts';
import type { System } from '../runtime/system.ts';
import type { SeriesDefinition } from '../series/definition.ts';
import type { ChildSpec } from '../supervision/child-spec.ts';
import { dynamicSupervisor, supervisor } from '../supervision/supervisor.ts';
import { auth, type EndedLogins } from './auth.ts';
import { dispatcher } from './dispatcher.ts';
import type { Guests } from './drain.ts';
import { edge } from './edge.ts';
import type { RunFinder } from './find-run.ts';
import { hub } from './hub.ts';
import { lobby } from './lobby.ts';
import {
  authName,
  dispatcherName,
  hubName,
  hubsName,
  lobbyName,
  partialsName,
  runsName,
  seriesName,
  seriesSupervisorName,
} from './names.ts';
import { partialSum } from './partial-sum.ts';
import { rangeWorker } from './range-worker.ts';
import { runs } from './runs.ts';
import { series } from './series.ts';
import type { StoreDoor } from './store-door.ts';
import { type OpenStore, storeKeeper } from './store-keeper.ts';

export interface TreePorts {
  readonly system: System;
  readonly random: Random;
  readonly limits: Limits;
  readonly node: NodeId;
  readonly adminToken: string;
  readonly endedLogins: EndedLogins;
  /** Null where users have no tokens, and everybody may read. */
  readonly openVerifier: OpenVerifier | null;
  readonly catalogue: readonly SeriesDefinition[];
  readonly workers: number;
  readonly startThread: StartThread;
  readonly store: StoreDoor;
  readonly openStore: OpenStore;
  readonly feed: Feed;
  readonly finder: RunFinder;
  /** Of this program, as clients are told it. */
  readonly version: string;
  readonly front: Front;
  /** The sessions that live, for who wants to send them away. */
  readonly guests: Guests;
  readonly meter: Meter;
  readonly log: Pick<Log, 'debug'>;
}

/** The root and all below it. */
export function tree(ports: TreePorts) {
  const { system, random, limits, store, meter } = ports;
  const deps = { random };
  const usual = { intensity: limits.intensity, periodMs: limits.intensityPeriodMs };
  /** For what may fail again and again for reasons of the world: a thread, a file, a run. */
  const backoff = { minMs: 20, maxMs: 2_000, factor: 2, jitter: 0.5, resetAfterMs: 1_000 };

  const base = supervisor(
    {
      strategy: 'one_for_one',
      ...usual,
      backoff,
      children: [
        { id: 'registry', start: () => registry(system) },
        { id: 'store', start: () => storeKeeper(store, ports.openStore, meter) },
        {
          id: 'auth',
          name: authName,
          start: () =>
            auth(ports.adminToken, ports.endedLogins, {
              limits,
              random,
              openVerifier: ports.openVerifier,
              log: ports.log,
            }),
        },
      ],
    },
    deps,
  );

  const rangeWorkers = supervisor(
    {
      strategy: 'one_for_one',
      intensity: limits.workerIntensity,
      periodMs: limits.intensityPeriodMs,
      backoff,
      children: Array.from({ length: ports.workers }, (_, index) => ({
        id: String(index),
        start: () => rangeWorker(index, { startThread: ports.startThread, limits, meter }),
      })),
    },
    deps,
  );

  const seriesPorts = { store, limits, node: ports.node, random, meter };
  const allSeries = dynamicSupervisor(
    {
      strategy: 'simple_one_for_one',
      ...usual,
      backoff,
      maxChildren: limits.privateRuns + ports.catalogue.length,
      child: (record: RunRecord): ChildSpec => ({
        id: record.run,
        name: seriesName(record.run),
        restart: 'transient',
        start: () => series(definitionOf(record), record, seriesPorts),
      }),
    },
    deps,
  );

  const compute = supervisor(
    {
      strategy: 'rest_for_one',
      ...usual,
      children: [
        { id: 'dispatcher', name: dispatcherName, start: () => dispatcher(limits, meter) },
        { id: 'range-workers', start: () => rangeWorkers },
        { id: 'series', name: seriesSupervisorName, start: () => allSeries },
        {
          id: 'runs',
          name: runsName,
          start: () => runs({ store, catalogue: ports.catalogue, limits, random }),
        },
      ],
    },
    deps,
  );

  const hubs = dynamicSupervisor(
    {
      strategy: 'simple_one_for_one',
      ...usual,
      backoff,
      maxChildren: limits.privateRuns + ports.catalogue.length,
      child: (run: RunId): ChildSpec => ({
        id: run,
        name: hubName(run),
        restart: 'transient',
        start: () => hub(run, { store, limits, random, meter }),
      }),
    },
    deps,
  );

  const partials = dynamicSupervisor(
    {
      strategy: 'simple_one_for_one',
      ...usual,
      maxChildren: limits.partialsAtOnce,
      child: (request: PartialRequest) => ({
        id: request.id,
        restart: 'temporary',
        start: () => partialSum(request, definitionOf(request), limits),
      }),
    },
    deps,
  );

  const broadcast = supervisor(
    {
      strategy: 'one_for_one',
      ...usual,
      children: [
        { id: 'hubs', name: hubsName, start: () => hubs },
        { id: 'lobby', name: lobbyName, start: () => lobby(limits, random, meter) },
        { id: 'partials', name: partialsName, start: () => partials },
      ],
    },
    deps,
  );

  const { feed, finder, version, guests, log, front } = ports;
  const reading: Reading = ports.openVerifier === null ? 'open' : 'by-permission';
  const edgePorts = { limits, random, feed, store, finder, version, meter, log, guests, reading, front };
  const clients = edge(edgePorts, usual, deps);

  function definitionOf({ series: id }: { readonly series: SeriesId }): SeriesDefinition {
    const definition = ports.catalogue.find((entry) => entry.id === id);
    if (definition === undefined) throw new Error(`the catalogue has no series ${id}`);
    return definition;
  }

  return supervisor(
    {
      strategy: 'one_for_one',
      ...usual,
      children: [
        { id: 'base', start: () => base },
        { id: 'compute', start: () => compute },
        { id: 'broadcast', start: () => broadcast },
        { id: 'edge', start: () => clients },
      ],
    },
    deps,
  );
}
