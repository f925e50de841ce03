/** The open calls a process takes part in, as callee or as caller. Its end settles them all. */
import type { PendingCall } from './call.ts';
import type { ExitReason } from './exit-reason.ts';

export class Questions {
  /** Put to it. */
  readonly asked = new Set<PendingCall>();
  /** Put by it. */
  readonly asking = new Set<PendingCall>();

  end(reason: ExitReason): void {
    for (const call of [...this.asked]) call.settle({ ok: false, reason });
    for (const call of [...this.asking]) call.settle({ ok: false, reason: 'noproc' });
  }
}
