/**
 * Where runs keep their place. One port, several homes (memory, SQLite, Redis), one contract suite.
 *
 * The store never decides anything about mathematics: `state` and `estimate` are texts to it. It promises that a
 * commit is all or nothing, that commits of a run are contiguous in n and in offset, and that only the newest
 * holder can commit. What the world may do to it (full disk, lost connection) comes back as `unavailable`, a
 * value; every operation may be tried again. An operation that was answered `unavailable` may still have happened:
 * a repeated commit then answers `gap` with its own `to` and offset, which its holder takes for success.
 */
import type { Brand } from '../../lib/brand.ts';
import type { NodeId, RunId, SeriesId, UserId } from '../identity.ts';
import type { Epoch, Offset, Position } from '../position.ts';
import type { Curve, Pace, Policy } from '../wire/run-view.ts';

/** `<nonce>|<token>`: the nonce is the claimant's own, the token counts the claims of a run and never goes down. */
export type Holder = Brand<string, 'Holder'>;

export interface Unavailable {
  readonly kind: 'unavailable';
  /** For the log and the `state` event: what is wrong with the store. */
  readonly reason: string;
}

/** What a run is, as opposed to how far it is: kept until `removeRun`. */
export interface RunRecord {
  readonly run: RunId;
  readonly series: SeriesId;
  readonly pace: Pace;
  readonly policy: Policy;
  readonly paused: boolean;
  /** The run completes at this n; null for never. */
  readonly stopAt: number | null;
  /** Who started a private run; null for a shared one. */
  readonly user: UserId | null;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

export interface Checkpoint {
  readonly position: Position;
  /** Terms taken; 0 before the first commit. */
  readonly n: number;
  /** The accumulator in its canonical text; '' before the first commit. */
  readonly state: string;
  readonly curve: Curve;
  /** JSON text of the newest estimate of this epoch; null when there is none yet. */
  readonly estimate: string | null;
}

export interface Claim {
  readonly run: RunId;
  /** Version of the series' definition; another one than stored begins a new epoch from nothing. */
  readonly version: number;
  readonly node: NodeId;
  /** Unique to the claiming incarnation of the process. */
  readonly nonce: string;
  /** Length of the lease where several nodes share the store; a home of one node may ignore it. */
  readonly leaseMs: number;
  /** Used if the claim has to begin an epoch. */
  readonly freshEpoch: Epoch;
}

/** A claim by the node that holds the run already succeeds and fences the earlier holder. */
export type Claimed =
  | {
      readonly kind: 'claimed';
      readonly holder: Holder;
      readonly checkpoint: Checkpoint;
      /** As it was last put; null if it never was. */
      readonly record: RunRecord | null;
    }
  | { readonly kind: 'held'; readonly node: NodeId; readonly remainingMs: number }
  | Unavailable;

export interface Commit {
  readonly run: RunId;
  readonly holder: Holder;
  readonly epoch: Epoch;
  /** One more than the stored offset. */
  readonly offset: Offset;
  /** The stored n. */
  readonly from: number;
  /** The new n, > from. */
  readonly to: number;
  readonly state: string;
  readonly curve: Curve;
  /** JSON text, kept and replayed to the letter. */
  readonly estimate: string;
  /** Milliseconds since the Unix epoch, for the age bound of the history. */
  readonly atMs: number;
}

export type Committed =
  | { readonly kind: 'committed' }
  /** Another holder has claimed the run since: stop, do not broadcast. */
  | { readonly kind: 'fenced' }
  /** Not contiguous (or another epoch): what is stored instead. */
  | { readonly kind: 'gap'; readonly position: Position; readonly n: number }
  | Unavailable;

export interface EpochStart {
  readonly run: RunId;
  readonly holder: Holder;
  readonly epoch: Epoch;
  /** `nothing`: back to n = 0 (a reset). `checkpoint`: keep n and state, drop the history. Offset becomes 0. */
  readonly from: 'nothing' | 'checkpoint';
}

export type EpochStarted =
  | { readonly kind: 'started'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'fenced' }
  | Unavailable;

export interface HistoryRow {
  readonly offset: Offset;
  readonly estimate: string;
}

export type History =
  /** Rows after the position, ascending, contiguous, at most as many as asked for; `top` is the newest position. */
  | { readonly kind: 'rows'; readonly top: Position; readonly rows: readonly HistoryRow[] }
  /** The position can't be continued from: above the top, of another epoch, or its successor is no longer kept. */
  | {
      readonly kind: 'gap';
      readonly reason: 'bad-position' | 'epoch-changed' | 'history-gone';
      readonly top: Position;
      /** Offset of the oldest kept row; one above `top` when none is kept. */
      readonly oldest: Offset;
      /** JSON text of the newest estimate, null when there is none. */
      readonly estimate: string | null;
    }
  | { readonly kind: 'unknown-run' }
  | Unavailable;

/** The history keeps the newest `estimates` rows or those younger than `ageMs`, whichever is more, within `bytes`. */
export interface HistoryBounds {
  readonly estimates: number;
  readonly ageMs: number;
  readonly bytes: number;
}

export interface Store {
  /** For people: what kind of home it is and where. */
  readonly name: string;
  /** Adds or replaces the record of a run; leaves its checkpoint and history as they are. */
  putRun(record: RunRecord): Promise<{ readonly kind: 'done' } | Unavailable>;
  /** All records, in the order of their creation. */
  listRuns(): Promise<{ readonly kind: 'runs'; readonly runs: readonly RunRecord[] } | Unavailable>;
  /** Ends a run: record, checkpoint and history are gone. Unknown runs are fine. */
  removeRun(run: RunId): Promise<{ readonly kind: 'done' } | Unavailable>;
  claim(claim: Claim): Promise<Claimed>;
  commit(commit: Commit): Promise<Committed>;
  beginEpoch(start: EpochStart): Promise<EpochStarted>;
  /** `after.offset` 0 of the current epoch reads from the oldest estimate if that is offset 1. */
  readAfter(run: RunId, after: Position, limit: number): Promise<History>;
  /** The newest checkpoint without claiming it. */
  read(
    run: RunId,
  ): Promise<
    | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
    | { readonly kind: 'unknown-run' }
    | Unavailable
  >;
  /** A cheap round trip that shows whether the store answers. */
  ping(): Promise<{ readonly kind: 'done' } | Unavailable>;
  /** Releases files and connections; later calls answer `unavailable`. */
  close(): Promise<void>;
}
