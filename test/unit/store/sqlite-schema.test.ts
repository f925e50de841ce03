/** A file of any earlier schema is brought to the newest, step by step, each step whole or not at all. */
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { migrate, migrations } from '../../../src/store/sqlite-schema.ts';
import { prepareStatements } from '../../../src/store/sqlite-statements.ts';

const steps = [
  'CREATE TABLE a (x INTEGER);',
  'INSERT INTO a VALUES (7);',
  'ALTER TABLE a ADD COLUMN y TEXT;',
];

const versionOf = (db: DatabaseSync) => db.prepare('PRAGMA user_version').get();

it('a new file goes through all steps, a file of a schema only through the later ones', () => {
  using db = new DatabaseSync(':memory:');
  migrate(db, 0, steps.slice(0, 2));
  expect(versionOf(db)).toMatchObject({ user_version: 2 });
  migrate(db, 2, steps);
  expect(versionOf(db)).toMatchObject({ user_version: 3 });
  migrate(db, 3, steps);
  expect(db.prepare('SELECT x, y FROM a').all()).toMatchObject([{ x: 7, y: null }]);
});

it('a step that fails leaves the file at the step before', () => {
  using db = new DatabaseSync(':memory:');
  expect(() =>
    migrate(db, 0, [...steps, 'INSERT INTO a VALUES (8, 8); INSERT INTO nowhere VALUES (1);']),
  ).toThrow();
  db.exec('ROLLBACK');
  expect(versionOf(db)).toMatchObject({ user_version: 3 });
  expect(db.prepare('SELECT count(*) AS rows FROM a').get()).toMatchObject({ rows: 1 });
});

it('the newest schema has what every statement asks for', () => {
  using db = new DatabaseSync(':memory:');
  migrate(db, 0);
  expect(versionOf(db)).toMatchObject({ user_version: migrations.length });
  expect(() => prepareStatements(db)).not.toThrow();
});
