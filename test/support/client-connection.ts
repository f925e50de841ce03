/** A client in this process: it takes all bytes at once unless told to stall, and keeps what it was sent. */
import type { Connection, ConnectionEvents, ConnectionFormat } from '../../src/protocols/ports/connection.ts';
import { readFrames, type SseFrame } from './sse-frame.ts';

const decoder = new TextDecoder();

export class ClientConnection implements Connection {
  readonly format: ConnectionFormat;
  /** Everything that was written before the end, frame by frame. */
  readonly writes: Uint8Array[] = [];
  /** How it ended; null while it is open. */
  end: 'closed' | 'left' | null = null;
  readonly #gone = Promise.withResolvers<void>();
  #events: ConnectionEvents | null = null;
  #waiting = 0;
  #stalled: boolean = false;
  readonly session = null;
  readonly #softBytes: number;

  /** With more than `softBytes` waiting it is congested. */
  constructor(format: ConnectionFormat = 'sse', softBytes = 64 * 1_024) {
    this.format = format;
    this.#softBytes = softBytes;
  }

  congested(): boolean {
    return this.#waiting > this.#softBytes;
  }

  write(bytes: Uint8Array): void {
    if (this.end !== null) return;
    this.writes.push(bytes);
    if (this.#stalled) this.#waiting += bytes.length;
  }

  listen(events: ConnectionEvents): void {
    this.#events = events;
    if (this.end !== null) events.closed();
  }

  close(): void {
    this.#finish('closed');
  }

  /** The client says something. */
  say(text: string): void {
    this.#events?.received(text);
  }

  /** The client goes away by itself. */
  leave(): void {
    this.#finish('left');
  }

  /** From now on nothing leaves the process. */
  stall(): void {
    this.#stalled = true;
  }

  /** Everything leaves the process; `thenStall` lets what comes next wait again. */
  drain(thenStall = false): void {
    this.#stalled = thenStall;
    this.#waiting = 0;
    this.#events?.drained();
  }

  /** Resolves when it has ended, whoever ended it. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  get text(): string {
    return this.writes.map((bytes) => decoder.decode(bytes)).join('');
  }

  get frames(): SseFrame[] {
    return readFrames(this.text);
  }

  of(event: string): SseFrame[] {
    return this.frames.filter((frame) => frame.event === event);
  }

  /** Ids of snapshots and estimates in the order they came. */
  get ids(): string[] {
    return this.frames.flatMap(({ id }) => (id === null ? [] : [id]));
  }

  #finish(end: 'closed' | 'left'): void {
    if (this.end !== null) return;
    this.end = end;
    this.#waiting = 0;
    this.#events?.closed();
    this.#gone.resolve();
  }
}
