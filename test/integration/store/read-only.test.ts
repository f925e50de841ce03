/**
 * Folders that may not be written. Rights mean nothing to root, so the child becomes nobody first; where the tests
 * are not run by root, it is the mode of the folder that keeps it out.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import { roomy } from '../../contract/store-homes.ts';
import { Child } from './child.ts';
import { TemporaryFolder } from './temporary-folder.ts';

it('a folder without the right to write is refused by lock and store, in words', async () => {
  using folder = new TemporaryFolder();
  chmodSync(folder.path, 0o555);
  await using node = new Child('unprivileged-node.ts', [folder.path]);
  const [locked, opened] = JSON.parse(await node.line(0));
  chmodSync(folder.path, 0o755);
  expect(locked).toMatchObject({ kind: 'refused', problem: 'not-writable' });
  expect(locked.detail).toMatch(/permission denied.*ZENO_DATA/);
  expect(opened).toMatchObject({ kind: 'refused', problem: 'not-writable' });
  expect(opened.detail).toContain(folder.file('zeno.db'));
  expect(folder.fingerprint()).toEqual([]);
});

it('a database without the right to write is refused and left as it is', async () => {
  using folder = new TemporaryFolder();
  const own = openStore({ folder: folder.path, bounds: roomy });
  if (own.kind === 'opened') await own.store.close();
  const before = folder.fingerprint();
  chmodSync(folder.file('zeno.db'), 0o444);
  chmodSync(folder.path, 0o555);
  await using node = new Child('unprivileged-node.ts', [folder.path]);
  const [, opened] = JSON.parse(await node.line(0));
  chmodSync(folder.path, 0o755);
  expect(opened).toMatchObject({ kind: 'refused', problem: 'not-writable' });
  expect(folder.fingerprint()).toEqual(before);
});

it('a folder that is not there is refused by the store, which makes no folders', () => {
  using folder = new TemporaryFolder();
  const refused = openStore({ folder: folder.file('missing'), bounds: roomy });
  expect(refused).toMatchObject({ kind: 'refused', problem: 'not-writable' });
  mkdirSync(folder.file('missing'));
  expect(openStore({ folder: folder.file('missing'), bounds: roomy }).kind).toBe('opened');
});
