/**
 * Work that must not overlap, by key: each key is a lane on which one thing is done after the other, while other
 * lanes and the supervisor's own turns go on. So a child that is slow to start or to end holds up only itself.
 *
 * Work is a generator: it yields a step that takes time (a start, an end) and is resumed with what came of it. Nothing
 * here waits, looks at a clock or makes a promise, so the same work runs in a supervisor and in a simulation of one.
 */
export type Work<Step, Reply> = Generator<Step, void, Reply>;

/** Undefined if all there was to do is done. */
export type Begin<Step, Reply> = () => Work<Step, Reply> | undefined;

export class Lanes<Step, Reply> {
  private readonly carry: (step: Step, resume: (reply: Reply) => void) => Reply | null;
  private readonly waiting = new Map<string, Begin<Step, Reply>[]>();
  private state: 'held' | 'open' | 'closed' = 'held';
  private onIdle: (() => void)[] = [];

  /** `carry` takes a step on its way: it answers at once, or null and calls `resume` later. */
  constructor(carry: (step: Step, resume: (reply: Reply) => void) => Reply | null) {
    this.carry = carry;
  }

  /** Begins at once if the lanes are open and this one is free; never if they are closed. */
  run(key: string, begin: Begin<Step, Reply>): void {
    if (this.state === 'closed') return;
    const queue = this.waiting.get(key);
    if (queue !== undefined) queue.push(begin);
    else if (this.state === 'open') this.begin(key, [], begin);
    else this.waiting.set(key, [begin]);
  }

  /** What has been queued so far begins, and from now on everything at once. */
  open(): void {
    this.state = 'open';
    for (const [key, queue] of [...this.waiting]) this.finished(key, queue);
  }

  /** Calls back when nothing is going on on any lane; at once if that is so. */
  whenIdle(run: () => void): void {
    if (this.waiting.size === 0) run();
    else this.onIdle.push(run);
  }

  /** Nothing begins after this, and nothing that has begun is resumed. */
  close(): void {
    this.state = 'closed';
    this.waiting.clear();
  }

  private begin(key: string, queue: Begin<Step, Reply>[], begin: Begin<Step, Reply>): void {
    this.waiting.set(key, queue);
    const work = begin();
    if (work === undefined) this.finished(key, queue);
    else this.advance(key, queue, work, work.next());
  }

  private advance(
    key: string,
    queue: Begin<Step, Reply>[],
    work: Work<Step, Reply>,
    first: IteratorResult<Step, void>,
  ): void {
    let at = first;
    while (at.done !== true) {
      const reply = this.carry(at.value, (later) => {
        if (this.state === 'open') this.advance(key, queue, work, work.next(later));
      });
      if (reply === null) return;
      at = work.next(reply);
    }
    this.finished(key, queue);
  }

  private finished(key: string, queue: Begin<Step, Reply>[]): void {
    if (this.state !== 'open') return;
    const next = queue.shift();
    if (next !== undefined) {
      this.begin(key, queue, next);
      return;
    }
    this.waiting.delete(key);
    while (this.waiting.size === 0 && this.onIdle.length > 0) this.onIdle.shift()?.();
  }
}
