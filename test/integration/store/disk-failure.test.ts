/** A disk that fails is answered, not thrown; nothing is half written, and the work goes on when the disk does. */
import { execFileSync } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import { openSqliteFile } from '../../../src/store/sqlite-file.ts';
import { sqliteStore } from '../../../src/store/sqlite-store.ts';
import { roomy } from '../../contract/store-homes.ts';
import { at, claimed, commitOf, epochA, epochB, leibniz, offsetsAfter } from '../../contract/store-sample.ts';
import { Child } from './child.ts';
import { TemporaryFolder } from './temporary-folder.ts';

const large = { estimate: JSON.stringify({ decimal: '3'.repeat(3_000) }) };

it('a full disk (SQLITE_FULL) is unavailable until there is space again, and loses nothing', async () => {
  using folder = new TemporaryFolder();
  const path = folder.file('zeno.db');
  const opened = openSqliteFile(path);
  if (opened.kind === 'refused') throw new Error(opened.detail);
  const { db } = opened;
  const store = sqliteStore(db, path, roomy);
  const { holder } = await claimed(store, leibniz);
  db.exec('PRAGMA max_page_count = 30');

  let offset = 1;
  let answer = await store.commit(commitOf(leibniz, holder, offset, large));
  for (; answer.kind === 'committed' && offset < 100; offset += 1) {
    answer = await store.commit(commitOf(leibniz, holder, offset + 1, large));
  }
  const full = { kind: 'unavailable', reason: expect.stringContaining(`${path}: disk full`) };
  expect(answer).toMatchObject(full);
  expect(db.isTransaction).toBe(false);
  expect(await store.commit(commitOf(leibniz, holder, offset, large))).toMatchObject(full);
  expect(await store.read(leibniz)).toMatchObject({ checkpoint: { position: at(epochA, offset - 1) } });
  expect(await offsetsAfter(store, leibniz, at(epochA, 0))).toHaveLength(offset - 1);

  db.exec('PRAGMA max_page_count = 1000000');
  expect(await store.commit(commitOf(leibniz, holder, offset, large))).toEqual({ kind: 'committed' });
  expect(await offsetsAfter(store, leibniz, at(epochA, 0))).toHaveLength(offset);
  await store.close();
});

it('a write that the system refuses is unavailable, and the same process goes on when it is allowed', async () => {
  using folder = new TemporaryFolder();
  // A file may grow to 200 blocks of 512 bytes; beyond, write(2) itself fails.
  await using node = new Child('committing-node.ts', [folder.path], 'ulimit -S -f 200');
  let index = 0;
  while (!(await node.line(index)).includes('unavailable')) index += 1;
  expect(await node.line(index)).toMatch(/I\/O error|disk full/);
  node.say('again');
  expect(await node.line(index + 1)).toContain('unavailable');

  execFileSync('prlimit', ['--pid', String(node.pid), '--fsize=unlimited:']);
  node.say('again');
  expect(await node.line(index + 2)).not.toContain('unavailable');
  await node.line(index + 500);
  await node.kill('SIGKILL');

  const opened = openStore({ folder: folder.path, bounds: roomy });
  if (opened.kind === 'refused') throw new Error(opened.detail);
  const last = Number(node.lines.findLast((line) => line.startsWith('leibniz '))?.split(' ')[1]);
  const history = await opened.store.readAfter(leibniz, at(epochA, 0), 1_000_000);
  if (history.kind !== 'rows') throw new Error(history.kind);
  expect(history.rows.length).toBe(history.top.offset);
  expect(history.top.offset).toBeGreaterThanOrEqual(last);
  await opened.store.close();
});

it('a lock held by another program is unavailable at once, for reads not even that', async () => {
  using folder = new TemporaryFolder();
  const opened = openStore({ folder: folder.path, bounds: roomy });
  if (opened.kind === 'refused') throw new Error(opened.detail);
  const { store } = opened;
  const { holder } = await claimed(store, leibniz);
  const other = new DatabaseSync(folder.file('zeno.db'));
  other.exec('BEGIN IMMEDIATE');
  const busy = { kind: 'unavailable', reason: expect.stringContaining('busy') };
  expect(await store.commit(commitOf(leibniz, holder, 1))).toMatchObject(busy);
  expect(await store.beginEpoch({ run: leibniz, holder, epoch: epochB, from: 'nothing' })).toMatchObject(
    busy,
  );
  expect(await store.ping()).toMatchObject(busy);
  expect(await store.read(leibniz)).toMatchObject({ kind: 'checkpoint' });
  other.exec('ROLLBACK');
  other.close();
  expect(await store.commit(commitOf(leibniz, holder, 1))).toEqual({ kind: 'committed' });
  await store.close();
});
