/**
 * What SQLite's error codes mean here: which are the world's doing (a full disk, a damaged file) and so an answer,
 * and which are a bug of ours and so thrown on.
 */
import { UnreadableRow } from './stored-text.ts';

/** Primary result codes, https://sqlite.org/rescode.html, in words for the log. */
const world: ReadonlyMap<number, string> = new Map([
  [5, 'busy: another program has locked the database'],
  [7, 'out of memory'],
  [8, 'read-only: the database cannot be written'],
  [10, 'I/O error'],
  [11, 'corrupt: the database file is damaged'],
  [13, 'disk full: free some space and the work goes on'],
  [14, 'cannot open the database file'],
  [15, 'busy: another program has locked the database'],
  [26, 'corrupt: the file is no database, or its header is damaged'],
]);
const BUSY = 5;
const CORRUPT = 11;
const NOTADB = 26;

/** The primary result code in an error of node:sqlite; null for any other error. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
}

export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === BUSY;
}

/** Damage shows as a code, as a row that Zeno can't have written, or as an integer beyond 2^53. */
export function isCorruption(error: unknown): boolean {
  const code = sqliteCode(error);
  if (code === CORRUPT || code === NOTADB || error instanceof UnreadableRow) return true;
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_OUT_OF_RANGE';
}

/** What the world did, in words; null when the error is nobody's fault but ours. */
export function worldReason(error: unknown): string | null {
  const code = sqliteCode(error);
  const words = code === null ? undefined : world.get(code);
  if (error instanceof Error && words !== undefined) return `${words} (SQLite: ${error.message})`;
  if (error instanceof Error && isCorruption(error)) return `${world.get(CORRUPT)} (${error.message})`;
  return null;
}
