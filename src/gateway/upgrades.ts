/**
 * Requests that ask for a WebSocket, on their way through the same routes and hooks as all others: Origin and Host are
 * judged, addresses found and connections counted in one place. A route that expects one takes it out here; any other
 * answers as usual, and the connection ends with the answer.
 */
import { type IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface Upgrade {
  readonly socket: Socket;
  /** What the client has sent after its request. */
  readonly head: Buffer;
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/** A listener for `upgrade` of an HTTP server. */
export function routeUpgrade(handler: RequestListener) {
  return (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const { socket } = request;
    stream.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => socket.destroySoon());
    upgrades.set(request, { socket, head });
    handler(request, response);
  };
}

/** The upgrade that `request` asks for, null if it asks for none. */
export function upgradeOf(request: IncomingMessage): Upgrade | null {
  return upgrades.get(request) ?? null;
}
