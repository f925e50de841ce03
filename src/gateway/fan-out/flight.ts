/**
 * How much of what was written a client has read, as far as it can be known. The kernels on the way hold megabytes that
 * look sent, so a probe (a ping frame) goes behind what is written, and its answer says that everything before it has
 * been read. An answer that takes too long makes the window small: then only so much goes out unanswered, and a client
 * that reads a kilobyte a second gets one fresh estimate for each one it has read, instead of an old one out of a
 * buffer. Whoever has never answered is not judged by it.
 *
 * It knows no clock and no socket: both come in by what it is told.
 */
import type { Limits } from '../../protocols/limits.ts';

type FlightBounds = Pick<Limits, 'outboxSoftBytes' | 'ackLateMs'>;

const SHRINK = 4;
const GROW = 2;

export class Flight {
  #written = 0;
  #read = 0;
  /** `#written` when the probe that is not answered yet went out; null without one. */
  #probedAt: number | null = null;
  #probedMs = 0;
  #nextProbeMs = 0;
  readonly #apartMs: number;
  #late: boolean = false;
  #answers: boolean = false;
  /** Null while the client answers in time: then nothing is held back. */
  #window: number | null = null;

  /** `apartMs` longer than others it waits between probes, so that not all clients answer at once. */
  constructor(apartMs: number) {
    this.#apartMs = apartMs;
  }

  /** Bytes of which is not known that the client has read them. */
  get inFlight(): number {
    return this.#written - this.#read;
  }

  /** More is in flight than this client should have: what is newest should wait. */
  get full(): boolean {
    return this.#window !== null && this.inFlight >= this.#window;
  }

  /** Bytes that may be in flight; null for no bound. */
  get window(): number | null {
    return this.#window;
  }

  /** `bytes` go out; whether a probe has to go behind them, which counts as sent then. */
  wrote(bytes: number, nowMs: number, bounds: FlightBounds): boolean {
    this.#written += bytes;
    if (this.#probedAt !== null) return false;
    // One that answers in time is asked no more often than its answers could be late.
    if (this.#window === null && nowMs < this.#nextProbeMs) return false;
    this.#probe(nowMs, bounds);
    return true;
  }

  /** The probe was answered; whether another has to go at once, since what is still in flight fills the window. */
  answered(nowMs: number, bounds: FlightBounds): boolean {
    if (this.#probedAt === null) return false;
    this.#answers = true;
    this.look(nowMs, bounds);
    this.#read = this.#probedAt;
    this.#probedAt = null;
    if (!this.#late && this.#window !== null) {
      const window = this.#window * GROW;
      this.#window = window < bounds.outboxSoftBytes ? window : null;
    }
    if (!this.full) return false;
    this.#probe(nowMs, bounds);
    return true;
  }

  /** Time has passed: an answer that is late by now makes the window smaller, once. */
  look(nowMs: number, { ackLateMs, outboxSoftBytes }: FlightBounds): void {
    const owedMs = this.owedMs(nowMs);
    if (this.#late || owedMs === null || owedMs < ackLateMs) return;
    this.#late = true;
    const most = Math.min(this.#window ?? outboxSoftBytes, this.inFlight);
    // At 1 one frame goes at a time: with nothing in flight no window is full.
    this.#window = Math.max(1, Math.floor(most / SHRINK));
  }

  /** How long the client has owed an answer; null without one, and for a client that has never given any. */
  owedMs(nowMs: number): number | null {
    return this.#probedAt === null || !this.#answers ? null : nowMs - this.#probedMs;
  }

  #probe(nowMs: number, { ackLateMs }: FlightBounds): void {
    this.#probedAt = this.#written;
    this.#probedMs = nowMs;
    this.#nextProbeMs = nowMs + ackLateMs + this.#apartMs;
    this.#late = false;
  }
}
