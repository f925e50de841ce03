/** The connection to Redis: bounded in every wait, so that a server that hangs is a store that is unavailable. */
import { Redis } from 'ioredis';
import { backoffMs } from '../lib/backoff.ts';
import type { Random } from '../lib/random.ts';
import type { Limits } from '../protocols/limits.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import type { HistoryBounds, Store } from '../protocols/ports/store.ts';
import { redisReason } from './redis-failure.ts';
import { redisStore } from './redis-store.ts';

type Bounds = Pick<Limits, 'redisCommandMs' | 'storeRetryMinMs' | 'storeRetryMaxMs'>;

export interface RedisConfig {
  /** `redis://` or `rediss://`, with whatever password it takes. */
  readonly url: string;
  readonly prefix: string;
  readonly bounds: HistoryBounds;
  readonly limits: Bounds;
  readonly random: Random;
  readonly meter: Meter;
}

export interface OpenedRedis {
  readonly store: Store;
  /** Null when the server answers; else why it does not, for a person. */
  fault(): Promise<string | null>;
  /** What an operator would want to know of its settings; nothing where it does not tell. */
  warnings(): Promise<readonly string[]>;
}

/** Returns at once: while there is no connection, every operation answers `unavailable`. */
export function openRedis({ url, prefix, bounds, limits, random, meter }: RedisConfig): OpenedRedis {
  const { redisCommandMs, storeRetryMinMs: minMs, storeRetryMaxMs: maxMs } = limits;
  const redis = new Redis(url, {
    connectTimeout: redisCommandMs,
    commandTimeout: redisCommandMs,
    // A server that has gone without a word is noticed by the silence after a question.
    socketTimeout: 2 * redisCommandMs,
    // What can't be sent now is answered now; who asked knows best what to do about it.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => backoffMs({ minMs, maxMs, factor: 2, jitter: 0.3 }, times, random),
  });
  // Every operation reports its own failure, and the keeper of the store asks once a second.
  redis.on('error', () => {});
  const store = redisStore(redis, { name: nameOf(url), prefix, bounds, meter });
  return {
    store,
    async fault() {
      const pong = await store.ping();
      return pong.kind === 'unavailable' ? pong.reason : null;
    },
    warnings: () => warningsOf(redis),
  };
}

/** The url without its secret. */
export function nameOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

async function warningsOf(redis: Redis): Promise<readonly string[]> {
  try {
    const settings = new Map(await pairs(redis));
    const policy = settings.get('maxmemory-policy') ?? 'noeviction';
    return [
      ...(settings.get('appendonly') === 'no'
        ? ['Redis keeps no append-only file: what is computed is lost with its process. Set appendonly yes.']
        : []),
      ...(policy === 'noeviction'
        ? []
        : [`Redis may evict what it holds (maxmemory-policy ${policy}). Set maxmemory-policy noeviction.`]),
    ];
  } catch (error) {
    if (redisReason(error) === null && !(error instanceof Error && error.message.startsWith('ERR')))
      throw error;
    return [];
  }
}

async function pairs(redis: Redis): Promise<[string, string][]> {
  const names = ['appendonly', 'maxmemory-policy'] as const;
  const answers = await Promise.all(names.map((name) => redis.config('GET', name)));
  return answers.flatMap((answer): [string, string][] => {
    const [name, value] = Array.isArray(answer) ? answer.map(String) : [];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
}
