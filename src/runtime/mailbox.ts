/** A queue with two open ends in a ring that is made at the first letter, so that an idle process costs next to nothing. */

const firstCapacity = 8;
/** A ring larger than this is given back once it is empty. */
const keptCapacity = 1024;

export class Mailbox<T> {
  private ring: (T | undefined)[] = [];
  private head = 0;
  private size = 0;

  get length(): number {
    return this.size;
  }

  push(letter: T): void {
    if (this.size === this.ring.length) this.grow();
    this.ring[(this.head + this.size) & (this.ring.length - 1)] = letter;
    this.size += 1;
  }

  /** Puts a letter before all others. */
  unshift(letter: T): void {
    if (this.size === this.ring.length) this.grow();
    this.head = (this.head - 1) & (this.ring.length - 1);
    this.ring[this.head] = letter;
    this.size += 1;
  }

  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const letter = this.ring[this.head];
    this.ring[this.head] = undefined;
    this.head = (this.head + 1) & (this.ring.length - 1);
    this.size -= 1;
    if (this.size === 0 && this.ring.length > keptCapacity) this.ring = [];
    return letter;
  }

  /** Takes all letters out, oldest first. */
  empty(): T[] {
    const letters: T[] = [];
    for (let letter = this.shift(); letter !== undefined; letter = this.shift()) letters.push(letter);
    return letters;
  }

  private grow(): void {
    const old = this.ring;
    const capacity = Math.max(firstCapacity, old.length * 2);
    const ring = new Array<T | undefined>(capacity);
    for (let i = 0; i < this.size; i += 1) ring[i] = old[(this.head + i) & (old.length - 1)];
    this.ring = ring;
    this.head = 0;
  }
}
