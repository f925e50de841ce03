/**
 * The streams: a run's estimates and the supervision feed. A stream is counted first, then the core is asked, and
 * only a request it accepts becomes a connection; until then every no is an ordinary problem answer.
 */
import type { FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import { supervisionChannel } from '../../protocols/channels.ts';
import type { ListenerFormat } from '../../protocols/ports/connection.ts';
import { beyond, type Refusal, refuse } from '../../protocols/refusal.ts';
import { guestOf, mayRead } from '../admin.ts';
import { ofOneRun, ofSeveralRuns, ofSupervision } from '../docs/event-streams.ts';
import { anybodySecurity } from '../docs/route-schema.ts';
import type { App, Parts } from '../parts.ts';
import { RunParams, wholeNumber } from '../query.ts';
import { stream } from '../stream.ts';
import { openStream } from '../transports/stream.ts';

const Resume = Type.Object({
  lastEventID: Type.Optional(Type.String({ description: 'for clients that cannot send Last-Event-ID' })),
  everyMs: Type.Optional(Type.String({ description: 'least time between two estimates, in milliseconds' })),
});

const ResumeSeveral = Type.Object({
  runs: Type.Optional(Type.String({ description: 'the runs to watch, separated by commas' })),
  ...Resume.properties,
});

/** As node hands it on: repeated headers are joined. */
const LastEventId = Type.Object({
  'last-event-id': Type.Optional(Type.String({ description: 'the id of the last event that was seen' })),
});
const resuming =
  'With the id of the last event that was seen, what was missed comes first: `state` with `recovered: true`, then the estimates. Otherwise `snapshot` comes first.';
const mediaTypes = ['text/event-stream'] as const;

export function streamRoutes(app: App, parts: Parts): void {
  const { service, limits, fanOut, refuse: send } = parts;
  const sse = (reply: FastifyReply, format: ListenerFormat) => (ended: () => void) =>
    openStream(reply, fanOut, { format, session: null, said: null, ended });

  app.get(
    '/v1/series/:run/events',
    {
      exposeHeadRoute: false,
      schema: {
        operationId: 'streamRun',
        summary: 'A run’s estimates as they come',
        description: resuming,
        tags: ['streams'],
        security: anybodySecurity,
        params: RunParams,
        querystring: Resume,
        headers: LastEventId,
        stream: { mediaTypes, ...ofOneRun },
        refusals: ['unknown-run', 'too-many-requests', 'draining'],
      },
    },
    async (request, reply) => {
      const everyMs = wholeNumber('everyMs', request.query.everyMs, 0, limits.everyMsMax, 'everyMsMax');
      if (!everyMs.ok) return send(reply, everyMs);
      const permitted = await mayRead(request, parts, service.channelOf(request.params.run));
      if (!permitted.ok) return send(reply, permitted);
      const watch = {
        guest: guestOf(request),
        run: request.params.run,
        lastEventId: positionOf(request),
        everyMs: everyMs.value,
      };
      return stream(reply, parts, sse(reply, 'sse'), (open) => service.watchRun(watch, open));
    },
  );

  const several = {
    operationId: 'streamRuns',
    summary: 'The estimates of several runs on one connection',
    description: resuming,
    tags: ['streams'],
    security: anybodySecurity,
    querystring: ResumeSeveral,
    headers: LastEventId,
    stream: { mediaTypes, ...ofSeveralRuns },
    refusals: ['unknown-run', 'too-many-requests', 'draining'],
  } as const;
  app.get('/v1/events', { schema: several, exposeHeadRoute: false }, async (request, reply) => {
    const everyMs = wholeNumber('everyMs', request.query.everyMs, 0, limits.everyMsMax, 'everyMsMax');
    if (!everyMs.ok) return send(reply, everyMs);
    const named = (request.query.runs ?? '').split(',').filter((run) => run !== '');
    const runs = [...new Set(named.map((run) => service.channelOf(run)))];
    const refusal = howMany(runs.length, limits.subscriptionsPerClient);
    if (refusal !== null) return send(reply, refusal);
    const permitted = await mayRead(request, parts, ...runs);
    if (!permitted.ok) return send(reply, permitted);
    const watch = { guest: guestOf(request), runs, lastEventId: positionOf(request), everyMs: everyMs.value };
    return stream(reply, parts, sse(reply, 'sse-runs'), (open) => service.watchRuns(watch, open));
  });

  const feed = {
    operationId: 'streamSupervision',
    summary: 'What happens in the supervision tree',
    description: 'What is kept of it first, then what comes. It can’t be resumed.',
    tags: ['streams'],
    security: anybodySecurity,
    stream: { mediaTypes, ...ofSupervision },
    refusals: ['bad-request', 'too-many-requests', 'draining'],
  } as const;
  app.get('/v1/supervision/events', { schema: feed, exposeHeadRoute: false }, async (request, reply) => {
    const permitted = await mayRead(request, parts, supervisionChannel);
    if (!permitted.ok) return send(reply, permitted);
    return stream(reply, parts, sse(reply, 'sse'), (open) =>
      service.watchSupervision(guestOf(request), open),
    );
  });
}

interface Resuming {
  readonly headers: Static<typeof LastEventId>;
  readonly query: Static<typeof Resume>;
}

/** An empty header says as much as none. */
function positionOf({ headers, query }: Resuming): string | null {
  return headers['last-event-id'] || (query.lastEventID ?? null);
}

/** Null for a number of runs that one stream may be of. */
function howMany(count: number, most: number): Refusal | null {
  const message = `must name 1 to ${most} runs, separated by commas`;
  const fault = ['bad-request', `The query parameter runs ${message}.`, [{ path: 'runs', message }]] as const;
  if (count === 0) return refuse(...fault);
  return count > most ? beyond('subscriptionsPerClient', ...fault) : null;
}
