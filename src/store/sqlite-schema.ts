/**
 * The tables of the SQLite home, as a list of migrations: entry i takes a file from schema i to schema i + 1, in
 * one transaction with its number. A released entry is never edited; a change of the tables is a new entry.
 */
import type { DatabaseSync } from 'node:sqlite';

/** In the file's header, bytes 68-71: the letters `Zeno`. */
export const applicationId = 0x5a_65_6e_6f;

/**
 * - `claims`: one row, the number of claims ever taken of any run. Being the store's and not a run's, a token never
 *   goes down, not even for a run that was removed and begun again.
 * - `checkpoint`: the wide columns stand last, so that a commit reads the narrow ones without them. `oldest` and
 *   `bytes` are the running extent of the run's history: nothing is ever counted or summed over it.
 * - `history`: keyed by (run, offset), so that a run's rows lie together, in the order in which they are read.
 */
const tables = `
CREATE TABLE claims (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  taken INTEGER NOT NULL
) STRICT;
INSERT INTO claims VALUES (1, 0);

CREATE TABLE run (
  run TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  record TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
  id INTEGER PRIMARY KEY,
  run TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  holder TEXT NOT NULL,
  epoch TEXT NOT NULL,
  offset INTEGER NOT NULL,
  n INTEGER NOT NULL,
  oldest INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  state TEXT NOT NULL,
  curve TEXT NOT NULL,
  estimate TEXT
) STRICT;

CREATE TABLE history (
  checkpoint INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  estimate TEXT NOT NULL,
  PRIMARY KEY (checkpoint, offset)
) STRICT, WITHOUT ROWID;
`;

export const migrations: readonly string[] = [tables];

/** Brings a file of schema `from` to the newest. Throws; once `db` is closed, its file is at the last whole step. */
export function migrate(db: DatabaseSync, from: number, steps: readonly string[] = migrations): void {
  for (const [index, sql] of steps.entries()) {
    if (index < from) continue;
    db.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}
