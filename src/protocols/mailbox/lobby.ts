/** What the Lobby is told by the runs and asked by readers. */
import type { From } from '../../runtime/call.ts';
import type { ServerPid } from '../../runtime/server-message.ts';
import type { RunId } from '../identity.ts';
import type { LobbyOutbox } from '../ports/lobby-outbox.ts';
import type { LobbyItem, LobbyView } from '../wire/lobby.ts';
import type { SessionPid } from './session.ts';

/** A run that is watched, should advance, and has not for `ms`. */
export interface Stall {
  readonly run: string;
  readonly state: string;
  readonly ms: number;
}

export type LobbyCall =
  /** `since` null: the whole list. */
  | {
      readonly type: 'list';
      readonly since: { readonly epoch: string; readonly version: number } | null;
      readonly from: From<LobbyView>;
    }
  | { readonly type: 'stalls'; readonly from: From<readonly Stall[]> };

export type LobbyCast =
  /** The client of this session gets the list and what changes in it. */
  | { readonly type: 'watch'; readonly session: SessionPid; readonly outbox: LobbyOutbox }
  | { readonly type: 'unwatch'; readonly session: SessionPid }
  | { readonly type: 'put'; readonly item: LobbyItem }
  /** All runs there are: others have ended unheard. */
  | { readonly type: 'only'; readonly runs: ReadonlySet<string> }
  | { readonly type: 'remove'; readonly run: RunId };

export type LobbyPid = ServerPid<LobbyCall, LobbyCast>;
