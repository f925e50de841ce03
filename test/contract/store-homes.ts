/** The homes that have to keep the promises of the Store port; a new one is a line in this table. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { systemRandom } from '../../src/lib/random.ts';
import { limitsWith } from '../../src/protocols/limits.ts';
import { noMeter } from '../../src/protocols/ports/meter.ts';
import type { HistoryBounds, Store } from '../../src/protocols/ports/store.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { openRedis } from '../../src/store/open-redis.ts';
import { openStore } from '../../src/store/open-store.ts';
import { eventually } from '../support/eventually.ts';
import { RedisServer } from '../support/redis-server.ts';

export interface OpenHome extends AsyncDisposable {
  readonly store: Store;
}

export interface Home {
  readonly name: string;
  /** The same runs after `close` and a new start? */
  readonly durable: boolean;
  /** A fresh, empty home; disposing of it leaves nothing behind. */
  open(bounds?: HistoryBounds): Promise<OpenHome>;
  /** Closes the store and opens what it left. */
  reopen(home: OpenHome, bounds?: HistoryBounds): Promise<OpenHome>;
}

export const roomy: HistoryBounds = { estimates: 4_096, ageMs: 900_000, bytes: 16 * 1024 * 1024 };

const folders = new WeakMap<OpenHome, string>();

function sqliteHome(folder: string, bounds: HistoryBounds): OpenHome {
  const opened = openStore({ folder, bounds });
  if (opened.kind !== 'opened') throw new Error(opened.detail);
  const { store } = opened;
  const home: OpenHome = {
    store,
    async [Symbol.asyncDispose]() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  folders.set(home, folder);
  return home;
}

/** One server for a file of tests; each home has keys of its own. */
let server: Promise<RedisServer> | null = null;
let prefixes = 0;
const prefixOf = new WeakMap<OpenHome, string>();

afterAll(async () => {
  await (await server)?.[Symbol.asyncDispose]();
});

async function redisHome(prefix: string, bounds: HistoryBounds): Promise<OpenHome> {
  server ??= RedisServer.start();
  const { url } = await server;
  const { store } = openRedis({
    url,
    prefix,
    bounds,
    limits: limitsWith({}),
    random: systemRandom,
    meter: noMeter,
  });
  await eventually('Redis answers', async () => (await store.ping()).kind === 'done');
  const home: OpenHome = { store, [Symbol.asyncDispose]: () => store.close() };
  prefixOf.set(home, prefix);
  return home;
}

export const homes: readonly Home[] = [
  {
    name: 'memory',
    durable: false,
    open: async (bounds = roomy) => {
      const store = memoryStore(bounds);
      return { store, [Symbol.asyncDispose]: () => store.close() };
    },
    reopen: async (home) => home,
  },
  {
    name: 'SQLite',
    durable: true,
    open: async (bounds = roomy) => sqliteHome(mkdtempSync(join(tmpdir(), 'zeno-store-')), bounds),
    reopen: async (home, bounds = roomy) => {
      await home.store.close();
      const folder = folders.get(home);
      if (folder === undefined) throw new Error('not a home of this kind');
      return sqliteHome(folder, bounds);
    },
  },
  {
    name: 'Redis',
    durable: true,
    open: async (bounds = roomy) => {
      prefixes += 1;
      return redisHome(`test${prefixes}`, bounds);
    },
    reopen: async (home, bounds = roomy) => {
      await home.store.close();
      const prefix = prefixOf.get(home);
      if (prefix === undefined) throw new Error('not a home of this kind');
      return redisHome(prefix, bounds);
    },
  },
];
