/** What was answered `committed` survives kill -9, whole and without a gap. */
import { expect, it } from 'vitest';
import { parseRunId } from '../../../src/protocols/identity.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { roomy } from '../../contract/store-homes.ts';
import { at, epochA } from '../../contract/store-sample.ts';
import { Child } from './child.ts';
import { TemporaryFolder } from './temporary-folder.ts';

it('kill -9 in a storm of commits loses nothing that was acknowledged, round after round', async () => {
  using folder = new TemporaryFolder();
  for (let round = 1; round <= 6; round += 1) {
    await using node = new Child('committing-node.ts', [folder.path]);
    await node.line(round * 97);
    await node.kill('SIGKILL');

    const opened = openStore({ folder: folder.path, bounds: roomy });
    if (opened.kind === 'refused') throw new Error(opened.detail);
    for (const id of ['leibniz', 'basel']) {
      const acknowledged = node.lines
        .filter((line) => line.startsWith(`${id} `))
        .map((line) => line.split(' ')[1]);
      const run = parseRunId(id)?.run ?? expect.fail();
      const read = await opened.store.read(run);
      if (read.kind !== 'checkpoint') throw new Error(read.kind);
      const { position, n, state, estimate } = read.checkpoint;
      expect(position.offset).toBeGreaterThanOrEqual(Number(acknowledged.at(-1)));
      expect(position.offset).toBeLessThanOrEqual(Number(acknowledged.at(-1)) + 1);
      expect({ n, state }).toEqual({ n: position.offset * 10, state: `state ${position.offset}` });

      const history = await opened.store.readAfter(run, at(epochA, 0), 1_000_000);
      if (history.kind !== 'rows') throw new Error(history.kind);
      expect(history.rows.map((row) => row.offset)).toEqual(
        Array.from({ length: position.offset }, (_, index) => index + 1),
      );
      expect(history.rows.at(-1)?.estimate).toBe(estimate);
    }
    await opened.store.close();
  }
});
