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

export interface OutboxOptions {
  readonly clock: Clock;
  /** Bytes waiting in the connection above which estimates are conflated. */
  readonly softBytes: number;
  /** Least time between two estimates; 0 for every one. */
  readonly everyMs: number;
}

export function createOutbox(connection: Connection, { clock, softBytes, everyMs }: OutboxOptions): Outbox {
  const codec = codecOf(connection.format);
  let position: Position | null = null;
  let writtenMs = Number.NEGATIVE_INFINITY;
  /** The newest estimate that could not go yet; those between `position` and it are skipped. */
  let held: SharedEstimate | null = null;

  const congested = () => connection.bufferedBytes() > softBytes;
  const waitMs = () => Math.max(0, writtenMs + everyMs - clock.monotonicMs());

  function write(estimate: SharedEstimate, skipped: number): void {
    const { position: at, estimate: text } = estimate;
    connection.write(skipped === 0 ? estimate.frame(connection.format) : codec.conflated(at, text, skipped));
    position = at;
    writtenMs = clock.monotonicMs();
    held = null;
  }

  function offer(estimate: SharedEstimate): Offered {
    const { epoch, offset } = estimate.position;
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
    if (held === null || position === null || congested() || waitMs() > 0) return;
    write(held, held.position.offset - position.offset - 1);
  }

  return {
    get position() {
      return position;
    },
    congested,
    offer,
    replay(estimate) {
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
      connection.write(codec.snapshot(at, reason, estimate));
      position = at;
      // An empty snapshot has shown nothing: the first estimate does not wait for the interval after it.
      if (estimate !== null) writtenMs = clock.monotonicMs();
      held = null;
    },
    recovered(at, change) {
      connection.write(codec.state(change));
      position = at;
    },
    state: (change) => connection.write(codec.state(change)),
  };
}
