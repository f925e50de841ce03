/** What lies at the bottom of a failed start: supervisors wrap the reason of the child that could not be started. */
import { describeReason, type ExitReason } from '../runtime/exit-reason.ts';

/** One line for a person: the innermost error's own words, or the reason as it is. */
export function startFailure(reason: ExitReason | 'ignore'): string {
  if (reason === 'ignore') return 'it said it is not needed';
  return innermost(reason) ?? describeReason(reason);
}

function innermost(reason: unknown): string | null {
  if (typeof reason !== 'object' || reason === null) return null;
  if ('error' in reason && reason.error instanceof Error) return reason.error.message;
  if ('shutdown' in reason) return innermost(reason.shutdown);
  return 'reason' in reason ? innermost(reason.reason) : null;
}
