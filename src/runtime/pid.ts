/**
 * The address of one incarnation of a process. A restarted process has another pid, so a stale pid never reaches a
 * successor. It does not keep its process in memory once that has ended.
 */
import type { Process } from './process.ts';

declare const accepts: unique symbol;

/** `M` is what may be sent; a `Pid` without it can be watched, stopped and shown, not sent to. */
export interface Pid<in M = never> {
  /** `p` and a base-36 counter, never used twice in a system. */
  readonly id: string;
  readonly [accepts]: (message: M) => void;
}

/** The only class of pids. What it leads to stays private, so a pid can be logged and compared. */
export class ProcessPid implements Pid<unknown> {
  declare readonly [accepts]: (message: unknown) => void;
  readonly id: string;
  readonly path: string;
  #process: Process | null;

  constructor(id: string, path: string, process: Process) {
    this.id = id;
    this.path = path;
    this.#process = process;
  }

  /** The living process behind a pid, null after its end. */
  static processOf(pid: Pid): Process | null {
    return pid instanceof ProcessPid ? pid.#process : null;
  }

  /** Called once, by the process at its end. */
  forget(): void {
    this.#process = null;
  }
}
