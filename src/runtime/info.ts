/** What the runtime itself tells a process: a watched process ended, a linked one did, a timer ran out. */
import type { ExitReason } from './exit-reason.ts';
import type { Pid } from './pid.ts';

/** Names one monitor; it is in the `down` that the monitor brings. */
export interface MonitorRef {
  readonly id: number;
}

export type Info =
  /** Comes exactly once for each monitor, after everything the ended process had sent before. */
  | { readonly type: 'down'; readonly ref: MonitorRef; readonly pid: Pid; readonly reason: ExitReason }
  /** Only to a process that traps exits. `pid` is its own when the signal came from outside. */
  | {
      readonly type: 'exit';
      readonly pid: Pid;
      readonly reason: ExitReason;
      /** When the signal was sent, on the monotonic clock. */
      readonly atMs: number;
    }
  | Timeout;

/** `content` is what the timer was set with. */
export interface Timeout {
  readonly type: 'timeout';
  readonly name: string;
  readonly content: unknown;
}

/** A timer that runs, or has expired and not been handled; its letter is told from an earlier one's by it. */
export interface Timer {
  cancel: () => void;
  /** What it brings; may change until it is handled. */
  info: Timeout;
}

/** An `Info` on its way. It is looked at again when it is taken out: its timer or monitor may be gone by then. */
export class InfoLetter {
  /** As it is once it has been taken out. */
  info: Info;
  private readonly timer: Timer | null;
  private admitted: boolean = false;

  constructor(info: Info, timer: Timer | null = null) {
    this.info = info;
    this.timer = timer;
  }

  /** Whether it still means something. A letter that was admitted and set aside is not asked again. */
  isAdmitted(isWanted: (info: Info, timer: Timer | null) => boolean): boolean {
    if (this.admitted) return true;
    this.admitted = isWanted(this.info, this.timer);
    if (this.timer !== null) this.info = this.timer.info;
    return this.admitted;
  }
}
