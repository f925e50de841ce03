/**
 * The first thing every request meets, known route or not: is it from a page that may ask? The pages of ZENO_ORIGINS
 * get CORS headers and their preflights answered; nobody's cookies cross origins, those pages send a bearer token.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../protocols/refusal.ts';
import { judgeOrigin, type OriginPolicy } from './origin.ts';
import type { SendRefusal } from './problem.ts';

const preflight = {
  'access-control-allow-methods': 'GET, POST, PATCH, DELETE',
  'access-control-allow-headers': 'authorization, content-type, last-event-id',
  'access-control-max-age': '600',
};

/** A hook for `onRequest`. */
export function originHook(policy: OriginPolicy, send: SendRefusal) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const { origin, host } = request.headers;
    // `request.host` is the forwarded host where a proxy is trusted; both names must be ours.
    const hosts = host === undefined ? [] : [host, request.host];
    reply.header('vary', 'Origin');
    const verdict = judgeOrigin(policy, { origin, hosts });
    if (verdict === 'foreign-host') {
      const detail =
        'This server is not reached by that Host; use its address, or list its origin in ZENO_ORIGINS.';
      return send(reply, refuse('origin-refused', detail));
    }
    if (verdict === 'foreign-origin') {
      return send(
        reply,
        refuse('origin-refused', 'Pages of that Origin may not use this server; see ZENO_ORIGINS.'),
      );
    }
    if (verdict !== 'listed' || origin === undefined) return undefined;
    // A page of another origin is not logged in here, whatever its browser sends along.
    delete request.headers.cookie;
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-expose-headers', 'location, retry-after, x-request-id');
    const isPreflight = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers;
    return isPreflight ? reply.code(204).headers(preflight).send() : undefined;
  };
}
