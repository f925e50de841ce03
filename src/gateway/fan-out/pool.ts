/**
 * What all client connections of a process share: the turn in which they write, the bytes that wait for all of them
 * together, and one look a moment at those who owe something, instead of a timer for each.
 */
import type { Clock } from '../../lib/clock.ts';
import type { Rate } from '../../lib/token-bucket.ts';
import type { Limits } from '../../protocols/limits.ts';
import type { Meter } from '../../protocols/ports/meter.ts';
import type { Clients } from '../clients.ts';
import { Flusher } from './flusher.ts';
import { FrameQueue } from './frame-queue.ts';
import { probeFrame } from './probe.ts';

export type FanOutBounds = Pick<
  Limits,
  | 'outboxSoftBytes'
  | 'outboxHardBytes'
  | 'outboxStallMs'
  | 'outboxTotalBytes'
  | 'ackLateMs'
  | 'controlFramesPerSecond'
  | 'flushMs'
  | 'flushSlice'
  | 'closeMs'
  | 'reconnectMinMs'
>;

/** What a slow client is let go for. */
export type SlowLimit = 'outboxHardBytes' | 'outboxStallMs' | 'outboxTotalBytes';

/** A connection whose client owes something: room for what waits, or an answer. */
export interface Debtor {
  /** Bytes that wait for it. */
  readonly waitingBytes: number;
  /** Looks at what it owes; whether it has to be looked at again. */
  look(nowMs: number): boolean;
  /** It pays for what waits for all, with its connection. */
  pay(limit: SlowLimit): void;
}

/** Longest time between two looks at the debtors. */
const LOOK_MS = 250;
/** Looks before the shortest of the times that a debtor has. */
const LOOKS = 4;

/** Seconds of control frames that may come at once. */
const CONTROL_BURST = 2;

/** Has no divisor in common with round numbers. */
const APART_MS = 37;

export class Pool {
  readonly bounds: FanOutBounds;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly clients: Clients;
  readonly flusher: Flusher;
  /** What every connection's queue begins with. */
  readonly nothing = FrameQueue.empty();
  /** Control frames that a client may send unasked. */
  readonly controlFrames: Rate;
  readonly #debtors = new Set<Debtor>();
  readonly #lookMs: number;
  /** Frames and writes so far, and bytes that wait for clients who have not taken what was written before. */
  #frames = 0;
  #writes = 0;
  #waitingBytes = 0;
  #nowMs = 0;
  #cancelLook: (() => void) | null = null;
  #lookDueMs = 0;
  /** Time in which the loop was held up: nobody could have been heard, so nobody owes it. */
  #lostMs = 0;
  #clients = 0;
  #probe = 0;
  #probeFrame: Uint8Array | null = null;

  constructor(bounds: FanOutBounds, clock: Clock, meter: Meter, clients: Clients) {
    this.bounds = bounds;
    this.clock = clock;
    this.meter = meter;
    this.clients = clients;
    const perSecond = bounds.controlFramesPerSecond;
    this.controlFrames = { perSecond, burst: perSecond * CONTROL_BURST };
    this.#lookMs = Math.min(LOOK_MS, Math.ceil(Math.min(bounds.ackLateMs, bounds.outboxStallMs) / LOOKS));
    this.readClock();
    this.flusher = new Flusher(bounds, clock, {
      begins: () => this.turn(),
      ended: (tookMs) => {
        this.nothing.forget();
        meter.observe('zeno_broadcast_seconds', tookMs / 1_000);
      },
    });
    meter.read('zeno_frames_total', () => this.#frames);
    meter.read('zeno_writes_total', () => this.#writes);
    meter.read('zeno_buffered_bytes', () => this.#waitingBytes);
  }

  /** When the clock was last read, with each slice and look: exact enough for all that asks, and free. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** What it says from now on: whole milliseconds that this process had. */
  readClock(): number {
    this.#nowMs = Math.floor(this.clock.monotonicMs() - this.#lostMs);
    return this.#nowMs;
  }

  /** A slice of writes begins, or one beside them. */
  turn(): void {
    this.readClock();
    // Probes are told apart by their number, so that an old answer is not taken for a new one.
    this.#probe = (this.#probe + 1) >>> 0;
    this.#probeFrame = null;
  }

  /** So many frames went into one write. */
  wrote(frames: number): void {
    this.#writes += 1;
    this.#frames += frames;
  }

  /** So many bytes more wait for a client; fewer where `bytes` is negative. */
  waits(bytes: number): void {
    this.#waitingBytes += bytes;
  }

  /** Another for one client after the other, between 0 and half of what an answer may take. */
  apartMs(): number {
    this.#clients += 1;
    return (this.#clients * APART_MS) % Math.ceil(this.bounds.ackLateMs / 2);
  }

  /** The number of the probes that go out in this turn, and their one frame. */
  get probe(): number {
    return this.#probe;
  }

  get probeFrame(): Uint8Array {
    this.#probeFrame ??= probeFrame(this.#probe);
    return this.#probeFrame;
  }

  watch(debtor: Debtor): void {
    this.#debtors.add(debtor);
    if (this.#cancelLook === null) this.#lookLater();
  }

  /** It is gone. */
  forget(debtor: Debtor): void {
    if (this.#debtors.delete(debtor) && this.#debtors.size === 0) this.#stopLooking();
  }

  /** Where too many bytes wait, the connection with the most of them goes, whoever was written to last. */
  collect(): void {
    while (this.#waitingBytes > this.bounds.outboxTotalBytes) {
      let most: Debtor | null = null;
      for (const debtor of this.#debtors) if (debtor.waitingBytes > (most?.waitingBytes ?? 0)) most = debtor;
      if (most === null) return;
      most.pay('outboxTotalBytes');
    }
  }

  #lookLater(): void {
    this.#lookDueMs = this.clock.monotonicMs() + this.#lookMs;
    this.#cancelLook = this.clock.schedule(this.#lookMs, () => this.#look());
  }

  #look(): void {
    const lateMs = this.clock.monotonicMs() - this.#lookDueMs;
    if (lateMs > this.#lookMs) this.#lostMs += lateMs;
    const nowMs = this.readClock();
    for (const debtor of this.#debtors) if (!debtor.look(nowMs)) this.#debtors.delete(debtor);
    if (this.#debtors.size > 0) this.#lookLater();
    else this.#stopLooking();
  }

  #stopLooking(): void {
    this.#cancelLook?.();
    this.#cancelLook = null;
  }
}
