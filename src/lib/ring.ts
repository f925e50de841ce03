/** A queue with two open ends in a ring that is made at the first item, so that an empty one costs next to nothing. */

const firstCapacity = 8;
/** A ring larger than this is given back once it is empty. */
const keptCapacity = 1024;
const none: never[] = [];

export class Ring<T> {
  private slots: (T | undefined)[] = none;
  private head = 0;
  private size = 0;

  get length(): number {
    return this.size;
  }

  push(item: T): void {
    if (this.size === this.slots.length) this.grow();
    this.slots[(this.head + this.size) & (this.slots.length - 1)] = item;
    this.size += 1;
  }

  /** Puts an item before all others. */
  unshift(item: T): void {
    if (this.size === this.slots.length) this.grow();
    this.head = (this.head - 1) & (this.slots.length - 1);
    this.slots[this.head] = item;
    this.size += 1;
  }

  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.slots[this.head];
    this.slots[this.head] = undefined;
    this.head = (this.head + 1) & (this.slots.length - 1);
    this.size -= 1;
    if (this.size === 0 && this.slots.length > keptCapacity) this.slots = none;
    return item;
  }

  /** Takes all items out, oldest first. */
  empty(): T[] {
    const items: T[] = [];
    for (let item = this.shift(); item !== undefined; item = this.shift()) items.push(item);
    return items;
  }

  private grow(): void {
    const old = this.slots;
    const slots = new Array<T | undefined>(Math.max(firstCapacity, old.length * 2));
    for (let i = 0; i < this.size; i += 1) slots[i] = old[(this.head + i) & (old.length - 1)];
    this.slots = slots;
    this.head = 0;
  }
}
