/**
 * A response without end as a transport: takes a reply out of fastify's hands and opens a connection over it. The head
 * keeps what the hooks have set (CORS, security) and tells caches and proxies to pass every byte on at once.
 */
import type { FastifyReply } from 'fastify';
import type { ListenerFormat, StreamFormat } from '../../protocols/ports/connection.ts';
import type { ClientConnection, FanOut, StreamOpening } from '../fan-out.ts';

const streamTypes: Readonly<Record<ListenerFormat | StreamFormat, string>> = {
  sse: 'text/event-stream; charset=utf-8',
  'sse-runs': 'text/event-stream; charset=utf-8',
  'centrifuge-sse': 'text/event-stream; charset=utf-8',
  'centrifuge-json-stream': 'application/x-ndjson; charset=utf-8',
  'centrifuge-protobuf-stream': 'application/octet-stream',
};

/** `ended` is called once when the connection is gone. */
export function openStream(
  reply: FastifyReply,
  fanOut: FanOut,
  opening: Pick<StreamOpening, 'format' | 'session' | 'said' | 'ended'>,
): ClientConnection {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) headers[name] = String(value);
  }
  reply.hijack();
  return fanOut.openStream(reply.raw, {
    ...opening,
    request: reply.request.id,
    headers: {
      ...headers,
      'content-type': streamTypes[opening.format],
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  });
}
