/**
 * The WebSocket for clients of the Centrifugal protocol. A client of it learns nothing from a refused handshake, so
 * the handshake is made and the refusal comes as a close code; only floods and what can't be spoken to are turned away
 * before.
 */
import { Type } from 'typebox';
import { refuse } from '../../protocols/refusal.ts';
import { guestOf } from '../admin.ts';
import type { App, Parts } from '../parts.ts';
import { createWebSockets, jsonSubprotocol, offeredSubprotocols } from '../transports/web-socket.ts';
import { upgradeOf } from '../upgrades.ts';

const Format = Type.Object({
  format: Type.Optional(Type.String()),
  cf_protocol: Type.Optional(Type.String()),
});

const protobuf = 'centrifuge-protobuf';

export function webSocketRoutes(app: App, parts: Parts): void {
  const { service, admission, fanOut, limits, log, refuse: send } = parts;
  const webSockets = createWebSockets(fanOut, limits);

  app.get('/connection/websocket', { schema: { querystring: Format } }, async (request, reply) => {
    const upgrade = upgradeOf(request.raw);
    if (upgrade === null) {
      const detail = 'This is a WebSocket; connect with a client of the Centrifugal protocol.';
      return send(reply.headers({ upgrade: 'websocket' }), refuse('bad-request', detail));
    }
    const { format, cf_protocol: alias } = request.query;
    const offered = offeredSubprotocols(request.headers['sec-websocket-protocol']);
    if (format === 'protobuf' || alias === 'protobuf' || speaksOnlyProtobuf(offered)) {
      return reply.code(400).type('text/plain').send('This server speaks JSON only: use a JSON client.\n');
    }
    const admitted = admission.admit(request.ip);
    if (!admitted.ok) return send(reply, admitted);
    const connection = webSockets.open(reply, upgrade, admitted.value);
    if (connection === null) return reply;
    try {
      const answer = await service.connect(guestOf(request), () => connection);
      if (!answer.ok) connection.refuse(answer.code === 'draining' ? 'drain' : 'internal');
    } catch (error) {
      log.error({ err: error, route: '/connection/websocket' }, 'a session could not be started');
      connection.refuse('internal');
    }
    return reply;
  });
}

function speaksOnlyProtobuf(offered: readonly string[]): boolean {
  return offered.includes(protobuf) && !offered.includes(jsonSubprotocol);
}
