/**
 * A client over WebSocket. Its frames come ready-made and go past the library, which shakes hands, reads, and writes
 * frames of its own between ours: each write is of whole frames, so neither cuts the other's in two. Nothing is
 * compressed and no message is fragmented, or that would not hold.
 */
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { fullBucket, type TokenBucket, takeToken } from '../../lib/token-bucket.ts';
import type { WebSocketFormat } from '../../protocols/ports/connection.ts';
import { isBinary } from '../../protocols/wire/codecs.ts';
import { type FarewellName, farewells } from '../../protocols/wire/farewell.ts';
import { ClientSocket, type Opening } from './client-socket.ts';
import { Flight } from './flight.ts';
import { type FrameQueue, noBytes } from './frame-queue.ts';
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
  /** What is left of the frames that it may send unasked; null before the first. */
  #unasked: TokenBucket | null = null;
  #flooded: boolean = false;

  /** `webSocket` has shaken hands. */
  constructor(webSocket: WebSocket, opening: WebSocketOpening, pool: Pool) {
    super(opening.socket, null, opening, pool);
    this.#webSocket = webSocket;
    this.#flight = new Flight(pool.apartMs());
    // Nothing a client says is lost while its session is being started.
    webSocket.pause();
    const inBytes = isBinary(opening.format);
    webSocket.on('message', (data, areBytes) => {
      if (this.ended) this.#heardUnasked();
      else if (areBytes !== inBytes) this.refuse('bad-request');
      else this.received(areBytes && data instanceof Uint8Array ? data : data.toString());
    });
    webSocket.on('pong', (payload) => this.#answered(payload));
    webSocket.on('ping', () => this.#heardUnasked());
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
    if (!this.#flooded) this.#webSocket.resume();
  }

  protected sayEnd(why: FarewellName): void {
    const { code, reason } = farewells[why];
    this.#webSocket.close(code, reason);
  }

  protected leaving(queue: FrameQueue): FrameQueue {
    const { pool } = this;
    if (!this.#flight.wrote(queue.bytes, pool.probe, pool.nowMs, pool.bounds)) return queue;
    pool.watch(this);
    return queue.with(pool.probeFrame);
  }

  protected lags(): boolean {
    return this.#flight.full;
  }

  protected owes(): boolean {
    return this.#flight.owes;
  }

  protected stalledMs(nowMs: number): number | null {
    return this.#flight.stalledMs(nowMs, this.pool.bounds);
  }

  #answered(payload: Uint8Array): void {
    const { pool } = this;
    const number = probeNumber(payload);
    const answer = number === null ? 'unasked' : this.#flight.answered(number, pool.readClock(), pool.bounds);
    if (answer === 'unasked') this.#heardUnasked();
    // To write nothing is to ask: a probe goes behind it.
    if (answer === 'ask-again') this.write(noBytes);
    this.judge();
  }

  /** What is parsed is paid for by everybody, so a flood is not read on, not even for the client's last word. */
  #heardUnasked(): void {
    if (this.#flooded) return;
    const { controlFrames, meter } = this.pool;
    const nowMs = this.pool.readClock();
    this.#unasked = takeToken(this.#unasked ?? fullBucket(controlFrames, nowMs), controlFrames, nowMs);
    if (this.#unasked.tokens >= 0) return;
    this.#flooded = true;
    meter.limited('controlFramesPerSecond');
    this.refuse('too-many-requests');
    this.#webSocket.pause();
  }
}
