/** What happens to processes, one line each, for a program that has no log of its own. */
import { describeReason, isAbnormal } from './exit-reason.ts';
import { formatReport } from './format-report.ts';
import type { RuntimeEvent } from './runtime-event.ts';
import type { System } from './system.ts';

/** Null for what happens in good order. An error comes with its stack, on lines of its own. */
export function describeEvent(event: RuntimeEvent): string | null {
  switch (event.type) {
    case 'exit':
      return isAbnormal(event.reason) ? `${event.path} (${event.pid.id}) ended: ${ended(event)}` : null;
    case 'restart':
      return `${event.path} restarted: ${event.oldPid.id} → ${event.newPid.id} in ${event.latencyUs} µs`;
    case 'report':
      return formatReport(event);
    case 'intensity-exceeded':
      return `${event.path} gives up after ${event.restarts} restarts`;
    case 'dead-letter':
      return `a message to ${event.path ?? event.name ?? 'nobody'} reached nobody; ${event.total} so far`;
    case 'dropped':
      return `the mailbox of ${event.path} is full; ${event.total} messages refused so far`;
    case 'note':
      return `${event.path}: ${event.note}`;
    default:
      return null;
  }
}

/** Writes it line by line, until the returned function is called. */
export function logEvents(system: System, write: (line: string) => void): () => void {
  return system.onEvent((event) => {
    const line = describeEvent(event);
    if (line !== null) write(line);
  });
}

function ended({ reason }: Extract<RuntimeEvent, { type: 'exit' }>): string {
  const stack = typeof reason === 'object' && 'error' in reason ? reason.error.stack : undefined;
  return stack ?? describeReason(reason);
}
