/** What there is to watch: the list of live runs, whole or since a version, and one run in full. */
import { Type } from 'typebox';
import { LobbyView } from '../../protocols/wire/lobby.ts';
import { Problem } from '../../protocols/wire/problem.ts';
import { RunView } from '../../protocols/wire/run-view.ts';
import type { App, Parts } from '../parts.ts';
import { RunParams } from '../query.ts';

const Since = Type.Object({
  since: Type.Optional(Type.String({ description: '<epoch>:<version> of an earlier answer' })),
});

export function catalogueRoutes(app: App, { service, refuse }: Parts): void {
  app.get(
    '/v1/series',
    { schema: { querystring: Since, response: { 200: LobbyView, '4xx': Problem } } },
    async (request, reply) => {
      const view = await service.catalogue(request.query.since ?? null);
      return view.ok ? view.value : refuse(reply, view);
    },
  );

  app.get(
    '/v1/series/:run',
    { schema: { params: RunParams, response: { 200: RunView, '4xx': Problem } } },
    async (request, reply) => {
      const view = await service.run(request.params.run);
      return view.ok ? view.value : refuse(reply, view);
    },
  );
}
