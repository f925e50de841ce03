/**
 * How many streams may be open, in all and from one address, and how many may be opened in a second. A stream lasts,
 * so it is counted before the core hears of it and given back when its connection has ended.
 */
import type { Clock } from '../lib/clock.ts';
import { fullBucket, type Rate, type TokenBucket, takeToken } from '../lib/token-bucket.ts';
import type { Limits } from '../protocols/limits.ts';
import { type Answer, beyond, done } from '../protocols/refusal.ts';

type Bounds = Pick<Limits, 'connections' | 'connectionsPerAddress' | 'connectsPerSecond'>;

/** Gives the place back; calling it again does nothing. */
export type Release = () => void;

export class Admission {
  readonly #bounds: Bounds;
  readonly #clock: Clock;
  readonly #byAddress = new Map<string, number>();
  readonly #rate: Rate;
  #open = 0;
  #bucket: TokenBucket;

  constructor(bounds: Bounds, clock: Clock) {
    this.#bounds = bounds;
    this.#clock = clock;
    this.#rate = { perSecond: bounds.connectsPerSecond, burst: bounds.connectsPerSecond };
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
    if (!this.#takeToken()) {
      return beyond(
        'connectsPerSecond',
        'too-many-requests',
        'Too many connections are being opened at once; try again in a moment.',
      );
    }
    this.#open += 1;
    this.#byAddress.set(address, ofAddress + 1);
    return done(this.#releaseOnce(address));
  }

  /** Who is turned away owes nothing: a flood must not keep out those who come after it. */
  #takeToken(): boolean {
    const bucket = takeToken(this.#bucket, this.#rate, this.#clock.monotonicMs());
    if (bucket.tokens < 0) return false;
    this.#bucket = bucket;
    return true;
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
