/** What there is to watch: the list of live runs, whole or since a version, and one run in full. */
import { Type } from 'typebox';
import { lobbyChannel } from '../../protocols/channels.ts';
import { LobbyView } from '../../protocols/wire/lobby.ts';
import { RunView } from '../../protocols/wire/run-view.ts';
import { mayRead } from '../admin.ts';
import { anybodySecurity } from '../docs/route-schema.ts';
import type { App, Parts } from '../parts.ts';
import { RunParams } from '../query.ts';

const Since = Type.Object({
  since: Type.Optional(Type.String({ description: '<epoch>:<version> of an earlier answer' })),
});

export function catalogueRoutes(app: App, parts: Parts): void {
  const { service, answer, refuse } = parts;

  app.get(
    '/v1/series',
    {
      schema: {
        operationId: 'listRuns',
        summary: 'All live runs, or what changed in their list',
        description:
          'With `since`, the changes; where they are no longer known, the whole list with `snapshot: true`.',
        tags: ['runs'],
        security: anybodySecurity,
        querystring: Since,
        response: { 200: LobbyView },
      },
    },
    async (request, reply) => {
      const permitted = await mayRead(request, parts, lobbyChannel);
      if (!permitted.ok) return refuse(reply, permitted);
      return answer(reply, await service.catalogue(request.query.since ?? null));
    },
  );

  app.get(
    '/v1/series/:run',
    {
      schema: {
        operationId: 'getRun',
        summary: 'One run in full',
        tags: ['runs'],
        security: anybodySecurity,
        params: RunParams,
        response: { 200: RunView },
        refusals: ['unknown-run'],
      },
    },
    async (request, reply) => {
      const permitted = await mayRead(request, parts, service.channelOf(request.params.run));
      if (!permitted.ok) return refuse(reply, permitted);
      return answer(reply, await service.run(request.params.run));
    },
  );
}
