/** What a client's Session is started with and told. */
import type { From } from '../../runtime/call.ts';
import type { Settled } from '../../runtime/context.ts';
import type { ServerPid } from '../../runtime/server-message.ts';
import type { RunId } from '../identity.ts';
import type { Connection, Said } from '../ports/connection.ts';
import type { Guest, Identity } from '../ports/service.ts';
import type { Answer } from '../refusal.ts';
import type { Command } from '../wire/centrifugal/commands.ts';
import type { Message } from '../wire/centrifugal/messages.ts';
import type { HubPid, Start } from './hub.ts';

/** One of several runs that one stream is of. */
export interface WatchedRun {
  readonly run: RunId;
  readonly start: Start;
}

export type Subject =
  | { readonly kind: 'run'; readonly run: RunId; readonly start: Start; readonly everyMs: number | null }
  | {
      readonly kind: 'runs';
      readonly runs: readonly WatchedRun[];
      /** Others that were asked for and are no more. */
      readonly ended: readonly RunId[];
      readonly everyMs: number | null;
    }
  | { readonly kind: 'supervision' }
  /** The client says what it wants by commands. */
  | { readonly kind: 'commands' };

/** A client that was let in, on its way to its own session. */
export interface Visit {
  /** A UUID; names the session in the tree. */
  readonly id: string;
  readonly subject: Subject;
  readonly guest: Guest;
  /** Called once, by the session, to make the connection. */
  open(): Connection;
}

/** What a channel's name stands for. */
export type Watchable =
  | { readonly kind: 'run'; readonly run: RunId }
  | { readonly kind: 'lobby' }
  | { readonly kind: 'supervision' };

/** Whether a client may watch what it asked for; `identity` is that of the token it sent for it, if any. */
export interface Admitted {
  readonly what: Answer<Watchable>;
  readonly identity: Identity | null;
}

/** `seat` tells this subscription from another one of the same channel. */
interface OfSeat {
  readonly channel: string;
  readonly seat: number;
}

export type SessionCast =
  | { readonly type: 'opened' }
  /** One message of the client. */
  | { readonly type: 'heard'; readonly said: Said }
  /** What the client said before it was let in. */
  | { readonly type: 'obey'; readonly commands: readonly Command[] }
  | { readonly type: 'identified'; readonly settled: Settled<Answer<Identity>> }
  | { readonly type: 'refreshed'; readonly id: number; readonly settled: Settled<Answer<Identity>> }
  | ({
      readonly type: 'seat-refreshed';
      readonly id: number;
      readonly settled: Settled<Answer<Identity>>;
    } & OfSeat)
  | ({ readonly type: 'admitted'; readonly settled: Settled<Admitted> } & OfSeat)
  | ({ readonly type: 'found-hub'; readonly settled: Settled<HubPid | null> } & OfSeat)
  /** The outbox has told the client to begin anew. */
  | ({ readonly type: 'lost' } & OfSeat)
  /** What the client asked to look at has been found. */
  | { readonly type: 'looked'; readonly settled: Settled<Message> }
  /** A page of history may be read for it now. */
  | ({ readonly type: 'turn' } & OfSeat)
  | { readonly type: 'drained' }
  /** The node is about to end: this client goes after a while and may come back within another. */
  | { readonly type: 'drain'; readonly afterMs: number; readonly returnWithinMs: number }
  /** The connection is gone. */
  | { readonly type: 'closed' }
  /** The run has ended for good. */
  | { readonly type: 'ended'; readonly run: RunId };

export type SessionPid = ServerPid<never, SessionCast>;

export type ListenerCall =
  | { readonly type: 'accept'; readonly visit: Visit; readonly from: From<Answer<null>> }
  /** Where the node is reached. */
  | { readonly type: 'url'; readonly from: From<string> };
