/** What is asked of the keeper of credentials. */
import type { From } from '../../runtime/call.ts';
import type { Credentials, Identity, Login } from '../ports/service.ts';
import type { Answer } from '../refusal.ts';

export type AuthCall =
  | { readonly type: 'identify'; readonly credentials: Credentials; readonly from: From<Identity> }
  | { readonly type: 'login'; readonly token: string; readonly from: From<Answer<Login>> }
  | { readonly type: 'logout'; readonly cookie: string; readonly from: From<null> };
