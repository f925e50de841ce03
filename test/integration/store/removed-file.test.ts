/** A database that somebody removes while it is in use: what would be written into it nobody would find again. */
import { rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import { roomy } from '../../contract/store-homes.ts';
import { claimed, commitAll, commitOf, leibniz } from '../../contract/store-sample.ts';
import { TemporaryFolder } from './temporary-folder.ts';

it('is noticed by the next ping, and from then on nothing is acknowledged', async () => {
  using folder = new TemporaryFolder();
  const opened = openStore({ folder: folder.path, bounds: roomy });
  if (opened.kind === 'refused') throw new Error(opened.detail);
  const { store } = opened;
  const { holder } = await claimed(store, leibniz);
  await commitAll(store, leibniz, holder, 1, 2);
  expect(await store.ping()).toEqual({ kind: 'done' });
  rmSync(folder.file('zeno.db'));
  expect(await store.ping()).toMatchObject({
    kind: 'unavailable',
    reason: expect.stringContaining('removed'),
  });
  expect(await store.commit(commitOf(leibniz, holder, 3))).toMatchObject({ kind: 'unavailable' });
  await store.close();
});
