/** One client's wire as the core sees it: shared bytes go out; words, backpressure and the end come back. */
import type { FarewellName } from '../wire/farewell.ts';

export type ConnectionFormat = 'sse' | 'centrifuge-json';

export interface ConnectionEvents {
  /** One message of a client that can speak. */
  received(text: string): void;
  /** All bytes written so far have left the process. */
  drained(): void;
  /** The connection is gone, whoever ended it. Called once, also after `close`. */
  closed(): void;
}

export interface Connection {
  readonly format: ConnectionFormat;
  /** Bytes written that have not left the process yet. */
  bufferedBytes(): number;
  /** Never blocks and never throws; after the end it does nothing. The bytes may be shared and are not changed. */
  write(bytes: Uint8Array): void;
  /** Sets who hears of words, drain and end; replaces the earlier listener. An end that has come is told at once. */
  listen(events: ConnectionEvents): void;
  /** Ends the connection after what was written; one that does not close in time is cut. Once is enough. */
  close(why: FarewellName): void;
}
