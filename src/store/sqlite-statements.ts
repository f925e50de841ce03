/** All SQL the store says while it runs, prepared once. Parameters go by position, in the order they are written. */
import type { DatabaseSync } from 'node:sqlite';

export type Statements = ReturnType<typeof prepareStatements>;

/** Throws what SQLite says when the tables are not those of the schema. */
export function prepareStatements(db: DatabaseSync) {
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),

    putRun: db.prepare(
      `INSERT INTO run (run, created_at, record) VALUES (?, ?, ?)
       ON CONFLICT (run) DO UPDATE SET created_at = excluded.created_at, record = excluded.record`,
    ),
    listRuns: db.prepare('SELECT record FROM run ORDER BY created_at, run'),
    record: db.prepare('SELECT record FROM run WHERE run = ?'),
    removeRun: db.prepare('DELETE FROM run WHERE run = ?'),

    takeClaim: db.prepare('UPDATE claims SET taken = taken + 1 RETURNING taken'),
    standing: db.prepare(
      'SELECT id, version, holder, epoch, offset, n, oldest, bytes FROM checkpoint WHERE run = ?',
    ),
    top: db.prepare('SELECT id, epoch, offset, oldest, estimate FROM checkpoint WHERE run = ?'),
    checkpoint: db.prepare('SELECT epoch, offset, n, state, curve, estimate FROM checkpoint WHERE run = ?'),
    addCheckpoint: db.prepare(
      `INSERT INTO checkpoint (run, version, holder, epoch, offset, n, oldest, bytes, state, curve, estimate)
       VALUES (?, ?, ?, ?, 0, 0, 1, 0, '', '[]', NULL)`,
    ),
    hold: db.prepare('UPDATE checkpoint SET holder = ? WHERE id = ?'),
    advance: db.prepare(
      `UPDATE checkpoint SET offset = ?, n = ?, oldest = ?, bytes = ?, state = ?, curve = ?, estimate = ?
       WHERE id = ?`,
    ),
    renew: db.prepare(
      'UPDATE checkpoint SET epoch = ?, offset = 0, oldest = 1, bytes = 0, estimate = NULL WHERE id = ?',
    ),
    removeCheckpoint: db.prepare('DELETE FROM checkpoint WHERE id = ?'),

    addHistory: db.prepare(
      'INSERT INTO history (checkpoint, offset, at_ms, bytes, estimate) VALUES (?, ?, ?, ?, ?)',
    ),
    age: db.prepare('SELECT at_ms AS atMs, bytes FROM history WHERE checkpoint = ? AND offset = ?'),
    history: db.prepare(
      'SELECT offset, estimate FROM history WHERE checkpoint = ? AND offset > ? ORDER BY offset LIMIT ?',
    ),
    dropHistoryBefore: db.prepare('DELETE FROM history WHERE checkpoint = ? AND offset < ?'),
    dropHistory: db.prepare('DELETE FROM history WHERE checkpoint = ?'),
  };
}
