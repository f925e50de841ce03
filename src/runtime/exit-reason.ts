/** Why a process ended, in OTP's words. Supervisors decide by it, callers are told it, the event feed shows it. */
import { inspect } from 'node:util';

export type ExitReason =
  | 'normal'
  | 'shutdown'
  /** Ended by an untrappable kill. */
  | 'killed'
  /** There was no such process when it was asked for. */
  | 'noproc'
  | { readonly shutdown: unknown }
  | { readonly error: Error };

const textMax = 300;

/** Whether a transient child that ends so is restarted: anything but normal and the two kinds of shutdown. */
export function isAbnormal(reason: ExitReason): boolean {
  return typeof reason === 'string' ? reason === 'killed' || reason === 'noproc' : 'error' in reason;
}

/** One short line for events and logs; at most 300 characters. Also says why a call or a start came to nothing. */
export function describeReason(reason: ExitReason | 'timeout' | 'ignore'): string {
  if (typeof reason === 'string') return reason;
  if ('error' in reason) return shortened(`error: ${reason.error.message}`);
  return shortened(`shutdown: ${inspect(reason.shutdown, { depth: 5, breakLength: Infinity })}`);
}

function shortened(lines: string): string {
  const text = lines.replace(/\s+/g, ' ').trim();
  return text.length <= textMax ? text : `${text.slice(0, textMax - 1)}…`;
}

/** JavaScript throws anything; exit reasons carry errors only. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`thrown: ${inspect(thrown, { depth: 2 })}`);
}
