/** Between a Series, its Hub on a node and the Sessions of that node. */

import type { Called, From } from '../../runtime/call.ts';
import type { Settled } from '../../runtime/context.ts';
import type { ServerPid } from '../../runtime/server-message.ts';
import type { UserId } from '../identity.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Checkpoint, History, RunRecord, Unavailable } from '../ports/store.ts';
import type { Position } from '../position.ts';
import type { Answer } from '../refusal.ts';
import type { RunState } from '../wire/run-view.ts';
import type { SessionPid } from './session.ts';

/** Where a client wants to begin: nowhere special, at its own position, at one that can't be read, where its outbox is. */
export type Start =
  | { readonly kind: 'first' }
  | { readonly kind: 'bad-position' }
  | { readonly kind: 'resume'; readonly position: Position }
  /** From offset 1 of whatever epoch there is, if all of it is kept. */
  | { readonly kind: 'beginning' }
  | { readonly kind: 'continue' };

/** What a Series says of itself when a hub attaches and whenever it changes. */
export interface Standing {
  readonly position: Position;
  readonly estimate: string | null;
  readonly state: RunState;
  readonly reason: string | null;
}

/** History from the store for one client, or the newest checkpoint where it asked for no history. */
export type Page = History | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint } | Unavailable;

export type HubCast =
  | {
      readonly type: 'subscribe';
      readonly session: SessionPid;
      readonly user: UserId;
      readonly outbox: Outbox;
      readonly start: Start;
    }
  /** The client watches this run no longer. */
  | { readonly type: 'unsubscribe'; readonly session: SessionPid }
  /** The client's buffer has drained. */
  | { readonly type: 'drained'; readonly session: SessionPid }
  | { readonly type: 'standing'; readonly standing: Standing }
  /** A committed estimate; `estimate` is its stored JSON text. */
  | { readonly type: 'estimate'; readonly position: Position; readonly estimate: string }
  | { readonly type: 'looked-up'; readonly settled: Settled<Called<Answer<RunRecord | null>>> }
  /** The run has been ended for good. */
  | { readonly type: 'ended' }
  | {
      readonly type: 'page';
      readonly session: SessionPid;
      /** Which of the session's subscriptions asked for it. */
      readonly subscription: number;
      readonly epochs: number;
      readonly settled: Settled<Page>;
    };

/** Those who watch a run on this node. */
export interface Presence {
  readonly clients: number;
  /** Different users among them. */
  readonly users: number;
}

export interface HubCall {
  readonly type: 'presence';
  readonly from: From<Presence>;
}

export type HubPid = ServerPid<HubCall, HubCast>;
