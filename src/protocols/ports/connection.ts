/** One client's wire as the core sees it: shared bytes go out, backpressure and the end come back. */

export type ConnectionFormat = 'sse';

export interface ConnectionEvents {
  /** All bytes written so far have left the process. */
  drained(): void;
  /** The connection is gone, whoever ended it. Called once, also after `close` and `destroy`. */
  closed(): void;
}

export interface Connection {
  readonly format: ConnectionFormat;
  /** Bytes written that have not left the process yet. */
  bufferedBytes(): number;
  /** Never blocks and never throws; after the end it does nothing. The bytes may be shared and are not changed. */
  write(bytes: Uint8Array): void;
  /** Sets who hears of drain and end; replaces the earlier listener. An end that has already come is told at once. */
  listen(events: ConnectionEvents): void;
  /** Ends the connection after what was written. */
  close(): void;
  /** Ends it at once. */
  destroy(): void;
}
