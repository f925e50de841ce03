/**
 * The only writer to client sockets. Bytes that the core encoded once go into the sockets uncopied, those of one loop
 * turn in one write for each client, joined once for all clients that are sent the same. The slow reader is found here:
 * by what waits for it, by what it has not read, by how long nothing left, and by what waits for all clients together.
 * It alone pays, with its connection.
 */
import type { ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import type { Clock } from '../lib/clock.ts';
import type { Connection, Said } from '../protocols/ports/connection.ts';
import type { Log } from '../protocols/ports/log.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import type { FarewellName } from '../protocols/wire/farewell.ts';
import { Clients } from './clients.ts';
import { type FanOutBounds, Pool } from './fan-out/pool.ts';
import { StreamClient, type StreamOpening } from './fan-out/stream-client.ts';
import { WebSocketClient, type WebSocketOpening } from './fan-out/web-socket-client.ts';

export type { StreamOpening, WebSocketOpening };

/** A connection that the gateway may end before the core has it, or for what the core need not hear of. */
export interface ClientConnection extends Connection {
  /** The client has said something, here or elsewhere; nobody hears it after the end. */
  received(said: Said): void;
  /** Says goodbye and closes. */
  refuse(why: FarewellName): void;
  /** Ends it at once, by a reset, so that the kernel too forgets what a stalled reader never took. */
  cut(why: FarewellName): void;
}

export class FanOut {
  readonly #pool: Pool;

  constructor(bounds: FanOutBounds, clock: Clock, meter: Meter, log: Pick<Log, 'debug'>) {
    this.#pool = new Pool(bounds, clock, meter, new Clients(meter, log));
  }

  /** Sends the head of `response`; its socket belongs to the connection from then on. */
  openStream(response: ServerResponse, opening: StreamOpening): ClientConnection {
    return new StreamClient(response, opening, this.#pool);
  }

  /** `webSocket` has shaken hands and belongs to the connection from now on. */
  openWebSocket(webSocket: WebSocket, opening: WebSocketOpening): ClientConnection {
    return new WebSocketClient(webSocket, opening, this.#pool);
  }
}
