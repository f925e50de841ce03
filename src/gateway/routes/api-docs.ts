/**
 * The API described for programs: made from the schemas when it is first asked for, and kept. What makes it is not
 * loaded before, as most nodes are never asked.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Route } from '../docs/route-schema.ts';
import { digestOf, isKnown } from '../etag.ts';
import type { App } from '../parts.ts';

interface Document {
  readonly text: string;
  readonly etag: string;
}

const AnyDocument = Type.Unknown({ description: 'The document.' });
const NotModified = Type.Null({ description: 'What If-None-Match names is what there is.' });

/** `routes` may grow until the first request. */
export function apiDocsRoutes(app: App, routes: readonly Route[]): void {
  const add = (url: string, summary: string, operationId: string, make: () => Promise<object>) => {
    let made: Promise<Document> | null = null;
    const response = { 200: AnyDocument, 304: NotModified };
    app.get(url, { schema: { summary, operationId, tags: ['node'], response } }, async (request, reply) => {
      made ??= make().then(written);
      return send(await made, request, reply);
    });
  };
  add('/openapi.json', 'This document: the HTTP routes', 'getOpenApi', async () => {
    const { openApiOf } = await import('../docs/openapi.ts');
    return openApiOf(routes);
  });
  add('/asyncapi.json', 'The streams and the WebSocket, as AsyncAPI 3.0', 'getAsyncApi', async () => {
    const { asyncApi } = await import('../docs/asyncapi.ts');
    return asyncApi();
  });
}

function written(document: object): Document {
  const text = JSON.stringify(document);
  return { text, etag: `"${digestOf(text)}"` };
}

function send({ text, etag }: Document, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.headers({ 'cache-control': 'no-cache', etag });
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  return reply.type('application/json; charset=utf-8').send(text);
}
