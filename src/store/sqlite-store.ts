/**
 * The home of a node of its own: one SQLite file, written in place. Each operation is one transaction, answered
 * after its fsync. It is synchronous by design: a commit takes well under a millisecond, a run commits at most ten
 * times a second, and so no two operations ever overlap. Leases are not needed: the folder has one process.
 */
import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type {
  Commit,
  EpochStart,
  History,
  HistoryBounds,
  Store,
  Unavailable,
} from '../protocols/ports/store.ts';
import type { Position } from '../protocols/position.ts';
import { assertCommit, formatHolder, judgeCommit } from './commit-rule.ts';
import { historyGap, isSurplus } from './history-rule.ts';
import { worldReason } from './sqlite-failure.ts';
import {
  agedRow,
  checkpointRow,
  claimsRow,
  historyRow,
  present,
  recordRow,
  standingRow,
  topRow,
} from './sqlite-rows.ts';
import { prepareStatements, type Statements } from './sqlite-statements.ts';
import { decodeRun, encodeCurve, encodeRun, UnreadableRow } from './stored-text.ts';

/** `db` is open, of the newest schema, and from here on this store's own; `path` is for people. */
export function sqliteStore(db: DatabaseSync, path: string, bounds: HistoryBounds): Store {
  const sql = prepareStatements(db);
  const inode = inodeOf(path);
  /** Why nothing may be written any more: it would go into a file that nobody finds again. */
  let lost: string | null = null;

  /** The world's failures become `unavailable`; what was half done is undone. */
  const answer = async <T>(work: () => T): Promise<T | Unavailable> => {
    if (!db.isOpen) return { kind: 'unavailable', reason: 'the store is closed' };
    try {
      return work();
    } catch (error) {
      const reason = worldReason(error);
      if (reason === null) throw error;
      return { kind: 'unavailable', reason: `${path}: ${reason}` };
    }
  };

  const write = async <T>(work: () => T): Promise<T | Unavailable> => {
    if (lost !== null) return { kind: 'unavailable', reason: lost };
    return answer(() => {
      // A rollback that failed with the disk may have left one open.
      if (db.isTransaction) sql.rollback.run();
      sql.begin.run();
      try {
        const result = work();
        sql.commit.run();
        return result;
      } catch (error) {
        rollBack(db, sql);
        throw error;
      }
    });
  };

  return {
    name: `SQLite ${path}`,

    putRun: (record) =>
      write(() => {
        sql.putRun.run(record.run, record.createdAt, encodeRun(record));
        return { kind: 'done' } as const;
      }),

    listRuns: () =>
      answer(() => {
        const rows: readonly unknown[] = sql.listRuns.all();
        const runs = rows.map((row) => decodeRun(present(recordRow(row), 'run').record));
        return { kind: 'runs', runs } as const;
      }),

    removeRun: (run) =>
      write(() => {
        const standing = standingRow(sql.standing.get(run));
        sql.removeRun.run(run);
        if (standing !== null) removeCheckpoint(sql, standing.id);
        return { kind: 'done' } as const;
      }),

    claim: ({ run, version, nonce, freshEpoch }) =>
      write(() => {
        const holder = formatHolder(nonce, present(claimsRow(sql.takeClaim.get()), 'count of claims').taken);
        const standing = standingRow(sql.standing.get(run));
        if (standing?.version === version) {
          sql.hold.run(holder, standing.id);
        } else {
          if (standing !== null) removeCheckpoint(sql, standing.id);
          sql.addCheckpoint.run(run, version, holder, freshEpoch);
        }
        const checkpoint = present(checkpointRow(sql.checkpoint.get(run)), 'checkpoint');
        const known = recordRow(sql.record.get(run));
        const record = known === null ? null : decodeRun(known.record);
        return { kind: 'claimed', holder, checkpoint, record } as const;
      }),

    commit: (commit) => write(() => applyCommit(sql, commit, bounds)),
    beginEpoch: (start) => write(() => startEpoch(sql, start)),
    readAfter: (run, after, limit) => answer(() => readHistory(sql, run, after, limit)),

    read: (run) =>
      answer(() => {
        const checkpoint = checkpointRow(sql.checkpoint.get(run));
        if (checkpoint === null) return { kind: 'unknown-run' } as const;
        return { kind: 'checkpoint', checkpoint } as const;
      }),

    // An empty transaction takes the write lock, so it also notices a file that has become read-only.
    ping: async () => {
      if (db.isOpen && inodeOf(path) !== inode) lost = `${path} has been removed or replaced by another file`;
      return write(() => ({ kind: 'done' }) as const);
    },

    close: async () => {
      if (db.isOpen) db.close();
    },
  };
}

/** Null when there is no file at `path`. */
function inodeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
}

function applyCommit(sql: Statements, commit: Commit, bounds: HistoryBounds) {
  assertCommit(commit);
  const curve = encodeCurve(commit.curve);
  const standing = standingRow(sql.standing.get(commit.run));
  const judged = judgeCommit(standing, commit);
  if (standing === null || judged.kind !== 'committed') return judged;

  const { offset, to, state, estimate, atMs } = commit;
  const size = Buffer.byteLength(estimate);
  sql.addHistory.run(standing.id, offset, atMs, size, estimate);

  let { oldest, bytes } = standing;
  bytes += size;
  for (; oldest < offset; oldest += 1) {
    const row = present(agedRow(sql.age.get(standing.id, oldest)), 'history row');
    if (!isSurplus({ top: offset, oldest, bytes }, row.atMs, atMs, bounds)) break;
    bytes -= row.bytes;
  }
  if (oldest > standing.oldest) sql.dropHistoryBefore.run(standing.id, oldest);
  sql.advance.run(offset, to, oldest, bytes, state, curve, estimate, standing.id);
  return judged;
}

function startEpoch(sql: Statements, { run, holder, epoch, from }: EpochStart) {
  const standing = standingRow(sql.standing.get(run));
  if (standing?.holder !== holder) return { kind: 'fenced' } as const;
  if (from === 'checkpoint') {
    sql.dropHistory.run(standing.id);
    sql.renew.run(epoch, standing.id);
  } else {
    removeCheckpoint(sql, standing.id);
    sql.addCheckpoint.run(run, standing.version, holder, epoch);
  }
  return {
    kind: 'started',
    checkpoint: present(checkpointRow(sql.checkpoint.get(run)), 'checkpoint'),
  } as const;
}

function readHistory(sql: Statements, run: string, after: Position, limit: number): History {
  const found = topRow(sql.top.get(run));
  if (found === null) return { kind: 'unknown-run' };
  const { id, epoch, offset, oldest, estimate } = found;
  const top = { epoch, offset };
  const reason = historyGap(top, oldest, after);
  if (reason !== null) return { kind: 'gap', reason, top, oldest, estimate };
  const rows: readonly unknown[] = sql.history.all(id, after.offset, Math.max(0, limit));
  return {
    kind: 'rows',
    top,
    rows: rows.map((row, index) => {
      const { offset, estimate } = present(historyRow(row), 'history row');
      if (offset !== after.offset + 1 + index)
        throw new UnreadableRow(`history row ${offset}: a hole before it`);
      return { offset, estimate };
    }),
  };
}

function removeCheckpoint(sql: Statements, id: number): void {
  sql.dropHistory.run(id);
  sql.removeCheckpoint.run(id);
}

/** The failure that led here is the one to report; SQLite may have rolled back by itself already. */
function rollBack(db: DatabaseSync, sql: Statements): void {
  try {
    if (db.isTransaction) sql.rollback.run();
  } catch (error) {
    if (worldReason(error) === null) throw error;
  }
}
