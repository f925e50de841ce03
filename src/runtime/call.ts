/**
 * A question and its one answer. The answer's address names this very call: what comes after the timeout, twice, or
 * from an incarnation that has ended reaches nobody.
 */
import type { ExitReason } from './exit-reason.ts';

declare const answers: unique symbol;

/** Where the answer goes; travels inside the request. */
export interface From<in R> {
  readonly [answers]: (value: R) => void;
}

/** `noproc`: nobody was there. Any other exit reason: the callee ended before it answered. */
export type Called<R> =
  | { readonly ok: true; readonly value: R }
  | { readonly ok: false; readonly reason: 'timeout' | ExitReason };

/** The caller's side of a call: settled once, by an answer, the callee's end, the caller's end or the timeout. */
export class PendingCall implements From<unknown> {
  declare readonly [answers]: (value: unknown) => void;
  private readonly settled: (outcome: Called<unknown>) => void;
  private cleanUp: (() => void) | null = null;
  private done: boolean = false;

  constructor(settled: (outcome: Called<unknown>) => void) {
    this.settled = settled;
  }

  /** `run` is called when the call is settled, at once if it is already. */
  whenSettled(run: () => void): void {
    if (this.done) run();
    else this.cleanUp = run;
  }

  settle(outcome: Called<unknown>): void {
    if (this.done) return;
    this.done = true;
    const cleanUp = this.cleanUp;
    this.cleanUp = null;
    if (cleanUp !== null) cleanUp();
    this.settled(outcome);
  }
}
