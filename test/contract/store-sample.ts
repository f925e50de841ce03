/** What the store's tests put in: claims and commits with everything that does not matter filled in. */
import type { NodeId, RunId } from '../../src/protocols/identity.ts';
import type { Checkpoint, Claim, Commit, Holder, Store } from '../../src/protocols/ports/store.ts';
import type { Epoch, Offset, Position } from '../../src/protocols/position.ts';

export const leibniz = 'leibniz' as RunId;
export const basel = 'basel' as RunId;
export const epochA = 'aaaaaaaaaaaaaaaa' as Epoch;
export const epochB = 'bbbbbbbbbbbbbbbb' as Epoch;
export const epochC = 'cccccccccccccccc' as Epoch;

export function at(epoch: Epoch, offset: number): Position {
  return { epoch, offset: offset as Offset };
}

export function claimOf(run: RunId, changes: Partial<Claim> = {}): Claim {
  return {
    run,
    version: 1,
    node: 'one' as NodeId,
    nonce: 'nonce',
    leaseMs: 3_000,
    freshEpoch: epochA,
    ...changes,
  };
}

/** Claims, and throws where the claim is not granted. */
export async function claimed(
  store: Store,
  run: RunId,
  changes: Partial<Claim> = {},
): Promise<{ holder: Holder; checkpoint: Checkpoint }> {
  const answer = await store.claim(claimOf(run, changes));
  if (answer.kind !== 'claimed') throw new Error(`the claim was answered ${answer.kind}`);
  return answer;
}

/** The commit with this offset in a run of ten terms each. */
export function commitOf(run: RunId, holder: Holder, offset: number, changes: Partial<Commit> = {}): Commit {
  return {
    run,
    holder,
    epoch: epochA,
    offset: offset as Offset,
    from: (offset - 1) * 10,
    to: offset * 10,
    state: `state ${offset}`,
    curve: [[offset * 10, 1 / offset]],
    estimate: `{"n":${offset * 10}}`,
    atMs: 1_000_000 + offset,
    ...changes,
  };
}

/** Commits offsets `first` to `last`, and throws where one is not taken. */
export async function commitAll(
  store: Store,
  run: RunId,
  holder: Holder,
  first: number,
  last: number,
  change: (offset: number) => Partial<Commit> = () => ({}),
): Promise<void> {
  for (let offset = first; offset <= last; offset += 1) {
    const answer = await store.commit(commitOf(run, holder, offset, change(offset)));
    if (answer.kind !== 'committed') throw new Error(`commit ${offset} was answered ${answer.kind}`);
  }
}

/** The offsets after `after`, or the reason why there are none. */
export async function offsetsAfter(store: Store, run: RunId, after: Position): Promise<number[] | string> {
  const history = await store.readAfter(run, after, 1_000);
  if (history.kind === 'rows') return history.rows.map((row) => row.offset);
  return history.kind === 'gap' ? history.reason : history.kind;
}

/** The first offset that can still be read, `top + 1` for none. */
export async function oldestOffset(store: Store, run: RunId, top: Position): Promise<number> {
  for (let after = 0; after <= top.offset; after += 1) {
    const history = await store.readAfter(run, at(top.epoch, after), 1);
    if (history.kind === 'rows') return after + 1;
  }
  throw new Error('the top itself cannot be read from');
}
