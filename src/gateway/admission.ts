/**
 * How many streams may be open, in all and from one address, and how many may be opened in a second. A stream lasts,
 * so it is counted before the core hears of it and given back when its connection has ended.
 */
import type { Clock } from '../lib/clock.ts';
import type { Limits } from '../protocols/limits.ts';
import { type Answer, done, refuse } from '../protocols/refusal.ts';

type Bounds = Pick<Limits, 'connections' | 'connectionsPerAddress' | 'connectsPerSecond'>;

/** Gives the place back; calling it again does nothing. */
export type Release = () => void;

export class Admission {
  readonly #bounds: Bounds;
  readonly #clock: Clock;
  readonly #byAddress = new Map<string, number>();
  #open = 0;
  /** A token bucket: as many tokens as a second allows, refilled evenly. */
  #tokens: number;
  #refilledMs: number;

  constructor(bounds: Bounds, clock: Clock) {
    this.#bounds = bounds;
    this.#clock = clock;
    this.#tokens = bounds.connectsPerSecond;
    this.#refilledMs = clock.monotonicMs();
  }

  get open(): number {
    return this.#open;
  }

  admit(address: string): Answer<Release> {
    const { connections, connectionsPerAddress } = this.#bounds;
    const ofAddress = this.#byAddress.get(address) ?? 0;
    if (this.#open >= connections) {
      return refuse('not-ready', `This node holds all ${connections} connections it may; try again later.`);
    }
    if (ofAddress >= connectionsPerAddress) {
      return refuse(
        'too-many-requests',
        `Your address holds all ${connectionsPerAddress} connections it may; close one.`,
      );
    }
    if (!this.#takeToken()) {
      return refuse(
        'too-many-requests',
        'Too many connections are being opened at once; try again in a moment.',
      );
    }
    this.#open += 1;
    this.#byAddress.set(address, ofAddress + 1);
    return done(this.#releaseOnce(address));
  }

  #takeToken(): boolean {
    const nowMs = this.#clock.monotonicMs();
    const { connectsPerSecond } = this.#bounds;
    const refill = ((nowMs - this.#refilledMs) * connectsPerSecond) / 1000;
    this.#tokens = Math.min(connectsPerSecond, this.#tokens + refill);
    this.#refilledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
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
