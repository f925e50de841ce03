/**
 * What one client has been sent of one run, and so what it may be sent next. The last look at an offset before bytes
 * leave: the next one is written; a later one only where those between were skipped on purpose, because the client
 * is slow or asked for fewer; anything else is turned back to whoever offered it.
 */
import type { Clock } from '../lib/clock.ts';
import type { Connection } from '../protocols/ports/connection.ts';
import type { Offered, Outbox, SharedEstimate } from '../protocols/ports/outbox.ts';
import type { Position } from '../protocols/position.ts';
import { codecOf } from '../protocols/wire/codecs.ts';
import type { Opening } from '../protocols/wire/frame-codec.ts';

export interface OutboxOptions {
  readonly clock: Clock;
  /** Bytes waiting in the connection above which estimates are conflated. */
  readonly softBytes: number;
  /** Least time between two estimates; 0 for every one. */
  readonly everyMs: number;
  readonly opening: Opening;
  /** The client was told that it has to begin anew, and is not subscribed any more. */
  readonly onLost: () => void;
}

export function createOutbox(connection: Connection, options: OutboxOptions): Outbox {
  const { clock, softBytes, everyMs, opening } = options;
  const { channel } = opening;
  const codec = codecOf(connection.format);
  let position: Position | null = null;
  let ended = false;
  let writtenMs = Number.NEGATIVE_INFINITY;
  /** The newest estimate that could not go yet; those between `position` and it are skipped. */
  let held: SharedEstimate | null = null;

  const congested = () => connection.bufferedBytes() > softBytes;
  const waitMs = () => Math.max(0, writtenMs + everyMs - clock.monotonicMs());

  function write(estimate: SharedEstimate, skipped: number): void {
    const { position: at, estimate: text } = estimate;
    if (skipped > 0) connection.write(codec.conflated(channel, at, text, skipped));
    else if (channel === estimate.run) connection.write(estimate.frame(connection.format));
    else connection.write(codec.estimate(channel, at, text));
    position = at;
    writtenMs = clock.monotonicMs();
    held = null;
  }

  function offer(estimate: SharedEstimate): Offered {
    const { epoch, offset } = estimate.position;
    if (ended) return 'duplicate';
    if (position === null) return 'gap';
    if (epoch !== position.epoch) return 'other-epoch';
    const newest = held?.position.offset ?? position.offset;
    if (offset <= newest) return 'duplicate';
    if (offset > newest + 1) return 'gap';
    if (held !== null || congested() || waitMs() > 0) {
      held = estimate;
      release();
      return held === null ? 'written' : 'held';
    }
    write(estimate, 0);
    return 'written';
  }

  function release(): void {
    if (ended || held === null || position === null || congested() || waitMs() > 0) return;
    write(held, held.position.offset - position.offset - 1);
  }

  return {
    get position() {
      return position;
    },
    get over() {
      return ended;
    },
    congested,
    offer,
    replay(estimate) {
      if (ended) return;
      const { epoch, offset } = estimate.position;
      if (position?.epoch !== epoch || offset !== position.offset + 1) {
        throw new Error(
          `history gave ${epoch}:${offset} to a client at ${position?.epoch}:${position?.offset}`,
        );
      }
      write(estimate, 0);
    },
    release,
    dueInMs: () => (held === null || congested() ? null : waitMs()),
    snapshot(at, reason, estimate) {
      if (ended) return;
      const instead = codec.insteadOfSnapshot(opening, position !== null);
      if (instead !== null) {
        ended = true;
        connection.write(instead);
        options.onLost();
        return;
      }
      connection.write(codec.snapshot(opening, at, reason, estimate));
      position = at;
      // An empty snapshot has shown nothing: the first estimate does not wait for the interval after it.
      if (estimate !== null) writtenMs = clock.monotonicMs();
      held = null;
    },
    recovered(at, change, missed) {
      if (ended) return;
      connection.write(codec.recovered(opening, at, change, missed));
      const last = missed.at(-1);
      position = last === undefined ? at : { epoch: at.epoch, offset: last.offset };
      if (last !== undefined) writtenMs = clock.monotonicMs();
    },
    state(change) {
      if (!ended) connection.write(codec.state(change));
    },
    end() {
      ended = true;
    },
  };
}
