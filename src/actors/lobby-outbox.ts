/** What one client has been sent of the list of runs. Its position is an epoch and a version, as of a run's history. */
import { lobbyChannel } from '../protocols/channels.ts';
import type { Connection, ConnectionFormat } from '../protocols/ports/connection.ts';
import type { ListVersion, LobbyOutbox, SharedView } from '../protocols/ports/lobby-outbox.ts';
import type { Encode } from '../protocols/wire/centrifugal/codec.ts';
import { type Message, subscribed } from '../protocols/wire/centrifugal/messages.ts';
import { encoderOf } from '../protocols/wire/codecs.ts';
import type { SubscribeCommand } from '../protocols/wire/frame-codec.ts';
import type { LobbyView } from '../protocols/wire/lobby.ts';

export interface LobbyOutboxOptions {
  readonly command: SubscribeCommand;
  /** Where the client says it stands; null where it said nothing that can be read. */
  readonly since: ListVersion | null;
  /** The client was told that it has to begin anew, and is not subscribed any more. */
  readonly onLost: () => void;
}

export function createLobbyOutbox(connection: Connection, options: LobbyOutboxOptions): LobbyOutbox {
  const { command, onLost } = options;
  const { format } = connection;
  const encode = encoderFor(format);
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
    congested: () => connection.congested(),
    show(shared) {
      if (ended) return;
      const { view } = shared;
      if (!begun) connection.write(encode(openingReply(command, view, since)));
      else if (view.snapshot) {
        ended = true;
        connection.write(encode({ push: 'unsubscribe', channel: lobbyChannel, why: 'insufficientState' }));
        onLost();
        return;
      } else connection.write(shared.frame(format));
      begun = true;
      since = { epoch: view.epoch, version: view.version };
    },
    end() {
      ended = true;
    },
  };
}

/** Bytes made at the first call for each format. */
export function sharedView(view: LobbyView): SharedView {
  const frames = new Map<ConnectionFormat, Uint8Array>();
  return {
    view,
    frame(format) {
      const known = frames.get(format);
      if (known !== undefined) return known;
      const push = { push: 'publication', channel: lobbyChannel, publication: publication(view) } as const;
      const frame = encoderFor(format)(push);
      frames.set(format, frame);
      return frame;
    },
  };
}

function publication(view: LobbyView) {
  return { data: JSON.stringify(view), offset: view.version === 0 ? null : view.version };
}

/** A whole list is a snapshot; changes mean that the client was recovered. */
function openingReply(command: SubscribeCommand, view: LobbyView, since: ListVersion | null): Message {
  const { epoch, version, snapshot } = view;
  const recovered = !snapshot;
  const offset = recovered && since !== null ? since.version : version;
  const nothingNew = !view.snapshot && view.changes.length === 0;
  return {
    id: command.id,
    reply: 'subscribe',
    result: subscribed(command, { epoch, offset, recovered }),
    publications: nothingNew ? [] : [publication(view)],
  };
}

function encoderFor(format: ConnectionFormat): Encode {
  const encode = encoderOf(format);
  if (encode === null) throw new Error('the list of runs is watched by clients that give commands');
  return encode;
}
