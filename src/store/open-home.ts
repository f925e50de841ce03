/**
 * The home of a node's runs, by configuration: Redis where one is named, else a folder of its own. What stands in the
 * way is an answer, for `main.ts` to print and to end with.
 */
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { Limits } from '../protocols/limits.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import type { HistoryBounds, Store } from '../protocols/ports/store.ts';
import { type FolderHolder, lockDataFolder } from './data-folder.ts';
import { type OpenedRedis, openRedis } from './open-redis.ts';
import { openStore } from './open-store.ts';

export interface HomeConfig {
  /** Null: `dataFolder` is the home. */
  readonly redisUrl: string | null;
  readonly dataFolder: string;
  readonly limits: Limits;
  /** Who locks the folder. */
  readonly holder: FolderHolder;
  readonly clock: Clock;
  readonly random: Random;
  readonly meter: Meter;
}

export interface Home {
  /** The store for one incarnation of its keeper: the first time the one that was opened to see whether it can be. */
  open(): Promise<Store>;
  /** Gives the folder back; the last store has been closed. */
  release(): void;
  /** What an operator should know. */
  readonly warnings: readonly string[];
}

export type OpenedHome =
  | { readonly kind: 'opened'; readonly home: Home }
  | { readonly kind: 'refused'; readonly detail: string };

const ASK_AGAIN_MS = 100;

export function openHome(config: HomeConfig): Promise<OpenedHome> {
  const { redisUrl, limits } = config;
  const bounds = {
    estimates: limits.historyEstimates,
    ageMs: limits.historyMs,
    bytes: limits.historyBytes,
  };
  return redisUrl === null ? openFolder(config, bounds) : openServer(redisUrl, config, bounds);
}

async function openFolder({ dataFolder, holder }: HomeConfig, bounds: HistoryBounds): Promise<OpenedHome> {
  const locked = lockDataFolder(dataFolder, holder);
  if (locked.kind === 'refused') return locked;
  const { folder, release } = locked;
  const opened = openStore({ folder, bounds });
  if (opened.kind === 'refused') {
    release();
    return opened;
  }
  const again = () => {
    const reopened = openStore({ folder, bounds });
    if (reopened.kind === 'refused') throw new Error(reopened.detail);
    return reopened.store;
  };
  return { kind: 'opened', home: { open: firstThen(opened.store, again), release, warnings: [] } };
}

async function openServer(url: string, config: HomeConfig, bounds: HistoryBounds): Promise<OpenedHome> {
  const { limits, random, meter } = config;
  const connect = () => openRedis({ url, prefix: 'zeno', bounds, limits, random, meter });
  const opened = connect();
  const fault = await waitFor(opened, config);
  if (fault !== null) {
    await opened.store.close();
    const detail = `${fault}. No Redis answered within ${limits.redisStartMs} ms: start it, correct ZENO_REDIS, or unset it to keep runs in a folder.`;
    return { kind: 'refused', detail };
  }
  const warnings = await opened.warnings();
  const open = firstThen(opened.store, () => connect().store);
  return { kind: 'opened', home: { open, release: () => {}, warnings } };
}

/** Null as soon as it answers; what was wrong the last time when it never did. */
async function waitFor(opened: OpenedRedis, { limits, clock }: HomeConfig): Promise<string | null> {
  const untilMs = clock.monotonicMs() + limits.redisStartMs;
  for (;;) {
    const fault = await opened.fault();
    if (fault === null || clock.monotonicMs() >= untilMs) return fault;
    await new Promise<void>((resolve) => clock.schedule(ASK_AGAIN_MS, resolve));
  }
}

function firstThen(opened: Store, again: () => Store): () => Promise<Store> {
  let first: Store | null = opened;
  return async () => {
    const store = first ?? again();
    first = null;
    return store;
  };
}
