/**
 * The Centrifugal protocol where a WebSocket is not to be had: the client listens to a stream, begun by its connect
 * command, and posts beside it what else it says. As with a WebSocket the core says no by a farewell, which the client
 * understands; only floods and what can't be spoken to are turned away before.
 */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Said, StreamFormat } from '../../protocols/ports/connection.ts';
import { type Answer, beyond, done, type Refusal, refuse } from '../../protocols/refusal.ts';
import { readEmulated } from '../../protocols/wire/centrifugal/protobuf.ts';
import { isBinary } from '../../protocols/wire/codecs.ts';
import { guestOf } from '../admin.ts';
import type { App, Parts } from '../parts.ts';
import { stream } from '../stream.ts';
import { StreamSessions } from '../stream-sessions.ts';
import { openStream } from '../transports/stream.ts';

const Query = Type.Object({
  cf_connect: Type.Optional(Type.String({ description: 'the connect command, as JSON' })),
});
const Emulated = Type.Object(
  {
    session: Type.String({ description: 'what the connect reply has told this client alone' }),
    data: Type.String({ description: 'commands, one a line' }),
  },
  { $id: 'Emulated' },
);
const ConnectCommand = Type.Unknown({ description: 'the connect command' });
const InProtobuf = Type.Unknown({ description: 'the same in Protobuf' });
const beside =
  'Where a WebSocket is not to be had. What is said is described by /asyncapi.json; what the client says after its connect command is posted to /emulation.';
const emulated = Compile(Emulated);

/** A byte of a message may take so many in a string of JSON, as \u0000 does. */
const ESCAPED = 6;
/** For what stands around the message: the session and the names. */
const AROUND = 1_024;

export async function emulationRoutes(app: App, parts: Parts): Promise<void> {
  const { service, limits, fanOut, refuse: send, random } = parts;
  const sessions = new StreamSessions(random);

  function begin(request: FastifyRequest, reply: FastifyReply, format: StreamFormat, said: Said) {
    const session = sessions.newSecret();
    const make = (release: () => void) => {
      let isOver: boolean = false;
      const ended = () => {
        isOver = true;
        sessions.forget(session);
        release();
      };
      const connection = openStream(reply, fanOut, { format, session, said, ended });
      // One that has ended already will not end again.
      if (!isOver) sessions.add(connection);
      return connection;
    };
    return stream(reply, parts, make, async (open) => {
      const answer = await service.connect(guestOf(request), open);
      if (!answer.ok) open().refuse(answer.code === 'draining' ? 'drain' : 'internal');
      return done(null);
    });
  }

  const overSse = {
    operationId: 'openCentrifugalSse',
    summary: 'The Centrifugal protocol over SSE',
    description: beside,
    tags: ['streams'],
    querystring: Query,
    stream: {
      mediaTypes: ['text/event-stream'],
      description: 'Replies and pushes, each as an event without a name.',
    },
    refusals: ['bad-request', 'payload-too-large', 'too-many-requests', 'not-ready'],
  } as const;
  app.get('/connection/sse', { schema: overSse, exposeHeadRoute: false }, async (request, reply) => {
    const said = saidIn(request.query.cf_connect, limits.frameBytes);
    return said.ok ? begin(request, reply, 'centrifuge-sse', said.value) : send(reply, said);
  });

  // In a scope of its own: here a body is a message, and its type is the format of it.
  await app.register((scope, _options, registered) => {
    scope.removeAllContentTypeParsers();
    // As much may be said here in one message as over a WebSocket, however it is escaped.
    const bodyLimit = limits.frameBytes * ESCAPED + AROUND;
    scope.setErrorHandler<FastifyError>((error, _request, reply) => {
      if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return send(reply, tooLong(limits.frameBytes));
      throw error;
    });
    for (const type of ['application/json', 'text/plain']) {
      scope.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, taken) => taken(null, body));
    }
    scope.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, taken) =>
      taken(null, body),
    );

    const overHttp = {
      operationId: 'openCentrifugalStream',
      summary: 'The Centrifugal protocol over a streamed answer',
      description: beside,
      tags: ['streams'],
      message: { 'application/json': ConnectCommand, 'application/octet-stream': InProtobuf },
      stream: {
        mediaTypes: ['application/x-ndjson', 'application/octet-stream'],
        description:
          'Replies and pushes in the format of the body: in JSON one a line, in Protobuf each after its length.',
      },
      refusals: ['bad-request', 'payload-too-large', 'too-many-requests', 'not-ready'],
    } as const;
    scope.post('/connection/http_stream', { schema: overHttp, bodyLimit }, async (request, reply) => {
      const said = saidIn(request.body, limits.frameBytes);
      if (!said.ok) return send(reply, said);
      const isText = typeof said.value === 'string';
      const format = isText ? 'centrifuge-json-stream' : 'centrifuge-protobuf-stream';
      return begin(request, reply, format, said.value);
    });

    const posting = {
      operationId: 'postCommands',
      summary: 'What the client of a stream says',
      tags: ['streams'],
      message: { 'application/json': Emulated, 'application/octet-stream': InProtobuf },
      response: { 204: Type.Null({ description: 'Taken; the answers come on the stream.' }) },
      refusals: ['unknown-process'],
    } as const;
    scope.post('/emulation', { schema: posting, bodyLimit }, async (request, reply) => {
      const posted = readPosted(request.body);
      if (posted === null) return send(reply, unreadable);
      const said = saidIn(posted.data, limits.frameBytes);
      if (!said.ok) return send(reply, said);
      const connection = sessions.find(posted.session);
      if (connection === null) return send(reply, unknownSession);
      if (isBinary(connection.format) !== (typeof said.value !== 'string')) return send(reply, unreadable);
      connection.received(said.value);
      return reply.code(204).send(null);
    });
    registered();
  });
}

/** One message of a client. */
function saidIn(value: unknown, frameBytes: number): Answer<Said> {
  if (!(typeof value === 'string' || value instanceof Uint8Array) || value.length === 0) return nothingSaid;
  return Buffer.byteLength(value) <= frameBytes ? done(value) : tooLong(frameBytes);
}

function tooLong(frameBytes: number): Refusal {
  const detail = `A message may have ${frameBytes} bytes; say it in several.`;
  return beyond('frameBytes', 'payload-too-large', detail);
}

function readPosted(body: unknown): { readonly session: string; readonly data: Said } | null {
  if (body instanceof Uint8Array) return readEmulated(body);
  try {
    const posted: unknown = JSON.parse(String(body));
    return emulated.Check(posted) ? posted : null;
  } catch {
    return null;
  }
}

const nothingSaid = refuse(
  'bad-request',
  'There is no command: a stream begins with a connect command of the Centrifugal protocol.',
);
const unreadable = refuse(
  'bad-request',
  'The body is not what a client of this stream posts: its session, and data in the format of the stream.',
);
const unknownSession = refuse('unknown-process', 'No stream of that session is open here; connect anew.');
