/** Supervisor and progress reports as one line each, in the words of OTP's log. */
import { oneLine } from '../lib/brief.ts';
import { describeReason } from './exit-reason.ts';
import type { Offender, RuntimeEvent } from './runtime-event.ts';

const nameMax = 100;

/** At most some 700 characters. */
export function formatReport(event: Extract<RuntimeEvent, { type: 'report' | 'progress' }>): string {
  const supervisor = `Supervisor: ${oneLine(event.path, nameMax)}.`;
  if (event.type === 'progress') return `${supervisor} Started: ${named(event.started)}.`;
  const reason = describeReason(event.reason);
  return `${supervisor} Context: ${event.context}. Reason: ${reason}. Offender: ${named(event.offender)}.`;
}

function named({ id, pid }: Offender): string {
  return `id=${oneLine(id, nameMax)},pid=${pid?.id ?? 'undefined'}`;
}
