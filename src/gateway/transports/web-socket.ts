/**
 * WebSocket as a transport: takes an upgrade out of fastify's hands and opens a connection over it. The library shakes
 * hands and parses what clients send; what we send goes out by the fan-out, in frames made once for all.
 */
import type { FastifyReply } from 'fastify';
import { WebSocket, WebSocketServer } from 'ws';
import type { Limits } from '../../protocols/limits.ts';
import type { WebSocketFormat } from '../../protocols/ports/connection.ts';
import type { ClientConnection, FanOut } from '../fan-out.ts';
import type { Upgrade } from '../upgrades.ts';

/** They are called as their formats are; a server that is offered both prefers JSON. */
const subprotocols = ['centrifuge-json', 'centrifuge-protobuf'] as const;

/** Subprotocols a client offers. An empty header, as one SDK sends it, offers none. */
export function offeredSubprotocols(header: string | undefined): ReadonlySet<string> {
  const names = (header ?? '').split(',').map((name) => name.trim());
  return new Set(names.filter((name) => name !== ''));
}

/** The one that a handshake selects; undefined where none is offered that is spoken here. */
export function selected(offered: ReadonlySet<string>): WebSocketFormat | undefined {
  return subprotocols.find((name) => offered.has(name));
}

export interface WebSockets {
  /** Null if the request is no proper handshake; the reply is then as before. `ended` is called once, at the end. */
  open(
    reply: FastifyReply,
    upgrade: Upgrade,
    format: WebSocketFormat,
    ended: () => void,
  ): ClientConnection | null;
}

/** Pieces of one message, which counts as one: no client that is known sends more than one. */
const MAX_FRAGMENTS = 64;

/** Not in the types: the library would cut a client for many pings without a word; the fan-out bounds them. */
const untyped = { maxPendingAutoPongs: 0 };

/** Reasons for the codes with which the library ends a connection by itself. A stock client takes none for a fault of its own. */
const reasons: Readonly<Record<number, string>> = {
  1002: 'protocol error',
  1007: 'invalid text',
  1008: 'too many pieces',
  1009: 'message too big',
};

/** One that never closes without a reason where the client has not closed. */
class ServedWebSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason ?? (code === undefined ? undefined : reasons[code]));
  }
}

export function createWebSockets(fanOut: FanOut, limits: Pick<Limits, 'frameBytes' | 'closeMs'>): WebSockets {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.frameBytes,
    maxFragments: MAX_FRAGMENTS,
    ...untyped,
    WebSocket: ServedWebSocket,
    handleProtocols: (offered) => selected(offered) ?? false,
  });
  // With a listener the library leaves the answer to us: it is the route's, as all others are.
  server.on('wsClientError', () => {});
  return {
    open(reply, { socket, head }, format, ended) {
      const { raw: request } = reply.request;
      if (offeredSubprotocols(request.headers['sec-websocket-protocol']).size === 0) {
        delete request.headers['sec-websocket-protocol'];
      }
      let connection: ClientConnection | null = null;
      // Without a verifier of its own the library calls back before it returns.
      server.handleUpgrade(request, socket, head, (webSocket) => {
        reply.hijack();
        reply.raw.detachSocket(socket);
        connection = fanOut.openWebSocket(webSocket, { socket, request: reply.request.id, format, ended });
      });
      return connection;
    },
  };
}
