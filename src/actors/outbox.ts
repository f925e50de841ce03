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
import type { PageTurn } from './page-turn.ts';

/** Bytes that no format needs more of around an estimate: its position and the words of the format. */
const AROUND_ROW = 64;

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
  /** Bytes of rows that the first words may bring along; in one frame they can't wait for the client's pace. */
  readonly openingBytes: number;
  /** Of all outboxes of this connection. */
  readonly turn: PageTurn<Outbox>;
  /** The turn is this outbox's own now. */
  readonly onTurn: () => void;
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

  mayRead(): boolean {
    const { turn, onTurn } = this.#options;
    return !this.over && !this.congested() && turn.take(this, onTurn);
  }

  passTurn(): void {
    this.#options.turn.pass(this);
  }

  get owesReply(): boolean {
    return this.position === null && !this.over && this.#options.opening.command !== null;
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

  replay(estimate: SharedEstimate): boolean {
    if (this.over) return false;
    const { position } = this;
    const { epoch, offset } = estimate.position;
    if (position?.epoch !== epoch || offset !== position.offset + 1) {
      throw new Error(
        `history gave ${epoch}:${offset} to a client at ${position?.epoch}:${position?.offset}`,
      );
    }
    if (this.congested()) return false;
    this.#write(estimate, 0);
    return true;
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
    this.#put(at, this.#codec.snapshot(opening, at, reason, estimate));
    this.position = at;
    // An empty snapshot has shown nothing: the first estimate does not wait for the interval after it.
    if (estimate !== null) this.#noteTime();
    this.#held = null;
  }

  recovered(at: Position, change: StateChange, missed: readonly HistoryRow[]): void {
    if (this.over) return;
    const { opening, mark, openingBytes } = this.#options;
    // Each needs its mark, so that a client that is cut off among them comes back to its place.
    const together = mark !== null || this.congested() ? [] : withinBytes(missed, openingBytes);
    this.#connection.write(this.#codec.recovered(opening, at, change, together));
    const last = together.at(-1);
    this.position = last === undefined ? at : { epoch: at.epoch, offset: last.offset };
    if (last !== undefined) this.#noteTime();
  }

  state(change: StateChange): void {
    if (!this.over) this.#connection.write(this.#codec.state(change));
  }

  end(): void {
    this.over = true;
    this.passTurn();
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
    this.#put(at, this.#frame(estimate, skipped));
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

  /** A mark and what it stands before are one piece: nothing comes between them, whatever ends the connection. */
  #put(at: Position, frame: Uint8Array): void {
    const { mark } = this.#options;
    this.#connection.write(mark === null ? frame : Buffer.concat([mark(at), frame]));
  }
}

/** The first of `rows`, as many as have `bytes` together. */
function withinBytes(rows: readonly HistoryRow[], bytes: number): readonly HistoryRow[] {
  let left = bytes;
  const end = rows.findIndex(({ estimate }) => {
    left -= estimate.length + AROUND_ROW;
    return left < 0;
  });
  return end < 0 ? rows : rows.slice(0, end);
}
