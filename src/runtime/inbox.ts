/**
 * The letters of one process: what waits, what it has set aside, and the bound on both. Above the bound the newest
 * message is refused and counted; the sender is told only if it asked (a call), and is never held up. What the runtime
 * itself has to say (the end of others, timers, results of own work) is bounded by its causes and always taken.
 */
import { Ring } from '../lib/ring.ts';
import { InfoLetter } from './info.ts';
import type { ServerMessage } from './server-message.ts';

export type Message = ServerMessage<unknown, unknown>;
export type Letter = Message | InfoLetter;

export class Inbox {
  private readonly max: number;
  private readonly ring = new Ring<Letter>();
  private postponed: Letter[] | null = null;
  /** Infos among what waits: they are not bounded, and leave messages their room. */
  private infos = 0;
  /** Messages refused so far. */
  dropped: number = 0;

  constructor(max: number) {
    this.max = max;
  }

  /** Letters waiting, those set aside included. */
  get waiting(): number {
    return this.postponed === null ? this.ring.length : this.ring.length + this.postponed.length;
  }

  get isEmpty(): boolean {
    return this.ring.length === 0;
  }

  /** False if it is full; the message is then counted and gone. */
  offer(message: Message): boolean {
    if (this.waiting - this.infos >= this.max) {
      this.dropped += 1;
      return false;
    }
    this.ring.push(message);
    return true;
  }

  /** Takes it whatever the bound says. */
  take(letter: Letter): void {
    if (letter instanceof InfoLetter) this.infos += 1;
    this.ring.push(letter);
  }

  next(): Letter | undefined {
    const letter = this.ring.shift();
    if (letter instanceof InfoLetter) this.infos -= 1;
    return letter;
  }

  setAside(letter: Letter): void {
    if (letter instanceof InfoLetter) this.infos += 1;
    this.postponed ??= [];
    this.postponed.push(letter);
  }

  /** Puts what was set aside back before everything else, in the order it had come. */
  bringBack(): void {
    const letters = this.postponed;
    this.postponed = null;
    if (letters !== null) this.insert(letters);
  }

  /** Puts letters before everything else, the first one foremost. */
  insert(letters: readonly Letter[]): void {
    for (const letter of letters.toReversed()) this.ring.unshift(letter);
  }

  empty(): Letter[] {
    const letters = [...(this.postponed ?? []), ...this.ring.empty()];
    this.postponed = null;
    return letters;
  }
}
