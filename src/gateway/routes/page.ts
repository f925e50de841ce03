/** The live page: files held in memory, sent compressed, and asked about by browsers each time they are used. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isKnown } from '../etag.ts';
import { chooseEncoding, readPageFiles } from '../page-files.ts';
import type { App } from '../parts.ts';
import { notFound, sendProblem } from '../problem.ts';

export function pageRoutes(app: App): void {
  const files = readPageFiles();
  const policy = [
    "default-src 'self'",
    `script-src 'self' ${files.importMapHash}`,
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

  const send = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const file = files.find(request.url.split('?')[0] ?? '');
    if (file === null) return sendProblem(reply, notFound);
    const encoding = chooseEncoding(request.headers['accept-encoding']);
    const etag = file.etag(encoding);
    reply.headers({
      // Kept by browsers, but asked about each time: a new version of the server has a new page at once.
      'cache-control': 'no-cache',
      'content-security-policy': policy,
      vary: 'Origin, Accept-Encoding',
      etag,
    });
    if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
    if (encoding !== 'identity') reply.header('content-encoding', encoding);
    return reply.type(file.type).send(await file.body(encoding));
  };

  for (const url of ['/', '/web/*', '/vendor/*']) app.get(url, { schema: { hide: true } }, send);
}
