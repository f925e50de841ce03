/** What may be done to runs: start a private one, change, end, reset, retry. Whose a run is, the core knows. */
import { Type } from 'typebox';
import { Problem } from '../../protocols/wire/problem.ts';
import { NewRun, RunPatch, RunView } from '../../protocols/wire/run-view.ts';
import { adminOnly, callerOf } from '../admin.ts';
import type { App, Parts } from '../parts.ts';
import { RunParams, SeriesParams } from '../query.ts';

const answers = { 200: RunView, '4xx': Problem };

export function runRoutes(app: App, parts: Parts): void {
  const { service, refuse } = parts;

  app.post(
    '/v1/series/:series/runs',
    {
      schema: { params: SeriesParams, body: NewRun, response: { 201: RunView, '4xx': Problem } },
      // No body is a wish for nothing in particular.
      preValidation: async (request) => {
        request.body ??= {};
      },
    },
    async (request, reply) => {
      const caller = await callerOf(request, service);
      if (!caller.ok) return refuse(reply, caller);
      const view = await service.createRun(request.params.series, request.body, caller.value);
      if (!view.ok) return refuse(reply, view);
      return reply
        .code(201)
        .header('location', `/v1/series/${encodeURIComponent(view.value.run)}`)
        .send(view.value);
    },
  );

  app.patch(
    '/v1/series/:run',
    { schema: { params: RunParams, body: RunPatch, response: answers } },
    async (request, reply) => {
      const caller = await callerOf(request, service);
      if (!caller.ok) return refuse(reply, caller);
      const view = await service.changeRun(request.params.run, request.body, caller.value);
      return view.ok ? view.value : refuse(reply, view);
    },
  );

  app.delete(
    '/v1/series/:run',
    { schema: { params: RunParams, response: { 204: Type.Null(), '4xx': Problem } } },
    async (request, reply) => {
      const caller = await callerOf(request, service);
      if (!caller.ok) return refuse(reply, caller);
      const ended = await service.endRun(request.params.run, caller.value);
      return ended.ok ? reply.code(204).send(null) : refuse(reply, ended);
    },
  );

  const adminRoute = { schema: { params: RunParams, response: answers }, onRequest: adminOnly(parts) };

  app.post('/v1/series/:run/reset', adminRoute, async (request, reply) => {
    const view = await service.resetRun(request.params.run);
    return view.ok ? view.value : refuse(reply, view);
  });

  app.post('/v1/series/:run/retry', adminRoute, async (request, reply) => {
    const view = await service.retryRun(request.params.run);
    return view.ok ? view.value : refuse(reply, view);
  });
}
