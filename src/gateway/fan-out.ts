/**
 * The only writer to client sockets. Bytes that the core encoded once go straight into the socket, uncopied and
 * without chunk headers (the stream ends with its connection), and the slow reader is found here: by what waits for
 * it, by how long nothing left, and by what waits for all clients together. It alone pays, with its connection.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../lib/clock.ts';
import type { Limits } from '../protocols/limits.ts';
import type { Connection, ConnectionEvents, ConnectionFormat } from '../protocols/ports/connection.ts';

type Bounds = Pick<Limits, 'outboxHardBytes' | 'outboxStallMs' | 'outboxTotalBytes'>;

/** What all connections of the process share. */
interface Pool {
  readonly bounds: Bounds;
  readonly clock: Clock;
  bufferedBytes: number;
}

export interface Opening {
  readonly format: ConnectionFormat;
  readonly headers: Readonly<Record<string, string>>;
  /** Called once when the connection is gone, before the core hears of it. */
  readonly ended: () => void;
}

export class FanOut {
  readonly #pool: Pool;

  constructor(bounds: Bounds, clock: Clock) {
    this.#pool = { bounds, clock, bufferedBytes: 0 };
  }

  /** Bytes that wait for all clients together. */
  get bufferedBytes(): number {
    return this.#pool.bufferedBytes;
  }

  /** Sends the head of `response`, which from then on belongs to the connection. */
  open(response: ServerResponse, opening: Opening): Connection {
    return new ResponseConnection(response, opening, this.#pool);
  }
}

class ResponseConnection implements Connection {
  readonly format: ConnectionFormat;
  readonly #response: ServerResponse;
  readonly #socket: Socket | null;
  readonly #pool: Pool;
  readonly #ended: () => void;
  #events: ConnectionEvents | null = null;
  #phase: 'open' | 'ending' | 'gone' = 'open';
  /** This connection's share of the pool's `bufferedBytes`. */
  #buffered = 0;
  /** When bytes last left while others waited; null while nothing waits. */
  #progressMs: number | null = null;
  #cancelStallCheck: () => void = () => {};

  constructor(response: ServerResponse, { format, headers, ended }: Opening, pool: Pool) {
    this.format = format;
    this.#response = response;
    this.#socket = response.socket;
    this.#pool = pool;
    this.#ended = ended;
    if (this.#socket === null || this.#socket.destroyed) {
      this.#gone();
      return;
    }
    // Both 'close' events are heard, since a response that has not been assigned its socket any more has none.
    response.once('close', () => this.#gone());
    this.#socket.once('close', () => this.#gone());
    response.on('error', () => this.destroy());
    // Without chunks and without a length the body ends with the connection, so one write is one frame's bytes.
    response.removeHeader('transfer-encoding');
    response.writeHead(200, { ...headers, connection: 'close' });
    response.flushHeaders();
    this.#socket.setNoDelay(true);
  }

  bufferedBytes(): number {
    return this.#phase === 'gone' ? 0 : (this.#socket?.writableLength ?? 0);
  }

  write(bytes: Uint8Array): void {
    if (this.#phase !== 'open' || this.#socket === null || !this.#socket.writable) return;
    this.#socket.write(bytes, this.#flushed);
    this.#count();
    if (this.#buffered === 0) return;
    const { bounds, bufferedBytes } = this.#pool;
    if (this.#buffered >= bounds.outboxHardBytes || bufferedBytes > bounds.outboxTotalBytes) {
      this.destroy();
    } else if (this.#progressMs === null) {
      this.#progressMs = this.#pool.clock.monotonicMs();
      this.#checkStallIn(bounds.outboxStallMs);
    }
  }

  listen(events: ConnectionEvents): void {
    this.#events = events;
    if (this.#phase === 'gone') events.closed();
  }

  close(): void {
    if (this.#phase !== 'open') return;
    this.#phase = 'ending';
    this.#response.end();
  }

  /** By a reset, so that the kernel too forgets what a stalled reader never took. */
  destroy(): void {
    if (this.#phase === 'gone' || this.#socket === null) return;
    this.#phase = 'ending';
    this.#socket.resetAndDestroy();
  }

  /** Called for each write when its bytes have left; the same function for all, to spare a closure a frame. */
  readonly #flushed = (): void => {
    if (this.#progressMs === null || this.#phase === 'gone') return;
    this.#count();
    if (this.#buffered > 0) {
      this.#progressMs = this.#pool.clock.monotonicMs();
      return;
    }
    this.#progressMs = null;
    this.#cancelStallCheck();
    if (this.#phase === 'open') this.#events?.drained();
  };

  #checkStallIn(delayMs: number): void {
    this.#cancelStallCheck = this.#pool.clock.schedule(delayMs, () => {
      if (this.#progressMs === null) return;
      const leftMs = this.#progressMs + this.#pool.bounds.outboxStallMs - this.#pool.clock.monotonicMs();
      if (leftMs <= 0) this.destroy();
      else this.#checkStallIn(leftMs);
    });
  }

  #count(): void {
    const buffered = this.bufferedBytes();
    this.#pool.bufferedBytes += buffered - this.#buffered;
    this.#buffered = buffered;
  }

  #gone(): void {
    if (this.#phase === 'gone') return;
    this.#phase = 'gone';
    this.#count();
    this.#progressMs = null;
    this.#cancelStallCheck();
    this.#ended();
    this.#events?.closed();
  }
}
