/**
 * One process per data folder: two of them would commit past each other's memory. The lock is SQLite's own on an
 * empty database that is held in an exclusive transaction, because Node has no flock: the kernel lets go of it
 * however the process ends, kill -9 included. A readable file beside it says who holds it.
 */
import {
  accessSync,
  constants,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { isBusy, worldReason } from './sqlite-failure.ts';
import { systemReason } from './sqlite-refusal.ts';

/** Who asks for the folder; told to whoever asks next. */
export interface FolderHolder {
  readonly pid: number;
  readonly host: string;
  /** Time of day, for people. */
  readonly since: string;
}

export type LockedFolder =
  | {
      readonly kind: 'locked';
      /** The folder's absolute path. */
      readonly folder: string;
      /** Lets the folder go; a second call does nothing. */
      readonly release: () => void;
    }
  | {
      readonly kind: 'refused';
      readonly problem: 'not-writable' | 'in-use' | 'not-a-folder';
      /** For a person: what is wrong, and what to do next. */
      readonly detail: string;
    };

const holderShape = Compile(Type.Object({ pid: Type.Integer(), host: Type.String(), since: Type.String() }));

/** Two that start at the same moment get in each other's way for this long at most; then one of them has it. */
const contentionMs = 250;

/** Referred to from here, or the garbage collector would close the lock of a caller who keeps no reference. */
const held = new Set<DatabaseSync>();

/** Makes the folder where it is missing, readable for its owner only, and takes it for this process. */
export function lockDataFolder(path: string, holder: FolderHolder): LockedFolder {
  const folder = resolve(path);
  try {
    makeFolder(folder);
    if (!statSync(folder).isDirectory()) return notAFolder(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
    return takeLock(folder, holder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EEXIST' || code === 'ENOTDIR') return notAFolder(folder);
    const reason = worldReason(error) ?? systemReason(error);
    if (reason === null) throw error;
    const next = 'See to its rights and to the space on its disk, or choose another one (ZENO_DATA).';
    const detail = `The data folder ${folder} cannot be written: ${reason}. ${next}`;
    return { kind: 'refused', problem: 'not-writable', detail };
  }
}

/** As mkdir -p, which in Node does not come back where a file system like /proc refuses. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  mkdirSync(folder, { mode: 0o700 });
}

/**
 * `zeno.lock` must never be opened by anything else in this process: POSIX locks are the process's, and closing any
 * handle of the file lets go of them all. So the holder is written to a file of its own.
 */
function takeLock(folder: string, holder: FolderHolder): LockedFolder {
  const sidecar = join(folder, 'zeno.lock.json');
  const lock = new DatabaseSync(join(folder, 'zeno.lock'), { timeout: contentionMs });
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    writeFileSync(`${sidecar}.new`, `${JSON.stringify(holder)}\n`);
    renameSync(`${sidecar}.new`, sidecar);
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    const next = 'Stop that process, or give this one a folder of its own (ZENO_DATA).';
    const detail = `The data folder ${folder} is in use by ${describeHolder(sidecar)}. ${next}`;
    return { kind: 'refused', problem: 'in-use', detail };
  }
  held.add(lock);
  const release = (): void => {
    if (!held.delete(lock)) return;
    rmSync(sidecar, { force: true });
    lock.close();
  };
  return { kind: 'locked', folder, release };
}

function describeHolder(sidecar: string): string {
  try {
    const holder: unknown = JSON.parse(readFileSync(sidecar, 'utf8'));
    if (holderShape.Check(holder)) return `process ${holder.pid} on ${holder.host} since ${holder.since}`;
  } catch {
    // It says who, not whether: the lock stands without it.
  }
  return 'another process';
}

function notAFolder(folder: string): LockedFolder {
  const detail = `${folder} is not a folder, or a part of its path is a file. Choose another one (ZENO_DATA).`;
  return { kind: 'refused', problem: 'not-a-folder', detail };
}
