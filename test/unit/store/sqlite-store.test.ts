/** What the port does not show of the SQLite home: that it cleans up after itself, and never reads more than it needs. */
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { migrate } from '../../../src/store/sqlite-schema.ts';
import { prepareStatements } from '../../../src/store/sqlite-statements.ts';
import { sqliteStore } from '../../../src/store/sqlite-store.ts';
import { roomy } from '../../contract/store-homes.ts';
import { basel, claimed, commitAll, commitOf, leibniz } from '../../contract/store-sample.ts';

function database(): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  migrate(db, 0);
  return db;
}

const rowsOf = (db: DatabaseSync, table: string) => db.prepare(`SELECT count(*) AS rows FROM ${table}`).get();

it('rows that left the history have left the file', async () => {
  using db = database();
  const store = sqliteStore(db, 'memory', { estimates: 3, ageMs: 0, bytes: 1_000 });
  const { holder } = await claimed(store, leibniz);
  await commitAll(store, leibniz, holder, 1, 50);
  expect(rowsOf(db, 'history')).toMatchObject({ rows: 3 });
});

it('a removed run leaves no rows, and no others go with it', async () => {
  using db = database();
  const store = sqliteStore(db, 'memory', roomy);
  for (const run of [leibniz, basel]) await commitAll(store, run, (await claimed(store, run)).holder, 1, 5);
  await store.removeRun(leibniz);
  expect(rowsOf(db, 'history')).toMatchObject({ rows: 5 });
  expect(rowsOf(db, 'checkpoint')).toMatchObject({ rows: 1 });
});

it('a bug in the middle of a transaction undoes it at once, before anybody reads', async () => {
  using db = database();
  const store = sqliteStore(db, 'memory', roomy);
  const { holder } = await claimed(store, leibniz);
  db.exec(`CREATE TRIGGER mishap BEFORE UPDATE ON checkpoint BEGIN SELECT raise(FAIL, 'a bug'); END`);
  await expect(store.commit(commitOf(leibniz, holder, 1))).rejects.toThrow('a bug');
  expect(db.isTransaction).toBe(false);
  expect(rowsOf(db, 'history')).toMatchObject({ rows: 0 });
});

it('every statement finds its rows by a key; only the list of runs is read whole', () => {
  using db = database();
  const scans = Object.entries(prepareStatements(db)).filter(([, { sourceSQL }]) =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${sourceSQL}`)
      .all()
      .some((step) => /^SCAN (?!claims)/.test(String(Object.values(step).at(-1)))),
  );
  expect(scans.map(([name]) => name)).toEqual(['listRuns']);
});
