/**
 * How one transport writes what a stream says. Frames are made once and shared by every client of that format, so a
 * codec is pure and its bytes are never changed.
 */
import type { Position } from '../position.ts';
import type { Bye, SnapshotReason, StateChange } from './stream.ts';

export interface FrameCodec {
  /** First bytes of a stream: how long a client waits before it comes back. */
  hello(retryMs: number): Uint8Array;
  /** Keeps a silent connection alive. */
  ping(): Uint8Array;
  /** `estimate` is the stored JSON text, sent to the letter. */
  estimate(position: Position, estimate: string): Uint8Array;
  /** The same for a client that was too slow for the `skipped` estimates before it. */
  conflated(position: Position, estimate: string, skipped: number): Uint8Array;
  /** `estimate` null: nothing has been published in this epoch yet. */
  snapshot(position: Position, reason: SnapshotReason, estimate: string | null): Uint8Array;
  state(change: StateChange): Uint8Array;
  bye(bye: Bye): Uint8Array;
  /** An entry of the supervision feed, which can't be resumed. */
  supervision(type: string, data: string): Uint8Array;
}
