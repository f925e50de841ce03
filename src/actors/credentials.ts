/**
 * Who is an admin: whoever knows the token, or carries a login made with it. A login is a signed statement of when it
 * ends, so it needs no memory and survives restarts; what has to be remembered is only which ones were ended early.
 * Tokens of users are none of these: what is `unknown` here may be good there.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { Random } from '../lib/random.ts';
import type { Credentials, Identity, Login } from '../protocols/ports/service.ts';
import { type Ended, rememberEnded } from './ended.ts';

const COOKIE = /^(\d{1,16})\.([0-9a-f]{32})\.([0-9a-f]{64})$/;

/** A login's cookie: `<end>.<nonce>.<mac>`, the end in milliseconds since the Unix epoch. */
export function makeLogin(token: string, nowMs: number, lifeMs: number, random: Random): Login {
  const statement = `${nowMs + lifeMs}.${random.hex(16)}`;
  return { cookie: `${statement}.${sign(token, statement)}`, maxAgeMs: lifeMs };
}

export function identify(
  { bearer, cookie }: Credentials,
  token: string,
  ended: Ended,
  nowMs: number,
): Identity {
  if (bearer !== null && sameText(bearer, token)) return { kind: 'admin', user: null, endsAtMs: null };
  const presented = bearer ?? cookie;
  if (presented === null) return { kind: 'anonymous' };
  const login = readLogin(presented, token);
  if (login === null || ended.has(login.nonce)) return { kind: 'unknown' };
  return login.endMs > nowMs ? { kind: 'admin', user: null, endsAtMs: login.endMs } : { kind: 'expired' };
}

/** Whether this is a login that has been ended, so that it is none of a user's tokens either. */
export function isEndedLogin(text: string, token: string, ended: Ended): boolean {
  const login = readLogin(text, token);
  return login !== null && ended.has(login.nonce);
}

/** Remembers that a login has been ended. The same map for what is no login of this token. */
export function endLogin(ended: Ended, cookie: string, token: string, nowMs: number, max: number): Ended {
  const login = readLogin(cookie, token);
  return login === null ? ended : rememberEnded(ended, login.nonce, login.endMs, nowMs, max);
}

/** Compares in a time that does not tell where they differ. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
}

function readLogin(cookie: string, token: string): { nonce: string; endMs: number } | null {
  const match = COOKIE.exec(cookie);
  if (match === null) return null;
  const [, end = '', nonce = '', mac = ''] = match;
  return sameText(mac, sign(token, `${end}.${nonce}`)) ? { nonce, endMs: Number(end) } : null;
}

function sign(token: string, statement: string): string {
  return createHmac('sha256', `zeno login ${token}`).update(statement).digest('hex');
}
