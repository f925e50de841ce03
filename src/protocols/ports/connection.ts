/** One client's wire as the core sees it: shared bytes go out; words, backpressure and the end come back. */
import type { FarewellName } from '../wire/farewell.ts';

/** Formats in which a client also speaks, by commands of the Centrifugal protocol, over a WebSocket. */
export type WebSocketFormat = 'centrifuge-json' | 'centrifuge-protobuf';
/** The same for a client that listens to a stream and speaks beside it. */
export type StreamFormat = 'centrifuge-json-stream' | 'centrifuge-protobuf-stream' | 'centrifuge-sse';
export type CentrifugalFormat = WebSocketFormat | StreamFormat;
/** Formats of clients that only listen: one run or the feed, or several runs. */
export type ListenerFormat = 'sse' | 'sse-runs';
export type ConnectionFormat = ListenerFormat | CentrifugalFormat;

/** One message of a client: text, or bytes where its format is binary. */
export type Said = string | Uint8Array;

export interface ConnectionEvents {
  /** One message of a client that can speak. */
  received(said: Said): void;
  /** It was congested and is no longer. */
  drained(): void;
  /** The connection is gone, whoever ended it. Called once, also after `close`. */
  closed(): void;
}

export interface Connection {
  readonly format: ConnectionFormat;
  /**
   * What a client that listens here has to show to say something elsewhere: secret, known to it alone. Null for one that
   * speaks on this connection, or not at all.
   */
  readonly session: string | null;
  /** True while the client takes less than it is sent: it should get the newest of everything later, and nothing now. */
  congested(): boolean;
  /** Never blocks and never throws; after the end it does nothing. The bytes may be shared and are not changed. */
  write(bytes: Uint8Array): void;
  /** Sets who hears of words, drain and end; replaces the earlier listener. An end that has come is told at once. */
  listen(events: ConnectionEvents): void;
  /** Ends the connection after what was written; one that does not close in time is cut. Once is enough. */
  close(why: FarewellName): void;
}
