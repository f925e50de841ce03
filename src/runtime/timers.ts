/** The named timers of one process. A name has at most one; a letter of an earlier one is told from it. */
import type { Clock } from '../lib/clock.ts';
import { InfoLetter, type Timer } from './info.ts';

const nothing = () => {};

export class Timers {
  private readonly clock: Clock;
  private readonly deliver: (letter: InfoLetter) => void;
  private readonly byName = new Map<string, Timer>();

  constructor(clock: Clock, deliver: (letter: InfoLetter) => void) {
    this.clock = clock;
    this.deliver = deliver;
  }

  /** A delay of 0 delivers now, so behind what is in the mailbox; one of infinity never. Throws for what is none. */
  set(name: string, delayMs: number, content: unknown): void {
    if (typeof delayMs !== 'number' || !(delayMs >= 0)) throw new Error(`bad timeout: ${String(delayMs)}`);
    this.cancel(name);
    if (delayMs === Number.POSITIVE_INFINITY) return;
    const timer: Timer = { cancel: nothing, info: { type: 'timeout', name, content } };
    const expire = () => this.deliver(new InfoLetter(timer.info, timer));
    if (delayMs > 0) timer.cancel = this.clock.schedule(delayMs, expire);
    this.byName.set(name, timer);
    if (delayMs <= 0) expire();
  }

  /** Another content for a timer that runs, or has expired and not been handled. False if there is none. */
  update(name: string, content: unknown): boolean {
    const timer = this.byName.get(name);
    if (timer === undefined) return false;
    timer.info = { type: 'timeout', name, content };
    return true;
  }

  cancel(name: string): void {
    this.byName.get(name)?.cancel();
    this.byName.delete(name);
  }

  /** Whether this is the present timer of its name, which is over with that. */
  take(timer: Timer): boolean {
    const { name } = timer.info;
    return this.byName.get(name) === timer && this.byName.delete(name);
  }

  clear(): void {
    for (const timer of this.byName.values()) timer.cancel();
    this.byName.clear();
  }
}
