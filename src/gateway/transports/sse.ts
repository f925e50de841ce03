/**
 * Server-Sent Events as a transport: takes a reply out of fastify's hands and opens a connection over it. The head
 * keeps what the hooks have set (CORS, security) and tells caches and proxies to pass every byte on at once.
 */
import type { FastifyReply } from 'fastify';
import type { ClientConnection, FanOut } from '../fan-out.ts';

/** `ended` is called once when the connection is gone. */
export function openSse(reply: FastifyReply, fanOut: FanOut, ended: () => void): ClientConnection {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) headers[name] = String(value);
  }
  reply.hijack();
  return fanOut.openSse(reply.raw, {
    headers: {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
    ended,
  });
}
