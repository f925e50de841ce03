/** Why a process ended, in OTP's words. Supervisors decide by it, callers are told it, the event feed shows it. */
import { brief, oneLine } from '../lib/brief.ts';

export type ExitReason =
  | 'normal'
  | 'shutdown'
  /** Ended by an untrappable kill. */
  | 'killed'
  /** There was no such process when it was asked for. */
  | 'noproc'
  | { readonly shutdown: unknown }
  | { readonly error: Error };

/** Whether a transient child that ends so is restarted: anything but normal and the two kinds of shutdown. */
export function isAbnormal(reason: ExitReason): boolean {
  return typeof reason === 'string' ? reason === 'killed' || reason === 'noproc' : 'error' in reason;
}

/** One short line for events and logs; at most 300 characters. Also says why a call or a start came to nothing. */
export function describeReason(reason: ExitReason | 'timeout' | 'ignore'): string {
  if (typeof reason === 'string') return reason;
  return 'error' in reason
    ? oneLine(`error: ${messageOf(reason.error)}`)
    : oneLine(`shutdown: ${brief(reason.shutdown)}`);
}

/** An error's words and those of its cause, which often is what matters: a refused `fetch` says no more than that. */
function messageOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

/** JavaScript throws anything; exit reasons carry errors only, and such as can be looked at without a throw. */
export function asError(thrown: unknown): Error {
  try {
    if (!(thrown instanceof Error)) return new Error(`thrown: ${brief(thrown)}`);
    const { name, message } = thrown;
    if (typeof name === 'string' && typeof message === 'string') return thrown;
  } catch {
    // Its own code threw: nothing can be told of it.
  }
  return new Error('thrown: something that cannot be shown');
}
