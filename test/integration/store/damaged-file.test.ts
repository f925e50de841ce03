/** Files that must not be opened are refused by name, and stay to the last byte what they were. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import { openSqliteFile } from '../../../src/store/sqlite-file.ts';
import { sqliteStore } from '../../../src/store/sqlite-store.ts';
import { roomy } from '../../contract/store-homes.ts';
import { at, claimed, commitAll, commitOf, epochA, leibniz } from '../../contract/store-sample.ts';
import { TemporaryFolder } from './temporary-folder.ts';

const offsets = 400;
const estimate = (offset: number) => ({ estimate: `{"n":${offset},"decimal":"${'7'.repeat(2_000)}"}` });

/** A run of 400 rows, about a megabyte; closed, or as kill -9 leaves it: the last commits only in the log. */
async function writeDatabase(folder: TemporaryFolder, ending: 'closed' | 'killed' = 'closed'): Promise<void> {
  using workshop = new TemporaryFolder();
  const opened = openStore({ folder: workshop.path, bounds: roomy });
  if (opened.kind === 'refused') throw new Error(opened.detail);
  const { holder } = await claimed(opened.store, leibniz);
  await commitAll(opened.store, leibniz, holder, 1, offsets, estimate);
  if (ending === 'closed') await opened.store.close();
  for (const name of ['zeno.db', 'zeno.db-wal']) {
    if (existsSync(workshop.file(name))) copyFileSync(workshop.file(name), folder.file(name));
  }
  await opened.store.close();
}

function overwrite(path: string, from: number, bytes: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(bytes, 0xa5), 0, bytes, from);
  closeSync(file);
}

function sql(path: string, text: string): void {
  const db = new DatabaseSync(path);
  db.exec(text);
  db.close();
}

