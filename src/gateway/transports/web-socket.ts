/**
 * WebSocket as a transport: takes an upgrade out of fastify's hands and opens a connection over it. The library shakes
 * hands and parses what clients send; what we send goes out by the fan-out, in frames made once for all.
 */
import type { FastifyReply } from 'fastify';
import { WebSocketServer } from 'ws';
import type { Limits } from '../../protocols/limits.ts';
import type { ClientConnection, FanOut } from '../fan-out.ts';
import type { Upgrade } from '../upgrades.ts';

export const jsonSubprotocol = 'centrifuge-json';

/** Subprotocols a client offers, in its order. An empty header, as one SDK sends it, offers none. */
export function offeredSubprotocols(header: string | undefined): readonly string[] {
  return (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

export interface WebSockets {
  /** Null if the request is no proper handshake, which has been answered then. `ended` is called once, at the end. */
  open(reply: FastifyReply, upgrade: Upgrade, ended: () => void): ClientConnection | null;
}

export function createWebSockets(fanOut: FanOut, limits: Pick<Limits, 'frameBytes'>): WebSockets {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.frameBytes,
    handleProtocols: (offered) => (offered.has(jsonSubprotocol) ? jsonSubprotocol : false),
  });
  return {
    open(reply, { socket, head }, ended) {
      const { raw: request } = reply.request;
      if (offeredSubprotocols(request.headers['sec-websocket-protocol']).length === 0) {
        delete request.headers['sec-websocket-protocol'];
      }
      reply.hijack();
      reply.raw.detachSocket(socket);
      let connection: ClientConnection | null = null;
      // Without a verifier of its own the library calls back before it returns.
      server.handleUpgrade(request, socket, head, (webSocket) => {
        connection = fanOut.openWebSocket(webSocket, { socket, format: 'centrifuge-json', ended });
      });
      if (connection === null) socket.once('close', ended);
      return connection;
    },
  };
}
