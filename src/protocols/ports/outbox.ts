/**
 * One client's view of one run: what it has been sent, and what it gets next. The outbox is the last to look at an
 * offset before bytes leave: it writes the next one, or a later one when it skipped on purpose (conflation), and
 * nothing else ever. It belongs to the session and outlives a hub that dies.
 */
import type { RunId } from '../identity.ts';
import type { Position } from '../position.ts';
import type { SnapshotReason, StateChange } from '../wire/stream.ts';
import type { ConnectionFormat } from './connection.ts';
import type { HistoryRow } from './store.ts';

/** A committed estimate with its frames, encoded once per format and shared by all outboxes. */
export interface SharedEstimate {
  /** Its frames call the run by its id; a client that knows it by another name gets frames of its own. */
  readonly run: RunId;
  readonly position: Position;
  /** JSON text as stored. */
  readonly estimate: string;
  /** Says that `skipped` were passed over before it; the same bytes for all who skip as many. */
  frame(format: ConnectionFormat, skipped: number): Uint8Array;
}

/**
 * `gap`: estimates are missing between what this client has and this one; read them from history first.
 * `held`: the newest estimate waits until the client's buffer has drained or its interval has passed.
 * `replaced`: held in place of an older one, which is skipped; `newest`: written in place of one that was held.
 */
export type Offered = 'written' | 'newest' | 'held' | 'replaced' | 'duplicate' | 'gap' | 'other-epoch';

export interface Outbox {
  /** The newest position written; null before the first frame. */
  readonly position: Position | null;
  /** True once nothing will be written any more: `end` was called, or the client was lost. */
  readonly over: boolean;
  /** True while the client has not taken what it was sent: history is not read for it meanwhile. */
  congested(): boolean;
  /**
   * Whether a page of history may be read for it: the client takes what it is sent, and no other page is on its way to
   * its connection, from now on but this one. If not, the session hears when to ask again.
   */
  mayRead(): boolean;
  /** The page has come, or will never come: the turn is the next outbox's of this connection. */
  passTurn(): void;
  /** A command waits for its answer, which is due in time, however slow the client. */
  readonly owesReply: boolean;
  /** A live estimate. */
  offer(estimate: SharedEstimate): Offered;
  /** An estimate from history, the next after `position`. Whether it was written: not to a client that is congested. */
  replay(estimate: SharedEstimate): boolean;
  /** Writes the estimate that was held, if it may go now; called on drain and when an interval has passed. Whether it did. */
  release(): boolean;
  /** Milliseconds until a held estimate may go by its interval; null when nothing waits for time. */
  dueInMs(): number | null;
  /** Begins anew from `position`; a client that can't be sent a snapshot (now) is told so and is lost. */
  snapshot(position: Position, reason: SnapshotReason, estimate: string | null): void;
  /**
   * The first words of a successful resume: the client stands at `position`; `missed` are the next rows after it, of
   * which as many go with these words as may wait for a client. What is left is replayed.
   */
  recovered(position: Position, change: StateChange, missed: readonly HistoryRow[]): void;
  state(change: StateChange): void;
  /** The client watches no longer: nothing is written from now on. */
  end(): void;
}