const damages: readonly [string, 'corrupt' | 'foreign' | 'newer-schema', (path: string) => void][] = [
  ['an overwritten header', 'corrupt', (path) => overwrite(path, 0, 100)],
  ['overwritten pages', 'corrupt', (path) => overwrite(path, statSync(path).size / 2, 40_960)],
  ['a lost second half', 'corrupt', (path) => truncateSync(path, 4_096 * 100)],
  ['only a part of its header', 'corrupt', (path) => truncateSync(path, 50)],
  ['no bytes at all', 'corrupt', (path) => truncateSync(path, 0)],
  ['the content of a letter', 'corrupt', (path) => writeFileSync(path, 'Dear Zeno,\n'.repeat(99))],
  ['the id of another application', 'foreign', (path) => sql(path, 'PRAGMA application_id = 77')],
  ['no application id', 'foreign', (path) => sql(path, 'PRAGMA application_id = 0')],
  ['a schema from the future', 'newer-schema', (path) => sql(path, 'PRAGMA user_version = 99')],
  [
    'another application’s tables in rollback mode',
    'foreign',
    (path) => {
      rmSync(path);
      sql(path, 'CREATE TABLE song (title TEXT); INSERT INTO song VALUES (1)');
    },
  ],
  [
    'a folder in its place',
    'foreign',
    (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  ],
];

describe('a database', () => {
  it.each(damages)('with %s is refused as %s and left as it is', async (_, problem, damage) => {
    using folder = new TemporaryFolder();
    await writeDatabase(folder);
    damage(folder.file('zeno.db'));
    const before = folder.fingerprint();
    const refused = openStore({ folder: folder.path, bounds: roomy });
    expect(refused).toMatchObject({ kind: 'refused', problem });
    expect(refused.kind === 'refused' && refused.detail).toContain(folder.file('zeno.db'));
    expect(refused.kind === 'refused' && refused.detail).toMatch(/left as it is.*(backup|folder)/);
    expect(folder.fingerprint()).toEqual(before);
  });

  it('whose tables are not those of its schema is refused as corrupt', async () => {
    using folder = new TemporaryFolder();
    await writeDatabase(folder);
    sql(folder.file('zeno.db'), 'ALTER TABLE checkpoint DROP COLUMN curve');
    expect(openStore({ folder: folder.path, bounds: roomy })).toMatchObject({
      kind: 'refused',
      problem: 'corrupt',
    });
  });

  it.each(damages.slice(0, 2))(
    'of a killed node with %s is refused, its log left as it is',
    async (_, problem, damage) => {
      using folder = new TemporaryFolder();
      await writeDatabase(folder, 'killed');
      expect(statSync(folder.file('zeno.db-wal')).size).toBeGreaterThan(0);
      damage(folder.file('zeno.db'));
      const before = folder.fingerprint();
      expect(openStore({ folder: folder.path, bounds: roomy })).toMatchObject({ kind: 'refused', problem });
      expect(folder.fingerprint()).toEqual(before);
    },
  );

  it('of another application with the log of ours beside it is refused, the log not applied to it', async () => {
    using folder = new TemporaryFolder();
    await writeDatabase(folder, 'killed');
    rmSync(folder.file('zeno.db'));
    sql(folder.file('song.db'), 'CREATE TABLE song (title TEXT)');
    renameSync(folder.file('song.db'), folder.file('zeno.db'));
    const before = folder.fingerprint();
    expect(openStore({ folder: folder.path, bounds: roomy })).toMatchObject({ problem: 'foreign' });
    expect(folder.fingerprint()).toEqual(before);
  });

  it('of a killed node with a newer schema in its log only is refused as such', async () => {
    using folder = new TemporaryFolder();
    using workshop = new TemporaryFolder();
    await writeDatabase(workshop);
    const db = new DatabaseSync(workshop.file('zeno.db'));
    db.exec('PRAGMA user_version = 2');
    for (const name of ['zeno.db', 'zeno.db-wal']) copyFileSync(workshop.file(name), folder.file(name));
    db.close();
    expect(readFileSync(folder.file('zeno.db')).readUInt32BE(60)).toBe(1);
    const before = folder.fingerprint();
    expect(openStore({ folder: folder.path, bounds: roomy })).toMatchObject({ problem: 'newer-schema' });
    expect(folder.fingerprint()).toEqual(before);
  });

  it('of a killed node without damage opens with all its commits', async () => {
    using folder = new TemporaryFolder();
    await writeDatabase(folder, 'killed');
    const opened = openStore({ folder: folder.path, bounds: roomy });
    if (opened.kind === 'refused') throw new Error(opened.detail);
    expect(await opened.store.read(leibniz)).toMatchObject({ checkpoint: { position: at(epochA, offsets) } });
    await opened.store.close();
  });

  it('that is gone while its log is still there is refused, not begun anew over the log', async () => {
    using folder = new TemporaryFolder();
    await writeDatabase(folder, 'killed');
    rmSync(folder.file('zeno.db'));
    const before = folder.fingerprint();
    expect(openStore({ folder: folder.path, bounds: roomy })).toMatchObject({ problem: 'corrupt' });
    expect(folder.fingerprint()).toEqual(before);
  });

  it('half made by an earlier start is made again', async () => {
    using folder = new TemporaryFolder();
    writeFileSync(folder.file('zeno.db.new'), 'half a data');
    const opened = openStore({ folder: folder.path, bounds: roomy });
    expect(opened.kind).toBe('opened');
    expect(existsSync(folder.file('zeno.db.new'))).toBe(false);
    if (opened.kind === 'opened') await opened.store.close();
  });
});

describe('above the size that is checked whole', () => {
  it('damage among the checkpoints is still found at open', async () => {
    using folder = new TemporaryFolder();
    await writeDatabase(folder);
    const path = folder.file('zeno.db');
    const db = new DatabaseSync(path);
    const row = db.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'checkpoint'`).get();
    const page = Number(Object.values(row ?? {})[0]);
    db.close();
    overwrite(path, (page - 1) * 4_096, 4_096);
    expect(openSqliteFile(path, 0)).toMatchObject({ kind: 'refused', problem: 'corrupt' });
  });

  it('damage in the history shows while running, as unavailable by the name of corruption', async () => {
    using folder = new TemporaryFolder();
    await writeDatabase(folder);
    const path = folder.file('zeno.db');
    overwrite(path, statSync(path).size / 2, 40_960);
    const opened = openSqliteFile(path, 0);
    if (opened.kind === 'refused') throw new Error(opened.detail);
    const store = sqliteStore(opened.db, path, roomy);
    const answer = await store.readAfter(leibniz, at(epochA, 0), 1_000);
    expect(answer).toMatchObject({ kind: 'unavailable', reason: expect.stringMatching(/zeno\.db: corrupt/) });
    expect(await store.read(leibniz)).toMatchObject({ kind: 'checkpoint' });
    await store.close();
  });
});

describe('a value that no Zeno has written', () => {
  it.each([
    ['a curve that is none', `UPDATE checkpoint SET curve = '[[0]]'`],
    ['a curve that is no JSON', `UPDATE checkpoint SET curve = '['`],
    ['an n below nothing', 'UPDATE checkpoint SET n = -1'],
    ['an n beyond whole numbers', 'UPDATE checkpoint SET n = 9223372036854775807'],
  ])('(%s) is corruption, and not a wrong number', async (_, edit) => {
    using folder = new TemporaryFolder();
    await writeDatabase(folder);
    sql(folder.file('zeno.db'), edit);
    const opened = openStore({ folder: folder.path, bounds: roomy });
    if (opened.kind === 'refused') throw new Error(opened.detail);
    const expected = { kind: 'unavailable', reason: expect.stringContaining('corrupt') };
    expect(await opened.store.read(leibniz)).toMatchObject(expected);
    await opened.store.close();
  });

  it('(a hole in the history) is never served as if it were whole', async () => {
    using folder = new TemporaryFolder();
    await writeDatabase(folder);
    sql(folder.file('zeno.db'), 'DELETE FROM history WHERE offset = 7');
    const opened = openStore({ folder: folder.path, bounds: roomy });
    if (opened.kind === 'refused') throw new Error(opened.detail);
    const expected = { kind: 'unavailable', reason: expect.stringContaining('corrupt') };
    expect(await opened.store.readAfter(leibniz, at(epochA, 5), 9)).toMatchObject(expected);
    expect(await opened.store.readAfter(leibniz, at(epochA, 7), 9)).toMatchObject({ kind: 'rows' });
    const { holder } = await claimed(opened.store, leibniz);
    expect(await opened.store.commit(commitOf(leibniz, holder, offsets + 1))).toEqual({ kind: 'committed' });
    await opened.store.close();
  });
});
