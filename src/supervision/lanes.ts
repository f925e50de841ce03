/**
 * Work that must not overlap, by key: each key is a lane on which one thing is done after the other, while other
 * lanes and the supervisor's own turns go on. So a child that is slow to start or to end holds up only itself.
 */
export class Lanes {
  private readonly waiting = new Map<string, (() => void | Promise<void>)[]>();
  private readonly failed: (thrown: unknown) => void;
  private closed: boolean = false;

  /** `failed` hears what work threw; that lane goes on. */
  constructor(failed: (thrown: unknown) => void) {
    this.failed = failed;
  }

  /** Begins at once if the lane is free. */
  run(key: string, work: () => void | Promise<void>): void {
    const queue = this.waiting.get(key);
    if (queue !== undefined) queue.push(work);
    else void this.drive(key, work);
  }

  /** Nothing begins after this. */
  close(): void {
    this.closed = true;
  }

  private async drive(key: string, first: () => void | Promise<void>): Promise<void> {
    const queue: (() => void | Promise<void>)[] = [];
    this.waiting.set(key, queue);
    let work: (() => void | Promise<void>) | undefined = first;
    while (work !== undefined && !this.closed) {
      try {
        const doing = work();
        if (doing instanceof Promise) await doing;
      } catch (thrown) {
        this.failed(thrown);
      }
      work = queue.shift();
    }
    this.waiting.delete(key);
  }
}
