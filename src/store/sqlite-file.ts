/**
 * Opening the one file of the SQLite home. A file that is damaged, of another application or of a newer Zeno is
 * refused by name and left to the last byte as it was. A new one is made beside its name and renamed when it is
 * durable, so that a file of that name is always a whole one, and an empty one is never ours.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { inspectFile, schemaOf } from './sqlite-inspection.ts';
import { corruptFile, type RefusedFile, refusalFor } from './sqlite-refusal.ts';
import { applicationId, migrate } from './sqlite-schema.ts';

/** Files up to this size are checked whole when they are opened, larger ones without their history. */
export const wholeCheckBytesMax = 64 * 1024 * 1024;

export type OpenedFile = { readonly kind: 'opened'; readonly db: DatabaseSync } | RefusedFile;

/** Opens `path`, or makes it where there is none; its folder has to exist. */
export function openSqliteFile(path: string, wholeCheckBytes = wholeCheckBytesMax): OpenedFile {
  try {
    const refusal = existsSync(path) ? inspectFile(path, wholeCheckBytes) : createFile(path);
    return refusal ?? { kind: 'opened', db: openForWriting(path) };
  } catch (error) {
    return refusalFor(path, error);
  }
}

function createFile(path: string): RefusedFile | null {
  // Next to a new database an old log would be taken for its own.
  if (existsSync(`${path}-wal`)) return corruptFile(path, `it is gone, though ${path}-wal is still there`);
  const draft = `${path}.new`;
  removeDatabase(draft);
  try {
    const db = new DatabaseSync(draft);
    try {
      db.exec(
        `PRAGMA application_id = ${applicationId}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;`,
      );
      migrate(db, 0);
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      db.close();
    }
    renameSync(draft, path);
  } catch (error) {
    removeDatabase(draft);
    throw error;
  }
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
  return null;
}

/** No waiting for locks: it would stop the whole process, and whoever asked tries again anyway. */
function openForWriting(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON;
       PRAGMA journal_size_limit = 16777216; BEGIN IMMEDIATE; ROLLBACK;`,
    );
    migrate(db, schemaOf(db));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function removeDatabase(path: string): void {
  for (const tail of ['', '-journal', '-wal', '-shm']) rmSync(`${path}${tail}`, { force: true });
}
