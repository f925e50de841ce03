/**
 * The streams: a run's estimates and the supervision feed. A stream is counted first, then the core is asked, and
 * only a request it accepts becomes a connection; until then every no is an ordinary problem answer.
 */
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Connection } from '../../protocols/ports/connection.ts';
import { type Answer, refuse } from '../../protocols/refusal.ts';
import { guestOf } from '../admin.ts';
import type { ClientConnection } from '../fan-out.ts';
import type { App, Parts } from '../parts.ts';
import { RunParams, wholeNumber } from '../query.ts';
import { openSse } from '../transports/sse.ts';

const Resume = Type.Object({
  lastEventID: Type.Optional(Type.String({ description: 'for clients that cannot send Last-Event-ID' })),
  everyMs: Type.Optional(Type.String({ description: 'least time between two estimates, in milliseconds' })),
});

export function streamRoutes(app: App, parts: Parts): void {
  const { service, limits, refuse: send } = parts;

  app.get(
    '/v1/series/:run/events',
    { schema: { params: RunParams, querystring: Resume } },
    async (request, reply) => {
      const everyMs = wholeNumber('everyMs', request.query.everyMs, 0, limits.everyMsMax);
      if (!everyMs.ok) return send(reply, everyMs);
      const watch = {
        guest: guestOf(request),
        run: request.params.run,
        lastEventId: lastEventId(request.headers['last-event-id']) ?? request.query.lastEventID ?? null,
        everyMs: everyMs.value,
      };
      return stream(reply, parts, (open) => service.watchRun(watch, open));
    },
  );

  app.get('/v1/supervision/events', async (request, reply) =>
    stream(reply, parts, (open) => service.watchSupervision(guestOf(request), open)),
  );
}

/** Node joins repeated headers of this name; an empty one says as much as none. */
function lastEventId(header: string | string[] | undefined): string | null {
  const text = Array.isArray(header) ? header.join(',') : header;
  return text === undefined || text === '' ? null : text;
}

type Ask = (open: () => Connection) => Promise<Answer<null>>;

async function stream(reply: FastifyReply, parts: Parts, ask: Ask): Promise<FastifyReply> {
  const { admission, fanOut, log, refuse: send } = parts;
  if (reply.raw.socket === null) {
    return send(reply, refuse('bad-request', 'A stream takes a connection of its own; do not pipeline it.'));
  }
  const admitted = admission.admit(reply.request.ip);
  if (!admitted.ok) return send(reply, admitted);
  const opened: ClientConnection[] = [];
  let refused = false;
  const open = (): ClientConnection => {
    if (refused) throw new Error('the client has had another answer already');
    const connection = opened[0] ?? openSse(reply, fanOut, admitted.value);
    opened[0] = connection;
    return connection;
  };
  try {
    const answer = await ask(open);
    if (answer.ok && opened.length === 0) throw new Error('a stream was accepted and never opened');
    refused = !answer.ok;
    if (!answer.ok && opened.length === 0) return send(reply, answer);
    if (!answer.ok) throw new Error(`a stream was opened and then refused: ${answer.detail}`);
    return reply;
  } catch (error) {
    // Once opened, the answer is out of the error handler's reach.
    if (opened.length > 0) log.error({ err: error, route: reply.request.routeOptions.url }, 'stream failed');
    for (const connection of opened) connection.cut();
    throw error;
  } finally {
    if (opened.length === 0) admitted.value();
  }
}
