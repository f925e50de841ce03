/** Which failures of Redis are the world's, to be waited out, and which are bugs. */
import { ReplyError } from 'ioredis';

/** What a server answers that can't serve now: starting, full, a replica, misconfigured, or busy. */
const worldly = [
  'LOADING',
  'READONLY',
  'OOM',
  'MISCONF',
  'MASTERDOWN',
  'CLUSTERDOWN',
  'TRYAGAIN',
  'BUSY',
  'NOREPLICAS',
  'NOAUTH',
  'WRONGPASS',
  'NOPERM',
];

/** The reason of a command that was not answered in time. */
export const timedOut = 'Command timed out';

/** Why Redis could not, for a person; null where it could and our own code is wrong. Anything but an answer is the world's. */
export function redisReason(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (!(error instanceof ReplyError)) return error instanceof TypeError ? null : error.message;
  // A script passes on what its commands were answered, with the code first.
  return worldly.some((code) => error.message.startsWith(code)) ? error.message : null;
}
