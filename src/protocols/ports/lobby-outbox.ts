/** One client's view of the list of runs: which version it has, and so which changes it gets next. */
import type { LobbyView } from '../wire/lobby.ts';
import type { ConnectionFormat } from './connection.ts';

export interface ListVersion {
  readonly epoch: string;
  readonly version: number;
}

/** A view of the list, with its bytes made once for all clients that have the same version. */
export interface SharedView {
  readonly view: LobbyView;
  frame(format: ConnectionFormat): Uint8Array;
}

export interface LobbyOutbox {
  /** What the client has, or says it has before the first words; null for nothing. */
  readonly since: ListVersion | null;
  /** The first words have been written. */
  readonly begun: boolean;
  /** True while the client has not taken what it was sent; what changes meanwhile comes to it in one. */
  congested(): boolean;
  /** The list as it has changed since `since`. A whole one after the first words loses the client: it begins anew. */
  show(shared: SharedView): void;
  end(): void;
}
