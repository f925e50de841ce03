/**
 * A clock that stands still while something waits. Restarts are counted by it, so that a backoff never hides them: who
 * waits ever longer between two crashes would otherwise never crash too often.
 */
export class Stillness {
  private readonly waiting = new Set<object>();
  private sinceMs = 0;
  private pastMs = 0;

  begin(who: object, nowMs: number): void {
    if (this.waiting.size === 0) this.sinceMs = nowMs;
    this.waiting.add(who);
  }

  /** Nothing if it does not wait. */
  end(who: object, nowMs: number): void {
    if (this.waiting.delete(who) && this.waiting.size === 0) this.pastMs += nowMs - this.sinceMs;
  }

  /** Milliseconds that have passed without anything waiting; never goes back. */
  runningMs(nowMs: number): number {
    return (this.waiting.size === 0 ? nowMs : this.sinceMs) - this.pastMs;
  }
}
