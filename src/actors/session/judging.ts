/** What becomes of what a client has shown: who it is and what it may watch, or in which words it is told no. */
import type { Identity } from '../../protocols/ports/service.ts';
import type { ErrorName } from '../../protocols/wire/centrifugal/codes.ts';
import type { FarewellName } from '../../protocols/wire/farewell.ts';
import type { Data, SessionPorts } from './session-data.ts';

type TokenError = Extract<ErrorName, 'tokenExpired' | 'internal'>;
/** `invalid-token` ends the connection; an error leaves it open for another try. */
export type NotGood = TokenError | 'invalid-token';

/** A token that was shown in a command. */
export function judgeToken(identity: Identity): Extract<Identity, { readonly endsAtMs: unknown }> | NotGood {
  switch (identity.kind) {
    case 'admin':
    case 'user':
      return identity;
    case 'expired':
      return 'tokenExpired';
    // That is no fault of the token: the client shall come back.
    case 'unavailable':
      return 'internal';
    case 'anonymous':
    case 'unknown':
      return 'invalid-token';
  }
}

export type Client = Pick<Data, 'user' | 'rights' | 'tokenEndsAtMs' | 'visitEndsAtMs'>;

/**
 * A client that wants to be let in. `isTold`: it has a token in its connect command, which it can renew in time;
 * otherwise the request speaks for it. Where reading is open, what the request shows makes no difference.
 */
export function judgeVisit(
  identity: Identity,
  isTold: boolean,
  { cameAs }: Pick<Data, 'cameAs'>,
  { reading }: Pick<SessionPorts, 'reading'>,
): Client | NotGood | 'unauthorized' {
  if (!isTold && reading === 'open') {
    return { user: cameAs, rights: 'everything', tokenEndsAtMs: null, visitEndsAtMs: null };
  }
  const token = judgeToken(identity);
  if (token === 'invalid-token' && !isTold) return 'unauthorized';
  if (typeof token === 'string') return token;
  const { endsAtMs } = token;
  return {
    user: token.user ?? cameAs,
    rights: token.kind === 'admin' ? 'everything' : token.rights,
    tokenEndsAtMs: isTold ? endsAtMs : null,
    visitEndsAtMs: isTold ? null : endsAtMs,
  };
}

/** To a client that can't be answered otherwise. */
export function farewellFor(error: TokenError | 'unauthorized'): FarewellName {
  if (error === 'tokenExpired') return 'expired';
  return error === 'internal' ? 'internal' : 'invalid-token';
}
