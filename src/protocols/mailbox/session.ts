/** What a client's Session is started with and told. */
import type { Called, From } from '../../runtime/call.ts';
import type { Settled } from '../../runtime/context.ts';
import type { ServerPid } from '../../runtime/server-message.ts';
import type { RunId } from '../identity.ts';
import type { Connection } from '../ports/connection.ts';
import type { Credentials, Identity } from '../ports/service.ts';
import type { Answer } from '../refusal.ts';
import type { HubPid, Start } from './hub.ts';

export type Subject =
  | { readonly kind: 'run'; readonly run: RunId; readonly start: Start; readonly everyMs: number | null }
  | { readonly kind: 'supervision' };

/** A client that was let in, on its way to its own session. */
export interface Visit {
  /** Unique on this node; names the session in the tree. */
  readonly id: string;
  readonly subject: Subject;
  readonly credentials: Credentials;
  /** Called once, by the session, to make the connection. */
  open(): Connection;
}

export type SessionCast =
  | { readonly type: 'opened' }
  | { readonly type: 'identified'; readonly settled: Settled<Called<Identity>> }
  | { readonly type: 'found-hub'; readonly settled: Settled<HubPid | null> }
  | { readonly type: 'drained' }
  /** The connection is gone. */
  | { readonly type: 'closed' }
  /** The run has ended for good. */
  | { readonly type: 'ended' };

export type SessionPid = ServerPid<never, SessionCast>;

export type ListenerCall =
  | { readonly type: 'accept'; readonly visit: Visit; readonly from: From<Answer<null>> }
  /** Where the node is reached. */
  | { readonly type: 'url'; readonly from: From<string> };
