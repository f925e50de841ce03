/**
 * How many streams may be open, in all and from one address, and how many may be opened in a second. A stream lasts,
 * so it is counted before the core hears of it and given back when its connection has ended.
 */
import type { Clock } from '../lib/clock.ts';
import { fullBucket, type Rate, type TokenBucket, takeToken } from '../lib/token-bucket.ts';
import type { Limits } from '../protocols/limits.ts';
import { type Answer, beyond, done, type Refusal } from '../protocols/refusal.ts';

type Bounds = Pick<
  Limits,
  'connections' | 'connectionsPerAddress' | 'connectsPerSecond' | 'connectsPerAddress'
>;

const hasty = 'Too many connections are being opened at once; try again in a moment.';

/** How often addresses are forgotten that have opened nothing for a while. */
const FORGET_MS = 1_000;

/** Gives the place back; calling it again does nothing. */
export type Release = () => void;

export class Admission {
  readonly #bounds: Bounds;
  readonly #clock: Clock;
  readonly #byAddress = new Map<string, number>();
  readonly #rate: Rate;
  readonly #addressRate: Rate;
  /** Of addresses that have opened something lately. */
  readonly #buckets = new Map<string, TokenBucket>();
  #open = 0;
  #bucket: TokenBucket;
  #forgottenMs = 0;

  constructor(bounds: Bounds, clock: Clock) {
    this.#bounds = bounds;
    this.#clock = clock;
    this.#rate = { perSecond: bounds.connectsPerSecond, burst: bounds.connectsPerSecond };
    this.#addressRate = { perSecond: bounds.connectsPerAddress, burst: bounds.connectsPerAddress };
    this.#bucket = fullBucket(this.#rate, clock.monotonicMs());
  }

  get open(): number {
    return this.#open;
  }

  admit(address: string): Answer<Release> {
    const { connections, connectionsPerAddress } = this.#bounds;
    const ofAddress = this.#byAddress.get(address) ?? 0;
    if (this.#open >= connections) {
      const detail = `This node holds all ${connections} connections it may; try again later.`;
      return beyond('connections', 'not-ready', detail);
    }
    if (ofAddress >= connectionsPerAddress) {
      return beyond(
        'connectionsPerAddress',
        'too-many-requests',
        `Your address holds all ${connectionsPerAddress} connections it may; close one.`,
      );
    }
    const over = this.#takeToken(address);
    if (over !== null) return over;
    this.#open += 1;
    this.#byAddress.set(address, ofAddress + 1);
    return done(this.#releaseOnce(address));
  }

  /**
   * Who is turned away owes nothing: a flood must not keep out those who come after it, nor one address, in a hurry,
   * all the others.
   */
  #takeToken(address: string): Refusal | null {
    const nowMs = this.#clock.monotonicMs();
    this.#forget(nowMs);
    const known = this.#buckets.get(address) ?? fullBucket(this.#addressRate, nowMs);
    const ofAddress = takeToken(known, this.#addressRate, nowMs);
    const ofAll = takeToken(this.#bucket, this.#rate, nowMs);
    if (ofAll.tokens < 0) return beyond('connectsPerSecond', 'too-many-requests', hasty);
    if (ofAddress.tokens < 0) return beyond('connectsPerAddress', 'too-many-requests', hasty);
    this.#bucket = ofAll;
    this.#buckets.set(address, ofAddress);
    return null;
  }

  /** A bucket that is full again is as good as none. */
  #forget(nowMs: number): void {
    if (nowMs - this.#forgottenMs < FORGET_MS) return;
    this.#forgottenMs = nowMs;
    for (const [address, { atMs }] of this.#buckets) {
      if (nowMs - atMs >= FORGET_MS) this.#buckets.delete(address);
    }
  }

  #releaseOnce(address: string): Release {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#open -= 1;
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#byAddress.delete(address);
      else this.#byAddress.set(address, left);
    };
  }
}
