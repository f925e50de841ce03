/**
 * When what waits is written: at the end of the loop turn in which it came, or every `flushMs`, for all connections
 * together. A write to a socket costs more than all else about a frame, so what comes together goes in one. Slices,
 * with a turn of the loop between them, keep a broadcast to thousands from holding up everything else.
 */
import type { Clock } from '../../lib/clock.ts';
import type { Limits } from '../../protocols/limits.ts';

/** A slice ends after this time, too: how long a write takes is the machine's affair. Looked at every so many writes. */
const SLICE_MS = 4;
const WRITES_A_LOOK = 32;

interface Flushable {
  /** Writes what waits, if it can be written now. */
  flush(): void;
}

interface FlushEvents {
  /** A slice is about to be written. */
  begins(): void;
  /** All who waited have been flushed; `tookMs` since the first of them began to wait, an interval that is set apart. */
  ended(tookMs: number): void;
}

export class Flusher {
  readonly #bounds: Pick<Limits, 'flushMs' | 'flushSlice'>;
  readonly #clock: Clock;
  readonly #events: FlushEvents;
  /** Who waits for the next round, and who is flushed in this one, from `#at` on. */
  #waiting: Flushable[] = [];
  #round: Flushable[] = [];
  #at = 0;
  #beganMs = 0;
  #due: boolean = false;
  readonly #slice = () => this.#flushSlice();

  constructor(bounds: Pick<Limits, 'flushMs' | 'flushSlice'>, clock: Clock, events: FlushEvents) {
    this.#bounds = bounds;
    this.#clock = clock;
    this.#events = events;
  }

  /** Has something to be written; once for each time that it had nothing before. */
  add(one: Flushable): void {
    this.#waiting.push(one);
    if (this.#due) return;
    this.#due = true;
    this.#plan(this.#clock.monotonicMs());
  }

  /** The next round, of those who wait from now on. */
  #plan(nowMs: number): void {
    this.#beganMs = nowMs;
    if (this.#bounds.flushMs === 0) this.#clock.afterTurn(this.#slice);
    else this.#clock.schedule(this.#bounds.flushMs, this.#slice);
  }

  #flushSlice(): void {
    if (this.#at === this.#round.length) this.#nextRound();
    this.#events.begins();
    const round = this.#round;
    const end = Math.min(round.length, this.#at + this.#bounds.flushSlice);
    const untilMs = this.#clock.monotonicMs() + SLICE_MS;
    let at = this.#at;
    while (at < end) {
      round[at]?.flush();
      at += 1;
      if (at % WRITES_A_LOOK === 0 && this.#clock.monotonicMs() >= untilMs) break;
    }
    this.#at = at;
    if (at < round.length) this.#clock.afterTurn(this.#slice);
    else this.#endRound();
  }

  #nextRound(): void {
    const done = this.#round;
    done.length = 0;
    this.#round = this.#waiting;
    this.#waiting = done;
    this.#at = 0;
    if (this.#bounds.flushMs > 0) this.#beganMs = this.#clock.monotonicMs();
  }

  #endRound(): void {
    this.#round.length = 0;
    this.#at = 0;
    const nowMs = this.#clock.monotonicMs();
    this.#events.ended(nowMs - this.#beganMs);
    this.#due = this.#waiting.length > 0;
    if (this.#due) this.#plan(nowMs);
  }
}
