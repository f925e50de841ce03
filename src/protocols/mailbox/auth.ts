/** What is asked of the keeper of credentials. */
import type { From } from '../../runtime/call.ts';
import type { Settled } from '../../runtime/context.ts';
import type { UserId } from '../identity.ts';
import type { Credentials, Identity, Login } from '../ports/service.ts';
import type { Verdict } from '../ports/token-verifier.ts';
import type { Answer } from '../refusal.ts';

/** The token that a client shows for one channel. */
export interface Ticket {
  readonly token: string;
  readonly channel: string;
  /** Whose connection it is shown on: it has to speak of the same. */
  readonly user: UserId;
}

export type AuthCall =
  | { readonly type: 'identify'; readonly credentials: Credentials; readonly from: From<Identity> }
  | { readonly type: 'ticket'; readonly ticket: Ticket; readonly from: From<Identity> }
  | { readonly type: 'login'; readonly token: string; readonly from: From<Answer<Login>> }
  | { readonly type: 'logout'; readonly cookie: string; readonly from: From<Answer<null>> };

/** A token that somebody asked about has been looked at. */
export interface AuthCast {
  readonly type: 'verified';
  readonly asked: AuthCall;
  readonly token: string;
  readonly settled: Settled<Verdict>;
}
