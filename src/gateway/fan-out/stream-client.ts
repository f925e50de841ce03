/**
 * A client over a response without end (SSE, or lines). Without chunks and without a length the body ends with its
 * connection, so that the bytes of a frame are the same for all. It can't be asked what it has read: what it does not
 * take is known only once its kernel's buffers and ours are full.
 */
import { type ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http';
import type { ListenerFormat, Said, StreamFormat } from '../../protocols/ports/connection.ts';
import { ClientSocket, type Opening } from './client-socket.ts';
import type { FrameQueue } from './frame-queue.ts';
import type { Pool } from './pool.ts';
import { releaseSocket } from './release-socket.ts';

export interface StreamOpening extends Opening {
  readonly format: ListenerFormat | StreamFormat;
  /** As the connection tells it; what the client says later comes by `received`. */
  readonly session: string | null;
  /** What the client said with its request. */
  readonly said: Said | null;
  readonly headers: Readonly<Record<string, string>>;
}

export class StreamClient extends ClientSocket {
  #said: Said | null;

  /** Sends the head; the socket of `response` is the connection's from now on, and `response` nobody's. */
  constructor(response: ServerResponse, opening: StreamOpening, pool: Pool) {
    const { socket } = response;
    super(socket, opening.session, opening, pool);
    this.#said = opening.said;
    if (socket === null || socket.destroyed) return;
    releaseSocket(response, socket);
    this.write(headOf(opening.headers, pool.clock.wallMs()));
    this.flush();
  }

  protected writable(): boolean {
    return this.socket?.writable ?? false;
  }

  protected begin(): void {
    const said = this.#said;
    this.#said = null;
    if (said !== null) this.received(said);
  }

  protected sayEnd(): void {
    this.socket?.end();
  }

  protected leaving(queue: FrameQueue): FrameQueue {
    return queue;
  }

  protected lags(): boolean {
    return false;
  }

  protected owes(): boolean {
    return false;
  }

  protected stalledMs(): null {
    return null;
  }
}

function headOf(headers: Readonly<Record<string, string>>, wallMs: number): Uint8Array {
  const fields = { ...headers, date: new Date(wallMs).toUTCString(), connection: 'close' };
  const lines = Object.entries(fields).map(([name, value]) => {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return `${name}: ${value}\r\n`;
  });
  return Buffer.from(`HTTP/1.1 200 OK\r\n${lines.join('')}\r\n`, 'latin1');
}
