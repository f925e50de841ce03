/**
 * A client over WebSocket. Its frames come ready-made and go past the library, which shakes hands, reads, and writes
 * frames of its own between ours: each write is of whole frames, so neither cuts the other's in two. Nothing is
 * compressed and no message is fragmented, or that would not hold.
 */
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { WebSocketFormat } from '../../protocols/ports/connection.ts';
import { isBinary } from '../../protocols/wire/codecs.ts';
import { type FarewellName, farewells } from '../../protocols/wire/farewell.ts';
import { ClientSocket, type Opening } from './client-socket.ts';
import { Flight } from './flight.ts';
import type { FrameQueue } from './frame-queue.ts';
import type { Pool } from './pool.ts';
import { probeNumber } from './probe.ts';

/** What the library calls a message above `maxPayload`, which it answers with 1009. */
const TOO_LONG = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';

export interface WebSocketOpening extends Opening {
  readonly format: WebSocketFormat;
  /** What the WebSocket runs over. */
  readonly socket: Socket;
}

export class WebSocketClient extends ClientSocket {
  readonly #webSocket: WebSocket;
  readonly #flight: Flight;
  /** The number of the probe that is on its way. */
  #probe = 0;

  /** `webSocket` has shaken hands. */
  constructor(webSocket: WebSocket, opening: WebSocketOpening, pool: Pool) {
    super(opening.socket, null, opening, pool);
    this.#webSocket = webSocket;
    this.#flight = new Flight(pool.apartMs());
    // Nothing a client says is lost while its session is being started.
    webSocket.pause();
    const inBytes = isBinary(opening.format);
    webSocket.on('message', (data, areBytes) => {
      if (areBytes !== inBytes) this.refuse('bad-request');
      else this.received(areBytes && data instanceof Uint8Array ? data : data.toString());
    });
    webSocket.on('pong', (payload) => this.#answered(payload));
    // What breaks the protocol of WebSockets itself is answered by its library, which then closes.
    webSocket.on('error', (error) => {
      if ('code' in error && error.code === TOO_LONG) pool.meter.limited('frameBytes');
      this.ending('bad-request');
    });
  }

  override look(nowMs: number): boolean {
    this.#flight.look(nowMs, this.pool.bounds);
    return super.look(nowMs);
  }

  protected writable(): boolean {
    // Not after a close frame, whichever side began.
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  protected begin(): void {
    this.#webSocket.resume();
  }

  protected sayEnd(why: FarewellName): void {
    const { code, reason } = farewells[why];
    this.#webSocket.close(code, reason);
  }

  protected leaving(queue: FrameQueue): FrameQueue {
    const { nowMs, bounds } = this.pool;
    return this.#flight.wrote(queue.bytes, nowMs, bounds) ? queue.with(this.#nextProbe()) : queue;
  }

  protected lags(): boolean {
    return this.#flight.full;
  }

  protected owedMs(nowMs: number): number | null {
    return this.#flight.owedMs(nowMs);
  }

  #answered(payload: Uint8Array): void {
    if (probeNumber(payload) !== this.#probe) return;
    if (this.#flight.answered(this.pool.readClock(), this.pool.bounds)) this.write(this.#nextProbe());
    this.judge();
  }

  #nextProbe(): Uint8Array {
    const { pool } = this;
    this.#probe = pool.probe;
    if (this.#flight.owedMs(pool.nowMs) !== null) pool.watch(this);
    return pool.probeFrame;
  }
}
