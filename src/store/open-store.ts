/**
 * Opens a home by configuration: the one place where the service chooses where its runs live. What stands in the
 * way is an answer, for `main.ts` to print and to end with; nothing is ever repaired or overwritten on the way.
 */
import { join } from 'node:path';
import type { HistoryBounds, Store } from '../protocols/ports/store.ts';
import { openSqliteFile } from './sqlite-file.ts';
import { type RefusedFile, refusalFor } from './sqlite-refusal.ts';
import { sqliteStore } from './sqlite-store.ts';

export interface StoreConfig {
  /** Exists and is locked: see `data-folder.ts`. */
  readonly folder: string;
  readonly bounds: HistoryBounds;
}

export type OpenedStore = { readonly kind: 'opened'; readonly store: Store } | RefusedFile;

export function openStore({ folder, bounds }: StoreConfig): OpenedStore {
  const path = join(folder, 'zeno.db');
  const file = openSqliteFile(path);
  if (file.kind === 'refused') return file;
  try {
    return { kind: 'opened', store: sqliteStore(file.db, path, bounds) };
  } catch (error) {
    file.db.close();
    return refusalFor(path, error);
  }
}
