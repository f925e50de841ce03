/** The live page: static files of web/, served as they are; only what a browser needs of that folder is shown. */
import { fastifyStatic } from '@fastify/static';
import type { App } from '../parts.ts';

const folder = new URL('../../../web/', import.meta.url);

export function pageRoutes(app: App): void {
  app.register(fastifyStatic, {
    root: folder,
    prefix: '/web/',
    dotfiles: 'ignore',
    index: false,
    allowedPath: (path) => /\.(html|js|css|svg)$/.test(path),
    cacheControl: false,
    setHeaders: (reply) => {
      // Kept by browsers, but asked about each time: a new version of the server has a new page at once.
      reply.header('cache-control', 'no-cache');
    },
  });

  app.get('/', async (_request, reply) => reply.sendFile('index.html'));
}
