/**
 * Work that must not overlap, by key: each key is a lane on which one thing is done after the other, while other
 * lanes and the supervisor's own turns go on. So a child that is slow to start or to end holds up only itself.
 *
 * Work is a generator: it yields a step that takes time (a start, an end) and is resumed with what came of it. Nothing
 * here waits, looks at a clock or makes a promise, so the same work runs in a supervisor and in a simulation of one.
 */
import { Ring } from '../lib/ring.ts';

export type Work<Step, Reply> = Generator<Step, void, Reply>;

/** Undefined if all there was to do is done. */
export type Begin<Step, Reply> = () => Work<Step, Reply> | undefined;

/** Takes a step on its way: answers at once, or null and calls `resume` later, once. */
export type Carry<Step, Reply> = (step: Step, resume: (reply: Reply) => void) => Reply | null;

export class Lanes<Step, Reply> {
  private readonly carry: Carry<Step, Reply>;
  /** What waits on each lane that is in use. */
  private readonly queues = new Map<string, Ring<Begin<Step, Reply>>>();
  private state: 'held' | 'open' | 'closed' = 'held';
  private onIdle: (() => void)[] = [];

  constructor(carry: Carry<Step, Reply>) {
    this.carry = carry;
  }

  /** Begins at once if the lanes are open and this one is free; never if they are closed. */
  run(key: string, begin: Begin<Step, Reply>): void {
    if (this.state === 'closed') return;
    const queue = this.queues.get(key);
    if (queue !== undefined) {
      queue.push(begin);
      return;
    }
    const own = new Ring<Begin<Step, Reply>>();
    own.push(begin);
    this.queues.set(key, own);
    if (this.state === 'open') this.drive(key);
  }

  /** How much waits on a lane. */
  waiting(key: string): number {
    return this.queues.get(key)?.length ?? 0;
  }

  /** What has been queued so far begins, and from now on everything at once. */
  open(): void {
    this.state = 'open';
    for (const key of [...this.queues.keys()]) this.drive(key);
  }

  get isOpen(): boolean {
    return this.state === 'open';
  }

  get isClosed(): boolean {
    return this.state === 'closed';
  }

  /** Calls back when nothing is going on on any lane; at once if that is so. */
  whenIdle(run: () => void): void {
    if (this.queues.size === 0) run();
    else this.onIdle.push(run);
  }

  /** Nothing begins after this, and nothing that has begun is resumed. */
  close(): void {
    this.state = 'closed';
    this.queues.clear();
  }

  /** One thing after the other until a step takes its time; then it is called again. */
  private drive(key: string): void {
    while (this.state === 'open') {
      const begin = this.queues.get(key)?.shift();
      if (begin === undefined) {
        this.leave(key);
        return;
      }
      const work = begin();
      if (work !== undefined && !this.advance(key, work, work.next())) return;
    }
  }

  /** Whether the work is done. */
  private advance(key: string, work: Work<Step, Reply>, first: IteratorResult<Step, void>): boolean {
    for (let at = first; at.done !== true; ) {
      const reply = this.carry(at.value, (later) => {
        if (this.state === 'open' && this.advance(key, work, work.next(later))) this.drive(key);
      });
      if (reply === null) return false;
      at = work.next(reply);
    }
    return true;
  }

  private leave(key: string): void {
    this.queues.delete(key);
    while (this.queues.size === 0 && this.onIdle.length > 0) this.onIdle.shift()?.();
  }
}
