/**
 * How one transport writes what a stream says. Frames are made once and shared by every client of that format, so a
 * codec is pure and its bytes are never changed.
 */
import type { HistoryRow } from '../ports/store.ts';
import type { Position } from '../position.ts';
import type { FarewellName } from './farewell.ts';
import type { SnapshotReason, StateChange } from './stream.ts';

/** How a client came to watch something: what its first words are an answer to. */
export interface Opening {
  /** By which name the client knows it. */
  readonly channel: string;
  /** The command that asked for it; null where the connection itself did. */
  readonly command: SubscribeCommand | null;
}

export interface SubscribeCommand {
  readonly id: number;
  readonly recovering: boolean;
  /** The client would rather have an error than a snapshot. */
  readonly strict: boolean;
  /** Whole seconds until its token ends; null where it has none that does. */
  readonly ttl: number | null;
}

export interface FrameCodec {
  /** First bytes of a connection, null for none: how long a client waits before it comes back. */
  hello(retryMs: number): Uint8Array | null;
  /** Keeps a silent connection alive. */
  ping(): Uint8Array;
  /** `estimate` is the stored JSON text, sent to the letter. */
  estimate(channel: string, position: Position, estimate: string): Uint8Array;
  /** The same for a client that was too slow for the `skipped` estimates before it. */
  conflated(channel: string, position: Position, estimate: string, skipped: number): Uint8Array;
  /** `estimate` null: nothing has been published in this epoch yet. */
  snapshot(opening: Opening, position: Position, reason: SnapshotReason, estimate: string | null): Uint8Array;
  /**
   * What is said instead of a snapshot where the transport or the client does not take one, `begun` or not; the
   * client is no longer subscribed after it. Null where a snapshot may be sent.
   */
  insteadOfSnapshot(opening: Opening, begun: boolean): Uint8Array | null;
  /** The first words of a successful resume at `position`, with the first of the missed estimates. */
  recovered(
    opening: Opening,
    position: Position,
    change: StateChange,
    missed: readonly HistoryRow[],
  ): Uint8Array;
  state(change: StateChange): Uint8Array;
  bye(why: FarewellName, reconnectMs: number): Uint8Array;
  /** An entry of the supervision feed, which can't be resumed. */
  supervision(type: string, data: string): Uint8Array;
}
