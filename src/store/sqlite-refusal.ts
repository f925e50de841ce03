/**
 * Why a database file is not opened, in words for the person who started the node: what is wrong with which file,
 * that it was left as it was, and what to do next.
 */
import { isCorruption, sqliteCode, worldReason } from './sqlite-failure.ts';

export interface RefusedFile {
  readonly kind: 'refused';
  readonly problem: 'corrupt' | 'foreign' | 'newer-schema' | 'not-writable';
  readonly detail: string;
}

export function corruptFile(path: string, finding: string): RefusedFile {
  return {
    kind: 'refused',
    problem: 'corrupt',
    detail:
      `The database ${path} is damaged: ${finding}. It was left as it is. Put a backup in its place, or move it` +
      ` and any ${path}-wal elsewhere: all runs then begin anew.`,
  };
}

export function foreignFile(path: string, finding: string): RefusedFile {
  return {
    kind: 'refused',
    problem: 'foreign',
    detail: `${path} is not Zeno's: ${finding}. It was left as it is. Move it elsewhere, or choose another data folder.`,
  };
}

export function newerFile(path: string, schema: number, known: number): RefusedFile {
  return {
    kind: 'refused',
    problem: 'newer-schema',
    detail:
      `The database ${path} was written by a newer Zeno: its schema is ${schema}, this one knows up to ${known}.` +
      ' It was left as it is. Start the newer Zeno, or choose another data folder.',
  };
}

export function unwritableFile(path: string, finding: string): RefusedFile {
  return {
    kind: 'refused',
    problem: 'not-writable',
    detail:
      `The database ${path} cannot be opened for writing: ${finding}. See to its rights, to the space on its disk` +
      ' and that no other program has locked it, or choose another data folder.',
  };
}

/** The refusal for what opening threw; throws on what the world can't have done. */
export function refusalFor(path: string, error: unknown): RefusedFile {
  const reason = worldReason(error) ?? systemReason(error);
  if (reason !== null) return isCorruption(error) ? corruptFile(path, reason) : unwritableFile(path, reason);
  if (sqliteCode(error) === null || !(error instanceof Error)) throw error;
  // SQL of ours that any file of its schema understands.
  return corruptFile(path, `its tables are not those of its schema (SQLite: ${error.message})`);
}

/** What the file system said no with; null for any other error. */
export function systemReason(error: unknown): string | null {
  if (!(error instanceof Error) || !('syscall' in error)) return null;
  return error.message;
}
