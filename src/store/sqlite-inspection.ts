/**
 * A look at a database file before anything may write to it. Its header comes first, read as plain bytes: it says
 * whose file this is, and a log left beside another application's file must not speak for it. Without a
 * write-ahead log beside it the file is then read as immutable, which leaves no trace at all; with one (the node
 * was killed) the log is part of the database and has to be read too, through a read-only connection, which
 * applies nothing and whose only trace is taken away.
 */
import { closeSync, existsSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { corruptFile, foreignFile, newerFile, type RefusedFile, refusalFor } from './sqlite-refusal.ts';
import { applicationId, migrations } from './sqlite-schema.ts';
import { UnreadableRow } from './stored-text.ts';

const numberRow = Compile(Type.Object({ value: Type.Integer() }));
const findingRow = Compile(Type.Object({ quick_check: Type.String() }));

/** What speaks against opening `path`; null for nothing. Files above `wholeCheckBytes` are checked without history. */
export function inspectFile(path: string, wholeCheckBytes: number): RefusedFile | null {
  const file = statSync(path);
  if (!file.isFile()) return foreignFile(path, 'it is not a file');
  const refusal = inspectHeader(path);
  if (refusal !== null) return refusal;
  const logged = sizeOf(`${path}-wal`) > 0;
  const index = `${path}-shm`;
  const indexed = existsSync(index);
  try {
    const db = new DatabaseSync(logged ? path : immutable(path), { readOnly: true });
    try {
      return inspectDatabase(db, path, file.size <= wholeCheckBytes);
    } finally {
      db.close();
      if (!indexed) rmSync(index, { force: true });
    }
  } catch (error) {
    return refusalFor(path, error);
  }
}

/** Of the file's header, or of the write-ahead log's newer one. */
export function schemaOf(db: DatabaseSync): number {
  return numberOf(db, 'SELECT user_version AS value FROM pragma_user_version');
}

/**
 * https://sqlite.org/fileformat.html#the_database_header. Both fields have been in the file since before it got its
 * name. Nothing in this process has the file open yet: closing it would let go of that one's locks.
 */
function inspectHeader(path: string): RefusedFile | null {
  const header = Buffer.alloc(100);
  const file = openSync(path, 'r');
  let length = 0;
  try {
    length = readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  if (length < header.length || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    return corruptFile(path, 'it does not begin as an SQLite database does');
  }
  const application = header.readUInt32BE(68);
  if (application === applicationId) return null;
  return foreignFile(path, `it is a database with the application id ${application}, not ${applicationId}`);
}

function inspectDatabase(db: DatabaseSync, path: string, whole: boolean): RefusedFile | null {
  const schema = schemaOf(db);
  if (schema > migrations.length) return newerFile(path, schema, migrations.length);
  const checks = whole
    ? ['PRAGMA quick_check(1)']
    : ['claims', 'run', 'checkpoint'].map((table) => `PRAGMA quick_check(${table})`);
  for (const check of checks) {
    const row: unknown = db.prepare(check).get();
    if (!findingRow.Check(row)) throw new UnreadableRow(check);
    if (row.quick_check !== 'ok') return corruptFile(path, row.quick_check);
  }
  return null;
}

function numberOf(db: DatabaseSync, sql: string): number {
  const row: unknown = db.prepare(sql).get();
  if (!numberRow.Check(row)) throw new UnreadableRow(sql);
  return row.value;
}

function immutable(path: string): URL {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return url;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
