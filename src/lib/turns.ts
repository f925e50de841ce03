/**
 * Work that takes the loop's time, by turns: so much of it at once, first come first served, and one piece begun in a
 * turn of the loop, so that everything else has its turn between two of them.
 */
import type { Clock } from './clock.ts';

type LoopClock = Pick<Clock, 'afterTurn'>;

export class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;
  #due: boolean = false;

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Whether who comes now waits for others. */
  get busy(): boolean {
    return this.#free <= this.#waiting.length;
  }

  /** Does `work` when its turn comes; settles as it does. */
  async take<T>(clock: LoopClock, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin) => {
      this.#waiting.push(begin);
      this.#plan(clock);
    });
    try {
      return await work();
    } finally {
      this.#free += 1;
      this.#plan(clock);
    }
  }

  #plan(clock: LoopClock): void {
    if (this.#due || this.#free === 0 || this.#waiting.length === 0) return;
    this.#due = true;
    clock.afterTurn(() => this.#next(clock));
  }

  #next(clock: LoopClock): void {
    this.#due = false;
    this.#free -= 1;
    this.#waiting.shift()?.();
    this.#plan(clock);
  }
}
