/**
 * What one client has been sent of one run, and so what it may be sent next. The last look at an offset before bytes
 * leave: the next one is written; a later one only where those between were skipped on purpose, because the client
 * is slow or asked for fewer; anything else is turned back to whoever offered it.
 */
import type { Clock } from '../lib/clock.ts';
import type { Connection } from '../protocols/ports/connection.ts';
import type { Offered, Outbox, SharedEstimate } from '../protocols/ports/outbox.ts';
import type { HistoryRow } from '../protocols/ports/store.ts';
import type { Position } from '../protocols/position.ts';
import { codecOf } from '../protocols/wire/codecs.ts';
import type { FrameCodec, Opening } from '../protocols/wire/frame-codec.ts';
import type { SnapshotReason, StateChange } from '../protocols/wire/stream.ts';

export interface OutboxOptions {
  readonly clock: Clock;
  /** Least time between two estimates; 0 for every one. */
  readonly everyMs: number;
  readonly opening: Opening;
  /**
   * What stands before a frame that moves the client to `position`, where the frame itself does not say so: a client
   * that watches several runs over one stream has a position in all of them. Null where frames say it.
   */
  readonly mark: ((position: Position) => Uint8Array) | null;
  /** The client was told that it has to begin anew, and is not subscribed any more. */
  readonly onLost: () => void;
}

export function createOutbox(connection: Connection, options: OutboxOptions): Outbox {
  return new RunOutbox(connection, options);
}

/** A class, since there are thousands and each is asked for every estimate: fields and methods cost less than closures. */
class RunOutbox implements Outbox {
  position: Position | null = null;
  over: boolean = false;
  readonly #connection: Connection;
  readonly #codec: FrameCodec;
  readonly #options: OutboxOptions;
  readonly #everyMs: number;
  /** When an estimate was last written, where that matters. */
  #writtenMs = Number.NEGATIVE_INFINITY;
  /** The newest estimate that could not go yet; those between `position` and it are skipped. */
  #held: SharedEstimate | null = null;

  constructor(connection: Connection, options: OutboxOptions) {
    this.#connection = connection;
    this.#codec = codecOf(connection.format);
    this.#options = options;
    this.#everyMs = options.everyMs;
  }

  congested(): boolean {
    return this.#connection.congested();
  }

  offer(estimate: SharedEstimate): Offered {
    const { position } = this;
    const { epoch, offset } = estimate.position;
    if (this.over) return 'duplicate';
    if (position === null) return 'gap';
    if (epoch !== position.epoch) return 'other-epoch';
    const held = this.#held;
    const newest = held === null ? position.offset : held.position.offset;
    if (offset <= newest) return 'duplicate';
    if (offset > newest + 1) return 'gap';
    if (held === null && this.#mayWrite()) {
      this.#write(estimate, 0);
      return 'written';
    }
    this.#held = estimate;
    if (held === null) return 'held';
    return this.release() ? 'newest' : 'replaced';
  }

  release(): boolean {
    const { position } = this;
    const held = this.#held;
    if (this.over || held === null || position === null || !this.#mayWrite()) return false;
    this.#write(held, held.position.offset - position.offset - 1);
    return true;
  }

  replay(estimate: SharedEstimate): void {
    if (this.over) return;
    const { position } = this;
    const { epoch, offset } = estimate.position;
    if (position?.epoch !== epoch || offset !== position.offset + 1) {
      throw new Error(
        `history gave ${epoch}:${offset} to a client at ${position?.epoch}:${position?.offset}`,
      );
    }
    this.#write(estimate, 0);
  }

  dueInMs(): number | null {
    return this.#held === null || this.congested() ? null : this.#waitMs();
  }

  snapshot(at: Position, reason: SnapshotReason, estimate: string | null): void {
    if (this.over) return;
    const { opening, onLost } = this.#options;
    const instead = this.#codec.insteadOfSnapshot(opening, this.position !== null);
    if (instead !== null) {
      this.over = true;
      this.#connection.write(instead);
      onLost();
      return;
    }
    this.#mark(at);
    this.#connection.write(this.#codec.snapshot(opening, at, reason, estimate));
    this.position = at;
    // An empty snapshot has shown nothing: the first estimate does not wait for the interval after it.
    if (estimate !== null) this.#noteTime();
    this.#held = null;
  }

  recovered(at: Position, change: StateChange, missed: readonly HistoryRow[]): void {
    if (this.over) return;
    const { opening, mark } = this.#options;
    const together = mark === null ? missed : [];
    this.#connection.write(this.#codec.recovered(opening, at, change, together));
    this.position = at;
    for (const { offset, estimate } of missed) {
      this.position = { epoch: at.epoch, offset };
      if (mark === null) continue;
      // Each with its mark, so that a client that is cut off among them comes back to its place.
      this.#mark(this.position);
      this.#connection.write(this.#codec.estimate(opening.channel, this.position, estimate));
    }
    if (missed.length > 0) this.#noteTime();
  }

  state(change: StateChange): void {
    if (!this.over) this.#connection.write(this.#codec.state(change));
  }

  end(): void {
    this.over = true;
  }

  #mayWrite(): boolean {
    return !this.#connection.congested() && (this.#everyMs === 0 || this.#waitMs() === 0);
  }

  #waitMs(): number {
    if (this.#everyMs === 0) return 0;
    return Math.max(0, this.#writtenMs + this.#everyMs - this.#options.clock.monotonicMs());
  }

  #noteTime(): void {
    if (this.#everyMs > 0) this.#writtenMs = this.#options.clock.monotonicMs();
  }

  #write(estimate: SharedEstimate, skipped: number): void {
    const at = estimate.position;
    this.#mark(at);
    this.#connection.write(this.#frame(estimate, skipped));
    this.position = at;
    this.#noteTime();
    this.#held = null;
  }

  #frame(estimate: SharedEstimate, skipped: number): Uint8Array {
    const { channel } = this.#options.opening;
    if (channel === estimate.run) return estimate.frame(this.#connection.format, skipped);
    return skipped === 0
      ? this.#codec.estimate(channel, estimate.position, estimate.estimate)
      : this.#codec.conflated(channel, estimate.position, estimate.estimate, skipped);
  }

  #mark(at: Position): void {
    const { mark } = this.#options;
    if (mark !== null) this.#connection.write(mark(at));
  }
}
