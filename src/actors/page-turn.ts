/**
 * Whose page of history is on its way to a connection: one at a time, by turns, whichever runs its client watches. Each
 * run has its own hub, and no hub sees what the others are about to write.
 */

export class PageTurn<Who extends object> {
  #holder: Who | null = null;
  /** Who waits, in the order they asked, and how each is told; null while nobody does, as nearly always. */
  #waiting: Map<Who, () => void> | null = null;

  /** Whether `who` has the turn from now on; otherwise it waits, and `wake` is called when the turn is its own. */
  take(who: Who, wake: () => void): boolean {
    if (this.#holder === null || this.#holder === who) {
      this.#holder = who;
      return true;
    }
    this.#waiting ??= new Map();
    this.#waiting.set(who, wake);
    return false;
  }

  /** `who` has had its turn, or does not want it any more: it is the next one's. */
  pass(who: Who): void {
    this.#waiting?.delete(who);
    if (this.#holder !== who) return;
    this.#holder = null;
    for (const [next, wake] of this.#waiting ?? []) {
      this.#waiting?.delete(next);
      this.#holder = next;
      wake();
      break;
    }
    if (this.#waiting?.size === 0) this.#waiting = null;
  }
}
