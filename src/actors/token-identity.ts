/**
 * What a user's token is worth, once it has been looked at: as the token of a connection, as that of one channel, as a
 * login. A token of a channel is none of a connection and the other way round, so that neither is taken for more than
 * it says.
 */
import { hash } from 'node:crypto';
import { userOf } from '../protocols/identity.ts';
import type { Ticket } from '../protocols/mailbox/auth.ts';
import type { Identity, Login } from '../protocols/ports/service.ts';
import type { TokenClaims, Verdict } from '../protocols/ports/token-verifier.ts';
import { type Answer, done, type Refusal, refuse } from '../protocols/refusal.ts';
import type { Rights } from '../protocols/rights.ts';
import { type Ended, rememberEnded } from './ended.ts';

/** What a browser keeps in one cookie, with its name; a longer one it drops without a word. */
const COOKIE_BYTES = 4_000;

export function identityOf(verdict: Verdict, token: string, ended: Ended): Identity {
  if (verdict.kind !== 'valid') return notValid(verdict.kind);
  const { claims } = verdict;
  if (unfit(claims, token, null, ended) !== null) return { kind: 'unknown' };
  return known(claims, claims.grants);
}

/** The same for the token of one channel, shown on a connection of a user. */
export function ticketOf(verdict: Verdict, ticket: Ticket, ended: Ended): Identity {
  if (verdict.kind !== 'valid') return notValid(verdict.kind);
  const { claims } = verdict;
  if (unfit(claims, ticket.token, ticket, ended) !== null) return { kind: 'unknown' };
  return known({ ...claims, admin: false }, [{ channels: [ticket.channel], wildcard: false }]);
}

/** Why what comes of a verdict is `unknown`, for the log; null where it is not. `ticket`: null for a connection's token. */
export function whyUnknown(
  verdict: Verdict,
  token: string,
  ticket: Ticket | null,
  ended: Ended,
): string | null {
  switch (verdict.kind) {
    case 'valid':
      return unfit(verdict.claims, token, ticket, ended);
    case 'invalid':
      return verdict.reason;
    default:
      return null;
  }
}

function unfit(claims: TokenClaims, token: string, ticket: Ticket | null, ended: Ended): string | null {
  if (claims.channel !== (ticket?.channel ?? null)) {
    return claims.channel === null
      ? 'of no channel'
      : ticket === null
        ? 'of one channel'
        : 'of another channel';
  }
  if (ticket !== null && userOf(claims.subject) !== ticket.user) return 'of another user';
  return ended.has(fingerprint(token)) ? 'logged out' : null;
}

/** The token itself becomes the cookie; one that does not end is kept for `loginMs`. */
export function loginOf(
  verdict: Verdict,
  token: string,
  ended: Ended,
  { nowMs, loginMs }: { readonly nowMs: number; readonly loginMs: number },
): Answer<Login> {
  const identity = identityOf(verdict, token, ended);
  switch (identity.kind) {
    case 'admin':
    case 'user':
      if (token.length > COOKIE_BYTES) return tooLong;
      return done({
        cookie: token,
        maxAgeMs: identity.endsAtMs === null ? loginMs : identity.endsAtMs - nowMs,
      });
    case 'expired':
      return { ...refuse('unauthorized', 'The time of that token is over. Get a new one.'), expired: true };
    case 'unavailable':
      return uncheckable;
    default:
      return refuse(
        'forbidden',
        'That is neither the admin token of this node nor a token that it can check.',
      );
  }
}

/** Null where the token can't be checked: then it is not known whether there is anything to end. */
export function endToken(
  verdict: Verdict,
  token: string,
  ended: Ended,
  { nowMs, max }: { readonly nowMs: number; readonly max: number },
): Ended | null {
  if (verdict.kind === 'unavailable') return null;
  if (verdict.kind !== 'valid') return ended;
  const endsAtMs = verdict.claims.endsAtMs ?? Number.POSITIVE_INFINITY;
  return rememberEnded(ended, fingerprint(token), endsAtMs, nowMs, max);
}

export const uncheckable: Refusal = refuse(
  'not-ready',
  'Tokens can’t be checked at the moment, because the keys for it can’t be had. Try again in a moment.',
);

const tooLong = refuse(
  'payload-too-large',
  `A token for a login has at most ${COOKIE_BYTES} characters, or no browser keeps it. Use it as a bearer token.`,
);

function notValid(kind: 'expired' | 'invalid' | 'unavailable'): Identity {
  return { kind: kind === 'invalid' ? 'unknown' : kind };
}

function known({ subject, admin, endsAtMs }: TokenClaims, rights: Rights): Identity {
  const user = userOf(subject);
  return admin ? { kind: 'admin', user, endsAtMs } : { kind: 'user', user, rights, endsAtMs };
}

/** Of what was signed, not of the signature: the same one can be written in more than one way. */
function fingerprint(token: string): string {
  return hash('sha256', token.slice(0, token.lastIndexOf('.')));
}
