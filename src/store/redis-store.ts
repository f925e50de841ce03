/**
 * The home of nodes that share a Redis. Each operation is one Lua file, so it happens wholly or not at all, and all
 * keys of a run carry one hash tag, so they live together on a cluster too. What Redis can't do now is `unavailable`;
 * a commit whose answer was lost may have happened, and its repetition says so.
 */
import type { Redis } from 'ioredis';
import type { RunId } from '../protocols/identity.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import type { HistoryBounds, Store, Unavailable } from '../protocols/ports/store.ts';
import { assertCommit } from './commit-rule.ts';
import { historyGap } from './history-rule.ts';
import { redisReason, timedOut } from './redis-failure.ts';
import { readCheckpoint, readClaimed, readCommitted, readHistory, readStarted } from './redis-rows.ts';
import { redisScript } from './redis-script.ts';
import { byCreation, decodeRun, encodeCurve, encodeRun, UnreadableRow } from './stored-text.ts';

const scripts = {
  claim: redisScript('claim'),
  commit: redisScript('commit'),
  beginEpoch: redisScript('begin-epoch'),
  readAfter: redisScript('read-after'),
  removeRun: redisScript('remove-run'),
};

const checkpointFields = ['epoch', 'offset', 'n', 'state', 'curve', 'estimate'] as const;

/** Longer than any claim can be on its way. */
const CLAIMS_KEPT_MS = 86_400_000;

export interface RedisStoreOptions {
  /** For people; without a password. */
  readonly name: string;
  /** Before all keys. */
  readonly prefix: string;
  readonly bounds: HistoryBounds;
  readonly meter: Meter;
}

/** `redis` is this store's own from here on. */
export function redisStore(redis: Redis, { name, prefix, bounds, meter }: RedisStoreOptions): Store {
  const records = `${prefix}:runs`;
  const keysOf = (run: RunId) => ({
    checkpoint: `${prefix}:{${run}}:checkpoint`,
    history: `${prefix}:{${run}}:history`,
    claims: `${prefix}:{${run}}:claims`,
  });

  let closed = false;

  const answer = async <T>(work: () => Promise<T>): Promise<T | Unavailable> => {
    if (closed) return { kind: 'unavailable', reason: 'the store is closed' };
    try {
      return await work();
    } catch (error) {
      const reason = error instanceof UnreadableRow ? null : redisReason(error);
      if (reason === null) throw error;
      if (reason === timedOut) meter.limited('redisCommandMs');
      return { kind: 'unavailable', reason: `${name}: ${reason}` };
    }
  };

  return {
    name,

    async putRun(record) {
      const text = encodeRun(record);
      return answer(async () => {
        await redis.hset(records, record.run, text);
        return { kind: 'done' } as const;
      });
    },

    listRuns: () =>
      answer(async () => {
        const texts = await redis.hvals(records);
        return { kind: 'runs', runs: texts.map(decodeRun).sort(byCreation) } as const;
      }),

    removeRun: (run) =>
      answer(async () => {
        const { checkpoint, history, claims } = keysOf(run);
        // The record last: a removal that was cut short is seen, and can be repeated.
        await scripts.removeRun.run(redis, [checkpoint, history, claims], [CLAIMS_KEPT_MS]);
        await redis.hdel(records, run);
        return { kind: 'done' } as const;
      }),

    claim: ({ run, version, nonce, freshEpoch }) =>
      answer(async () => {
        const { checkpoint, history, claims } = keysOf(run);
        const claimed = await scripts.claim.run(
          redis,
          [checkpoint, history, claims],
          [nonce, version, freshEpoch],
        );
        const text = await redis.hget(records, run);
        return {
          kind: 'claimed',
          ...readClaimed(claimed),
          record: text === null ? null : decodeRun(text),
        } as const;
      }),

    async commit(commit) {
      assertCommit(commit);
      const { run, holder, epoch, offset, from, to, state, estimate, atMs } = commit;
      const curve = encodeCurve(commit.curve);
      return answer(async () => {
        const { checkpoint, history } = keysOf(run);
        const { estimates, ageMs, bytes } = bounds;
        return readCommitted(
          await scripts.commit.run(
            redis,
            [checkpoint, history],
            [
              holder,
              epoch,
              offset - 1,
              offset,
              from,
              to,
              state,
              curve,
              estimate,
              atMs,
              estimates,
              ageMs,
              bytes,
            ],
          ),
        );
      });
    },

    beginEpoch: ({ run, holder, epoch, from }) =>
      answer(async () => {
        const { checkpoint: key, history } = keysOf(run);
        const checkpoint = readStarted(
          await scripts.beginEpoch.run(redis, [key, history], [holder, epoch, from]),
        );
        return checkpoint === null
          ? ({ kind: 'fenced' } as const)
          : ({ kind: 'started', checkpoint } as const);
      }),

    readAfter: (run, after, limit) =>
      answer(async () => {
        const { checkpoint, history } = keysOf(run);
        const read = readHistory(
          await scripts.readAfter.run(
            redis,
            [checkpoint, history],
            [after.epoch, after.offset + 1, Math.max(0, limit)],
          ),
        );
        if (read === null) return { kind: 'unknown-run' } as const;
        const { epoch, offset, oldest, estimate, rows } = read;
        const top = { epoch, offset };
        const reason = historyGap(top, oldest, after);
        if (reason !== null) return { kind: 'gap', reason, top, oldest, estimate } as const;
        const hole = rows.find((row, index) => row.offset !== after.offset + 1 + index);
        if (hole !== undefined) throw new UnreadableRow(`history row ${hole.offset}: a hole before it`);
        return { kind: 'rows', top, rows } as const;
      }),

    read: (run) =>
      answer(async () => {
        const checkpoint = readCheckpoint(await redis.hmget(keysOf(run).checkpoint, ...checkpointFields));
        return checkpoint === null
          ? ({ kind: 'unknown-run' } as const)
          : ({ kind: 'checkpoint', checkpoint } as const);
      }),

    ping: () =>
      answer(async () => {
        await redis.ping();
        return { kind: 'done' } as const;
      }),

    async close() {
      closed = true;
      redis.disconnect();
    },
  };
}
