/**
 * Whether a commit may be applied: the one decision every home takes alike. The holder is asked first, so that
 * one who has lost the run learns that and not where its successor stands.
 */
import type { Commit, Committed, Holder } from '../protocols/ports/store.ts';
import type { Epoch, Offset } from '../protocols/position.ts';

/** What has to be known of a run to judge a commit. */
export interface Standing {
  readonly holder: Holder;
  readonly epoch: Epoch;
  readonly offset: Offset;
  readonly n: number;
}

/** `standing` null: there is no such run (any more), so nobody holds it. `committed` means: apply it. */
export function judgeCommit(
  standing: Standing | null,
  commit: Commit,
): Exclude<Committed, { kind: 'unavailable' }> {
  if (standing === null || standing.holder !== commit.holder) return { kind: 'fenced' };
  const { epoch, offset, n } = standing;
  if (commit.epoch === epoch && commit.offset === offset + 1 && commit.from === n)
    return { kind: 'committed' };
  return { kind: 'gap', position: { epoch, offset }, n };
}

/** Throws on a commit that no state of the store could make right: its caller has a bug. */
export function assertCommit(commit: Commit): void {
  const { run, from, to, atMs } = commit;
  if (!Number.isSafeInteger(to) || to <= from) throw new RangeError(`commit of ${run} from ${from} to ${to}`);
  if (!Number.isSafeInteger(atMs)) throw new RangeError(`commit of ${run} at ${atMs} ms`);
}

/** The holder of a run after its claim number `token`. */
export function formatHolder(nonce: string, token: number): Holder {
  return `${nonce}|${token}` as Holder;
}
