/** Whether the node does its work: by the progress of the runs that somebody watches, not by whether it answers. */
import type { Stall } from '../protocols/mailbox/lobby.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import type { Readiness } from '../protocols/ports/service.ts';
import type { From } from '../runtime/call.ts';
import type { System } from '../runtime/system.ts';
import { lobbyName } from './names.ts';

const PATIENCE_MS = 1_000;

export async function readiness(system: System, meter: Meter): Promise<Readiness> {
  const stalls = await system.call(
    lobbyName,
    (from: From<readonly Stall[]>) => ({ type: 'stalls', from }),
    PATIENCE_MS,
  );
  if (!stalls.ok) return { ready: false, reasons: ['the lobby does not answer'] };
  if (stalls.value.length > 0) meter.limited('stalledMs');
  const reasons = stalls.value.map(
    ({ run, state, ms }) => `${run} is ${state} and has not advanced for ${ms} ms`,
  );
  return { ready: reasons.length === 0, reasons };
}
