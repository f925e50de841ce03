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

/** Why a call came to nothing that a full mailbox has refused. */
export class MailboxFull extends Error {
  override readonly name = 'MailboxFull';

  constructor(path: string) {
    super(`the mailbox of ${path} is full`);
  }
}

/** A process, as far as it takes part in calls. */
export interface Party {
  /** Calls put to it and not answered yet. */
  readonly asked: Set<PendingCall>;
  /** Calls it has put and that are not answered yet. */
  readonly asking: Set<PendingCall>;
}

/** The caller's side of a call: settled once, by an answer, the callee's end, the caller's end or the timeout. */
export class PendingCall implements From<unknown> {
  declare readonly [answers]: (value: unknown) => void;
  private readonly settled: (outcome: Called<unknown>) => void;
  private callee: Party | null = null;
  private caller: Party | null = null;
  private cancelTimeout: (() => void) | null = null;
  private done: boolean = false;

  constructor(settled: (outcome: Called<unknown>) => void) {
    this.settled = settled;
  }

  /** From now on the end of either settles it. A caller of null is no process. */
  begin(callee: Party, caller: Party | null): void {
    this.callee = callee;
    this.caller = caller;
    callee.asked.add(this);
    caller?.asking.add(this);
  }

  /** Is called off when the call is settled. */
  timeOutBy(cancelTimeout: () => void): void {
    this.cancelTimeout = cancelTimeout;
  }

  settle(outcome: Called<unknown>): void {
    if (this.done) return;
    this.done = true;
    this.callee?.asked.delete(this);
    this.caller?.asking.delete(this);
    this.cancelTimeout?.();
    this.settled(outcome);
  }
}
