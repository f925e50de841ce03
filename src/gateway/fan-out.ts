/**
 * The only writer to client sockets. Bytes that the core encoded once go straight into the socket, uncopied: an SSE
 * stream has no chunk headers (it ends with its connection), a WebSocket's frames come ready-made. The slow reader is
 * found here: by what waits for it, by how long nothing left, and by what waits for all clients together. It alone
 * pays, with its connection.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Clock } from '../lib/clock.ts';
import type { Limits } from '../protocols/limits.ts';
import type { Connection, ConnectionEvents, ConnectionFormat } from '../protocols/ports/connection.ts';
import { codecOf } from '../protocols/wire/codecs.ts';
import { type FarewellName, farewells } from '../protocols/wire/farewell.ts';

type Bounds = Pick<Limits, 'outboxHardBytes' | 'outboxStallMs' | 'outboxTotalBytes' | 'closeMs'>;

/** What all connections of the process share. */
interface Pool {
  readonly bounds: Bounds;
  readonly clock: Clock;
  bufferedBytes: number;
}

/** What a transport brings along. */
interface Transport {
  readonly format: ConnectionFormat;
  /** Null if the client has gone already. */
  readonly socket: Socket | null;
  /** Whether a frame may be written now. */
  writable(): boolean;
  /** Somebody listens: what the client says may come in. */
  begin(): void;
  /** Says in the transport's own way that nothing more comes. */
  end(why: FarewellName): void;
  /** Called once when the connection is gone, before the core hears of it. */
  ended(): void;
}

export interface SseOpening {
  readonly headers: Readonly<Record<string, string>>;
  readonly ended: () => void;
}

export interface WebSocketOpening {
  /** What the socket runs over. */
  readonly socket: Socket;
  readonly format: 'centrifuge-json';
  readonly ended: () => void;
}

/** A connection that the gateway may end before the core has it, or for what the core need not hear of. */
export interface ClientConnection extends Connection {
  /** Says goodbye and closes. */
  refuse(why: FarewellName): void;
  /** Ends it at once, by a reset, so that the kernel too forgets what a stalled reader never took. */
  cut(): void;
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
  openSse(response: ServerResponse, { headers, ended }: SseOpening): ClientConnection {
    const { socket } = response;
    const transport: Transport = {
      format: 'sse',
      socket,
      writable: () => socket?.writable ?? false,
      begin: () => {},
      end: () => void response.end(),
      ended,
    };
    const connection = new SocketConnection(transport, this.#pool);
    if (socket === null || socket.destroyed) return connection;
    // Also heard, since a response that has not been assigned its socket any more closes without it.
    response.once('close', () => connection.gone());
    response.on('error', () => connection.cut());
    // Without chunks and without a length the body ends with the connection, so one write is one frame's bytes.
    response.removeHeader('transfer-encoding');
    response.writeHead(200, { ...headers, connection: 'close' });
    response.flushHeaders();
    socket.setNoDelay(true);
    return connection;
  }

  /** `webSocket` has shaken hands and belongs to the connection from now on. */
  openWebSocket(webSocket: WebSocket, { socket, format, ended }: WebSocketOpening): ClientConnection {
    const transport: Transport = {
      format,
      socket,
      // Not after a close frame, whichever side began.
      writable: () => webSocket.readyState === webSocket.OPEN,
      begin: () => webSocket.resume(),
      end(why) {
        const { code, reason } = farewells[why];
        webSocket.close(code, reason);
      },
      ended,
    };
    const connection = new SocketConnection(transport, this.#pool);
    // Nothing a client says is lost while its session is being started.
    webSocket.pause();
    webSocket.on('message', (data, isBinary) => {
      if (isBinary) connection.refuse('bad-request');
      else connection.received(data.toString());
    });
    // What breaks the protocol of WebSockets itself is answered by its library, which then closes.
    webSocket.on('error', () => {});
    socket.setNoDelay(true);
    return connection;
  }
}

class SocketConnection implements ClientConnection {
  readonly format: ConnectionFormat;
  readonly #transport: Transport;
  readonly #socket: Socket | null;
  readonly #pool: Pool;
  #events: ConnectionEvents | null = null;
  #phase: 'open' | 'ending' | 'gone' = 'open';
  /** This connection's share of the pool's `bufferedBytes`. */
  #buffered = 0;
  /** When bytes last left while others waited; null while nothing waits. */
  #progressMs: number | null = null;
  /** Null while no look at the progress is due. */
  #cancelStallCheck: (() => void) | null = null;
  #cancelCut: () => void = () => {};

  constructor(transport: Transport, pool: Pool) {
    this.format = transport.format;
    this.#transport = transport;
    this.#socket = transport.socket;
    this.#pool = pool;
    if (this.#socket === null || this.#socket.destroyed) this.gone();
    else this.#socket.once('close', () => this.gone());
  }

  bufferedBytes(): number {
    return this.#phase === 'gone' ? 0 : (this.#socket?.writableLength ?? 0);
  }

  write(bytes: Uint8Array): void {
    if (this.#phase !== 'open' || this.#socket === null || !this.#transport.writable()) return;
    this.#socket.write(bytes, this.#flushed);
    this.#count();
    if (this.#buffered === 0) return;
    const { bounds, bufferedBytes } = this.#pool;
    if (this.#buffered >= bounds.outboxHardBytes || bufferedBytes > bounds.outboxTotalBytes) {
      this.cut();
    } else if (this.#progressMs === null) {
      this.#progressMs = this.#pool.clock.monotonicMs();
      if (this.#cancelStallCheck === null) this.#checkStallIn(bounds.outboxStallMs);
    }
  }

  listen(events: ConnectionEvents): void {
    this.#events = events;
    if (this.#phase === 'gone') events.closed();
    else this.#transport.begin();
  }

  received(text: string): void {
    if (this.#phase === 'open') this.#events?.received(text);
  }

  close(why: FarewellName): void {
    if (this.#phase !== 'open') return;
    this.#phase = 'ending';
    this.#transport.end(why);
    // The other side's last word has to be read, too.
    this.#transport.begin();
    this.#cancelCut = this.#pool.clock.schedule(this.#pool.bounds.closeMs, () => this.cut());
  }

  refuse(why: FarewellName): void {
    this.write(codecOf(this.format).bye(why, 0));
    this.close(why);
  }

  cut(): void {
    if (this.#phase === 'gone' || this.#socket === null) return;
    this.#phase = 'ending';
    this.#socket.resetAndDestroy();
  }

  gone(): void {
    if (this.#phase === 'gone') return;
    this.#phase = 'gone';
    this.#count();
    this.#progressMs = null;
    this.#cancelStallCheck?.();
    this.#cancelCut();
    this.#transport.ended();
    this.#events?.closed();
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
    if (this.#phase === 'open') this.#events?.drained();
  };

  /** Left standing when everything has gone: a timer for each frame would cost more than the frame. */
  #checkStallIn(delayMs: number): void {
    this.#cancelStallCheck = this.#pool.clock.schedule(delayMs, () => {
      this.#cancelStallCheck = null;
      if (this.#progressMs === null) return;
      const leftMs = this.#progressMs + this.#pool.bounds.outboxStallMs - this.#pool.clock.monotonicMs();
      if (leftMs <= 0) this.cut();
      else this.#checkStallIn(leftMs);
    });
  }

  #count(): void {
    const buffered = this.bufferedBytes();
    this.#pool.bufferedBytes += buffered - this.#buffered;
    this.#buffered = buffered;
  }
}
