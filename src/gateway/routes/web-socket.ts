/**
 * The WebSocket for clients of the Centrifugal protocol. A client of it learns nothing from a refused handshake, so
 * the handshake is made and the refusal comes as a close code; only floods and what can't be spoken to are turned away
 * before.
 */
import { Type } from 'typebox';
import { refuse } from '../../protocols/refusal.ts';
import { guestOf } from '../admin.ts';
import type { App, Parts } from '../parts.ts';
import { lineOf } from '../problem.ts';
import { createWebSockets, offeredSubprotocols, selected } from '../transports/web-socket.ts';
import { upgradeOf } from '../upgrades.ts';

const Format = Type.Object({
  format: Type.Optional(Type.String({ description: '`protobuf`, for who can offer no subprotocol' })),
  cf_protocol: Type.Optional(Type.String({ description: 'the same' })),
});

export function webSocketRoutes(app: App, parts: Parts): void {
  const { service, admission, fanOut, limits, log, meter, refuse: send } = parts;
  const webSockets = createWebSockets(fanOut, limits);

  const schema = {
    operationId: 'openWebSocket',
    summary: 'The Centrifugal client protocol v2 over a WebSocket',
    description:
      'In JSON or, where its subprotocol is selected, in Protobuf. What is said over it: /asyncapi.json.',
    tags: ['streams'],
    querystring: Format,
    response: { 101: Type.Null({ description: 'It is a WebSocket now.' }) },
    refusals: ['bad-request', 'too-many-requests', 'not-ready'],
  } as const;
  app.get('/connection/websocket', { schema, exposeHeadRoute: false }, async (request, reply) => {
    const upgrade = upgradeOf(request.raw);
    if (upgrade === null) {
      const detail = 'This is a WebSocket; connect with a client of the Centrifugal protocol.';
      return send(reply.headers({ upgrade: 'websocket' }), refuse('bad-request', detail));
    }
    const { format: wish, cf_protocol: alias } = request.query;
    const asked = wish === 'protobuf' || alias === 'protobuf' ? 'centrifuge-protobuf' : 'centrifuge-json';
    // What the handshake selects counts before what the address asks for.
    const format = selected(offeredSubprotocols(request.headers['sec-websocket-protocol'])) ?? asked;
    const admitted = admission.admit(request.ip);
    if (!admitted.ok) return send(reply, admitted);
    const connection = webSockets.open(reply, upgrade, format, admitted.value);
    if (connection === null) {
      admitted.value();
      return send(reply.headers({ 'sec-websocket-version': '13' }), noHandshake);
    }
    meter.count('zeno_requests_total', '101');
    try {
      const answer = await service.connect(guestOf(request), () => connection);
      if (!answer.ok) connection.refuse(answer.code === 'draining' ? 'drain' : 'internal');
    } catch (error) {
      log.error({ err: error, ...lineOf(request) }, 'a session could not be started');
      connection.refuse('internal');
    }
    return reply;
  });
}

const noHandshake = refuse(
  'bad-request',
  'The handshake is not that of a WebSocket of version 13; connect with a client of the Centrifugal protocol.',
);
