/**
 * Who runs when. Everything that has something to do stands in one run queue, as processes do on a scheduler of the
 * BEAM. nact runs the scheduler itself, as its one actor: each message to it is a macrotask, with which a slice of time
 * begins. Until the slice is over the queue is worked off at once, also what promises put into it; after that timers
 * and sockets get their turn, however long the queue is.
 *
 * One nact actor per process would be the plainer way. It costs a macrotask and a kilobyte for each, and Node runs all
 * macrotasks that are due in one go: ten thousand crashes would then hold up every timer until the last is dealt with.
 */
import { type ActorSystemRef, dispatch, type Ref, spawn, start } from 'nact';
import type { Clock } from '../lib/clock.ts';
import { Ring } from '../lib/ring.ts';

export interface Runnable {
  /** One turn: how many things it has done in it. */
  run(): number;
  /** `run` threw, which it should not: it is the end of this one, and of nobody else. */
  fail(thrown: unknown): void;
}

/** Ends a slice also where the clock stands still. */
const worksPerSliceMax = 65_536;
const nextSlice = 'next slice';

export class Scheduler {
  private readonly clock: Clock;
  private readonly sliceMs: number;
  private readonly queue = new Ring<Runnable>();
  private deferred: (() => void)[] = [];
  private readonly actor: Ref<typeof nextSlice>;
  private endMs = Number.NEGATIVE_INFINITY;
  private worksLeft = 0;
  /** The queue is being worked off, or will be by a microtask. */
  private busy: boolean = false;
  private sliceAsked: boolean = false;

  constructor(clock: Clock, sliceMs: number) {
    this.clock = clock;
    this.sliceMs = sliceMs;
    // Unnamed: nact then draws 128 random bits, while a name given twice would silently replace the first system.
    const system: ActorSystemRef = start();
    this.actor = spawn(system, () => this.slice(), 'scheduler', {
      onCrash(_message, error, ctx) {
        // A bug of the runtime itself: without a scheduler nothing would ever run again, so the node has to end.
        queueMicrotask(() => {
          throw error;
        });
        return ctx.stop;
      },
    });
  }

  /** Gives it one turn, behind all that stand in the queue already. */
  ready(runnable: Runnable): void {
    this.queue.push(runnable);
    if (this.busy || this.sliceAsked) return;
    if (this.worksLeft > 0 && !this.isOver) {
      this.busy = true;
      queueMicrotask(() => this.workOff());
    } else this.askForSlice();
  }

  /** Does it in a later slice than the present one: timers that are due, sockets and promises come first. */
  defer(work: () => void): void {
    this.deferred.push(work);
    this.askForSlice();
  }

  /** Whether it is time to let others have the thread: a long turn looks now and then. */
  get isOver(): boolean {
    return this.clock.monotonicMs() >= this.endMs;
  }

  private askForSlice(): void {
    if (this.sliceAsked) return;
    this.sliceAsked = true;
    dispatch(this.actor, nextSlice);
  }

  private slice(): void {
    this.sliceAsked = false;
    this.endMs = this.clock.monotonicMs() + this.sliceMs;
    this.worksLeft = worksPerSliceMax;
    this.busy = true;
    const { deferred } = this;
    this.deferred = [];
    for (const work of deferred) work();
    this.workOff();
  }

  private turnOf(runnable: Runnable): number {
    try {
      return runnable.run();
    } catch (thrown) {
      runnable.fail(thrown);
      return 1;
    }
  }

  private workOff(): void {
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      this.worksLeft -= this.turnOf(next);
      if (this.worksLeft <= 0 || this.isOver) break;
    }
    this.busy = false;
    if (this.queue.length > 0) this.askForSlice();
  }
}
