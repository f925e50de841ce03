/** A node without its gateway: the real tree over real worker threads and a real store, spoken to through its service. */
import type { EndedLogins } from '../../../src/actors/auth.ts';
import { runFinder } from '../../../src/actors/find-run.ts';
import { createService } from '../../../src/actors/service.ts';
import { createStoreDoor } from '../../../src/actors/store-door.ts';
import type { OpenStore } from '../../../src/actors/store-keeper.ts';
import { supervisionFeed } from '../../../src/actors/supervision-feed.ts';
import { tree } from '../../../src/actors/tree.ts';
import { threadStarter } from '../../../src/kernels/start-thread.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { NodeId } from '../../../src/protocols/identity.ts';
import { type Limits, limitsWith } from '../../../src/protocols/limits.ts';
import type { StartThread } from '../../../src/protocols/ports/compute-thread.ts';
import type { Feed } from '../../../src/protocols/ports/feed.ts';
import { noLog } from '../../../src/protocols/ports/log.ts';
import { type Meter, noMeter } from '../../../src/protocols/ports/meter.ts';
import type { Caller, Service } from '../../../src/protocols/ports/service.ts';
import type { Answer } from '../../../src/protocols/refusal.ts';
import type { NewRun, RunView } from '../../../src/protocols/wire/run-view.ts';
import type { KillReport, TreeNode } from '../../../src/protocols/wire/supervision.ts';
import type { ExitReason } from '../../../src/runtime/exit-reason.ts';
import type { Pid } from '../../../src/runtime/pid.ts';
import { createSystem, type System } from '../../../src/runtime/system.ts';
import { catalogue, findSeries } from '../../../src/series/catalogue.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { quietFront } from './quiet-front.ts';

export interface NodeOptions {
  readonly seed: number;
  readonly workers: number;
  readonly limits?: Partial<Limits>;
  readonly startThread?: StartThread;
  readonly openStore?: OpenStore;
  readonly chaos?: boolean;
  readonly meter?: Meter;
}

/** Fast enough for a test: short intervals, short rests, and room for many restarts. */
const quick: Partial<Limits> = { sprintIntervalMs: 10, restMs: 200, storeRetryMinMs: 5, storeRetryMaxMs: 50 };

export class WholeNode implements AsyncDisposable {
  readonly system: System;
  readonly service: Service;
  readonly feed: Feed;
  readonly limits: Limits;
  readonly root: Pid;
  readonly ended: Promise<ExitReason>;

  private constructor(parts: Pick<WholeNode, 'system' | 'service' | 'feed' | 'limits' | 'root' | 'ended'>) {
    this.system = parts.system;
    this.service = parts.service;
    this.feed = parts.feed;
    this.limits = parts.limits;
    this.root = parts.root;
    this.ended = parts.ended;
  }

  static async start(options: NodeOptions): Promise<WholeNode> {
    const limits = limitsWith({ ...quick, ...options.limits });
    const random = seededRandom(options.seed);
    const system = createSystem({ name: 'n-test', clock: systemClock, mailboxMax: limits.mailbox });
    const feed = supervisionFeed(system, systemClock, limits.eventsKept);
    const endedLogins: EndedLogins = { current: new Map() };
    const node = 'n-test' as NodeId;
    let root: Pid | null = null;
    const findSeriesById = (text: string) => findSeries(text);
    const finder = runFinder(system, findSeriesById);
    const service = createService({
      system,
      root: () => root,
      limits,
      random,
      node,
      chaos: options.chaos ?? false,
      findSeries: findSeriesById,
      finder,
      meter: options.meter ?? noMeter,
      draining: () => false,
      dieNow: () => {},
    });
    const memory = new FaultyStore();
    const behaviour = tree({
      system,
      random,
      limits,
      node,
      adminToken: 'the-admin-token-of-tests',
      endedLogins,
      openVerifier: null,
      catalogue,
      workers: options.workers,
      startThread: options.startThread ?? threadStarter(null),
      store: createStoreDoor(systemClock, options.meter ?? noMeter),
      openStore: options.openStore ?? (async () => memory),
      feed,
      finder,
      version: '0.0.0',
      guests: new Set(),
      front: quietFront,
      meter: options.meter ?? noMeter,
      log: noLog,
    });
    const starting = system.start(behaviour, { id: 'root' });
    root = starting.pid;
    const started = await starting.started;
    if (!started.ok) throw new Error(`the root did not start: ${JSON.stringify(started.reason)}`);
    const { pid } = started;
    const ended = system.ended(pid);
    return new WholeNode({ system, service, feed, limits, root: pid, ended });
  }

  /** Begins a run as soon as the keeper of runs has read those there are. */
  async begin(series: string, wish: NewRun, caller: Caller): Promise<RunView> {
    for (const endMs = performance.now() + 10_000; ; ) {
      const made = await this.service.createRun(series, wish, caller);
      if (made.ok) return made.value;
      if (made.code !== 'not-ready' || performance.now() > endMs) throw new Error(made.detail);
    }
  }

  async kill(path: string): Promise<KillReport> {
    const answer = await this.service.kill({ path });
    if (!answer.ok) throw new Error(`${path}: ${answer.detail}`);
    return answer.value;
  }

  /** Every process that the tree shows, from the root down. */
  all(): TreeNode[] {
    const answer = this.service.tree({ path: null, after: null, limit: null });
    if (!answer.ok) throw new Error(answer.detail);
    const flat = (node: TreeNode): TreeNode[] => [node, ...node.children.flatMap(flat)];
    return flat(answer.value.root);
  }

  pidAt(path: string): string | null {
    const answer: Answer<{ root: TreeNode }> = this.service.tree({ path, after: null, limit: null });
    return answer.ok ? answer.value.root.pid : null;
  }

  /** Thread ids that the workers at `path` have told of, oldest first. */
  threads(path: string): string[] {
    return this.feed
      .recent()
      .flatMap((event) => (event.type === 'note' && event.path === path ? [event.note] : []));
  }

  async stop(): Promise<void> {
    await this.system.stop(this.root, 'shutdown', 10_000);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

/** SQLite in `folder`, opened anew by each incarnation of its keeper. */
export function sqliteIn(folder: string): OpenStore {
  const bounds = { estimates: 4_096, ageMs: 900_000, bytes: 2 ** 24 };
  return async () => {
    const opened = openStore({ folder, bounds });
    if (opened.kind === 'refused') throw new Error(opened.detail);
    return opened.store;
  };
}
