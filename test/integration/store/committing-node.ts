/**
 * Fixture: goes on with two runs in the folder `argv[2]` as fast as it can, and says each commit after its answer.
 * An answer other than committed is said as `run answer`; then it waits for a line and tries the same commit again.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Store } from '../../../src/protocols/ports/store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { basel, claimed, commitOf, leibniz } from '../../contract/store-sample.ts';

const opened = openStore({
  folder: process.argv[2] ?? '',
  bounds: { estimates: 1_000_000, ageMs: 0, bytes: 2 ** 40 },
});
if (opened.kind === 'refused') throw new Error(opened.detail);
const store: Store = opened.store;
const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const runs = await Promise.all(
  [leibniz, basel].map(async (run) => {
    const { holder, checkpoint } = await claimed(store, run);
    return { run, holder, offset: checkpoint.position.offset as number };
  }),
);
for (;;) {
  for (const at of runs) {
    const commit = commitOf(at.run, at.holder, at.offset + 1, { estimate: estimateOf(at.offset + 1) });
    for (let done = false; !done; ) {
      const answer = await store.commit(commit);
      done = answer.kind === 'committed' || answer.kind === 'gap';
      writeSync(1, `${at.run} ${done ? commit.offset : JSON.stringify(answer)}\n`);
      if (!done) await input.next();
    }
    at.offset += 1;
  }
}

function estimateOf(offset: number): string {
  return JSON.stringify({ n: offset * 10, decimal: String(offset).repeat(100) });
}
