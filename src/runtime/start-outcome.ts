/** How the start of a process went, as those around it are told. */
import type { ExitReason } from './exit-reason.ts';
import type { ProcessPid } from './pid.ts';

export type StartOutcome =
  | {
      readonly ok: true;
      /** What its init had to tell the starter besides, if anything: `Context.startInfo`. */
      readonly info: unknown;
    }
  | { readonly ok: false; readonly reason: ExitReason | 'ignore' };

/** Hears once how a start went, synchronously and in somebody else's turn. */
export type OnStarted = (pid: ProcessPid, outcome: StartOutcome) => void;

/** Why there was no process at all. */
export interface Refused {
  readonly refused: ExitReason;
}

/** The reason of a start that failed because a living process has the name already. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken';

  constructor(name: string) {
    super(`name taken: ${name}`);
  }
}
