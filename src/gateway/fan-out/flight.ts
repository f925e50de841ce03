/**
 * How much of what was written a client has read, as far as it can be known. The kernels on the way hold megabytes that
 * look sent, so a probe (a ping frame) goes behind what is written, and its answer says that everything before it has
 * been read. An answer that takes longer than the way alone makes the window small: then only so much goes out
 * unanswered, and a client that reads a kilobyte a second gets one fresh estimate for each one it has read, instead of
 * an old one out of a buffer. One that is only far away is held back by nothing.
 *
 * It knows no clock and no socket: both come in by what it is told. Probes themselves weigh nothing here.
 */
import type { Limits } from '../../protocols/limits.ts';

type FlightBounds = Pick<Limits, 'outboxSoftBytes' | 'outboxStallMs' | 'ackLateMs'>;

/** What an answer is: to no probe of ours, to one, or to one behind which another has to go at once. */
export type Answer = 'unasked' | 'read' | 'ask-again';

const SHRINK = 4;
const GROW = 2;
/** Room for an estimate beside a ping or two, so that these hold none back. */
const LEAST_WINDOW = 1_024;
/** On their way at once; what is written beyond them is asked for when one of them is answered. */
const PROBES = 8;
/** What the slowest of links reads in `outboxStallMs`, by default a kilobyte a second: less is none. */
const STALL_BYTES = 28 * 1_024;

interface Probe {
  readonly number: number;
  /** What was written when it went out, all of it before the probe. */
  readonly at: number;
  readonly sentMs: number;
  /** Nothing of ours could make its answer late: it takes what the way takes. */
  readonly alone: boolean;
}

export class Flight {
  #written = 0;
  #read = 0;
  #readMs = 0;
  /** Those without an answer, the oldest first. */
  readonly #probes: Probe[] = [];
  /** What was written when the last probe went out. */
  #asked = 0;
  #nextProbeMs = 0;
  readonly #apartMs: number;
  #answers: boolean = false;
  /** It has been asked for so long, and has answered so little, that it is one that never answers. */
  #deaf: boolean = false;
  /** What an answer takes where our bytes are not in its way. */
  #wayMs = 0;
  /** Null while the client answers in time: then nothing is held back. */
  #window: number | null = null;
  /** What was written when the window last changed: only answers behind that say anything of it. */
  #judged = 0;

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

  /** Time may change what is known of it. */
  get owes(): boolean {
    return this.#probes.length > 0 && !this.#deaf;
  }

  /** `bytes` go out; whether a probe with this `number`, another for each, has to go behind them. */
  wrote(bytes: number, number: number, nowMs: number, bounds: FlightBounds): boolean {
    // A window that can't become smaller is not what makes an answer late.
    const alone = this.#window === LEAST_WINDOW || (this.inFlight === 0 && bytes <= LEAST_WINDOW);
    this.#written += bytes;
    if (!this.#probeDue(nowMs, bounds)) return false;
    this.#probes.push({ number, at: this.#written, sentMs: nowMs, alone });
    this.#asked = this.#written;
    this.#nextProbeMs = nowMs + bounds.ackLateMs + this.#apartMs;
    return true;
  }

  /** A probe was answered, and with it all before it. To ask again, `wrote` is told of nothing more. */
  answered(number: number, nowMs: number, bounds: FlightBounds): Answer {
    const place = this.#probes.findIndex((probe) => probe.number === number);
    const probe = this.#probes[place];
    if (probe === undefined) return 'unasked';
    this.look(nowMs, bounds);
    this.#probes.splice(0, place + 1);
    this.#read = probe.at;
    this.#readMs = nowMs;
    const tookMs = nowMs - probe.sentMs;
    // One that is hardly in time has as much as it can take.
    if (tookMs < this.#wayMs + bounds.ackLateMs / 2) this.#grow(probe, bounds);
    this.#wayMs = probe.alone ? tookMs : Math.min(this.#wayMs, tookMs);
    this.#answers = true;
    this.#deaf = false;
    return this.full && this.#probes.length === 0 ? 'ask-again' : 'read';
  }

  /** Time has passed: an answer that is late by now makes the window smaller, once for all that is in flight. */
  look(nowMs: number, bounds: FlightBounds): void {
    const [oldest] = this.#probes;
    if (oldest === undefined || this.#deaf) return;
    const owedMs = nowMs - oldest.sentMs;
    if (oldest.at > this.#judged && owedMs >= this.#wayMs + bounds.ackLateMs) this.#shrink(bounds);
    if (this.#answers || owedMs - this.#excusedMs(oldest, bounds) < bounds.outboxStallMs) return;
    this.#deaf = true;
    this.#window = null;
  }

  /**
   * How long it has shown nothing of what it owes, less what the way and a slow link excuse; null without an answer
   * owed, and for a client that has never given any.
   */
  stalledMs(nowMs: number, bounds: FlightBounds): number | null {
    const [oldest] = this.#probes;
    if (oldest === undefined || !this.#answers) return null;
    const sinceMs = Math.max(oldest.sentMs, this.#readMs);
    return nowMs - sinceMs - this.#wayMs - this.#excusedMs(oldest, bounds);
  }

  /** One that answers in time is asked no more often than its answers could be late, but for very much. */
  #probeDue(nowMs: number, { outboxSoftBytes }: FlightBounds): boolean {
    const { length } = this.#probes;
    if (length === 0 && (this.#window !== null || nowMs >= this.#nextProbeMs)) return true;
    return length < PROBES && this.#written - this.#asked >= (this.#window ?? outboxSoftBytes);
  }

  /** What much to read takes longer on the slowest of links. */
  #excusedMs({ at }: Probe, { outboxStallMs }: FlightBounds): number {
    return Math.max(0, (at - this.#read) / STALL_BYTES - 1) * outboxStallMs;
  }

  #shrink({ outboxSoftBytes }: FlightBounds): void {
    const most = Math.min(this.#window ?? outboxSoftBytes, this.inFlight);
    // Nobody knows of one that has never answered that it would: it may have as much as may wait for anybody.
    this.#window = this.#answers ? Math.max(LEAST_WINDOW, Math.floor(most / SHRINK)) : outboxSoftBytes;
    this.#judged = this.#written;
  }

  #grow(probe: Probe, { outboxSoftBytes }: FlightBounds): void {
    if (this.#window === null || probe.at <= this.#judged) return;
    const window = this.#window * GROW;
    this.#window = window < outboxSoftBytes ? window : null;
    this.#judged = this.#written;
  }
}
