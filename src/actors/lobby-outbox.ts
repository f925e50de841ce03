/** What one client has been sent of the list of runs. Its position is an epoch and a version, as of a run's history. */
import type { Connection } from '../protocols/ports/connection.ts';
import type { ListVersion, LobbyOutbox, SharedView } from '../protocols/ports/lobby-outbox.ts';
import {
  publicationPush,
  subscribed,
  subscribedReply,
  unsubscribePush,
} from '../protocols/wire/centrifugal/frames.ts';
import type { SubscribeCommand } from '../protocols/wire/frame-codec.ts';
import type { LobbyView } from '../protocols/wire/lobby.ts';
import { textFrame } from '../protocols/wire/text-frame.ts';

export const lobbyChannel = 'lobby';

export interface LobbyOutboxOptions {
  readonly command: SubscribeCommand;
  /** Where the client says it stands; null where it said nothing that can be read. */
  readonly since: ListVersion | null;
  readonly softBytes: number;
  /** The client was told that it has to begin anew, and is not subscribed any more. */
  readonly onLost: () => void;
}

export function createLobbyOutbox(connection: Connection, options: LobbyOutboxOptions): LobbyOutbox {
  const { command, softBytes, onLost } = options;
  let { since } = options;
  let begun = false;
  let ended = false;

  return {
    get since() {
      return since;
    },
    get begun() {
      return begun;
    },
    congested: () => connection.bufferedBytes() > softBytes,
    show(shared) {
      if (ended) return;
      const { view } = shared;
      if (!begun) connection.write(textFrame(openingReply(command, view, since)));
      else if (view.snapshot) {
        ended = true;
        connection.write(textFrame(unsubscribePush(lobbyChannel, 'insufficientState')));
        onLost();
        return;
      } else connection.write(shared.frame());
      begun = true;
      since = { epoch: view.epoch, version: view.version };
    },
    end() {
      ended = true;
    },
  };
}

/** Bytes made at the first call. */
export function sharedView(view: LobbyView): SharedView {
  let frame: Uint8Array | null = null;
  return {
    view,
    frame() {
      frame ??= textFrame(publicationPush(lobbyChannel, publication(view)));
      return frame;
    },
  };
}

function publication(view: LobbyView) {
  return { data: JSON.stringify(view), offset: view.version === 0 ? null : view.version };
}

/** A whole list is a snapshot; changes mean that the client was recovered. */
function openingReply(command: SubscribeCommand, view: LobbyView, since: ListVersion | null): string {
  const { epoch, version, snapshot } = view;
  const recovered = !snapshot;
  const offset = recovered && since !== null ? since.version : version;
  const nothingNew = !view.snapshot && view.changes.length === 0;
  return subscribedReply(
    command.id,
    subscribed(command, { epoch, offset, recovered }),
    nothingNew ? [] : [publication(view)],
  );
}
