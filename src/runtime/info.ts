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
  | { readonly type: 'timeout'; readonly name: string };

/** The token by which a timer's letter is recognised as the current one of its name. */
export interface Timer {
  cancel(): void;
}

/** An `Info` on its way. It is looked at again when it is taken out: its timer or monitor may be gone by then. */
export class InfoLetter {
  readonly info: Info;
  readonly timer: Timer | null;
  /** Set once it has been taken out as valid; a postponed letter is not asked again. */
  admitted: boolean = false;

  constructor(info: Info, timer: Timer | null = null) {
    this.info = info;
    this.timer = timer;
  }
}
