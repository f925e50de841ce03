/** What may be done to runs: start a private one, change, end, reset, retry. Whose a run is, the core knows. */
import { Type } from 'typebox';
import { exactPace, NewRun, type Pace, RunPatch, RunView } from '../../protocols/wire/run-view.ts';
import { adminOnly, callerOf } from '../admin.ts';
import { adminSecurity, anybodySecurity } from '../docs/route-schema.ts';
import type { App, Parts } from '../parts.ts';
import { RunParams, SeriesParams } from '../query.ts';

export function runRoutes(app: App, parts: Parts): void {
  const { service, answer, refuse } = parts;

  app.post(
    '/v1/series/:series/runs',
    {
      schema: {
        operationId: 'createRun',
        summary: 'Start a private run',
        description:
          'It begins at term 1. Who started it may change and end it; it is watched as any other run is.',
        tags: ['runs'],
        security: anybodySecurity,
        params: SeriesParams,
        body: NewRun,
        optionalBody: true,
        response: { 201: RunView },
        refusals: ['unknown-run', 'too-many-requests', 'draining'],
      },
      // No body is a wish for nothing in particular.
      preValidation: async (request) => {
        request.body ??= {};
      },
    },
    async (request, reply) => {
      const caller = await callerOf(request, parts, service.channelOf(request.params.series));
      if (!caller.ok) return refuse(reply, caller);
      const view = await service.createRun(request.params.series, exactly(request.body), caller.value);
      if (!view.ok) return refuse(reply, view);
      return reply
        .code(201)
        .header('location', `/v1/series/${encodeURIComponent(view.value.run)}`)
        .send(view.value);
    },
  );

  app.patch(
    '/v1/series/:run',
    {
      schema: {
        operationId: 'changeRun',
        summary: 'Change a run’s pace or policy, pause it, let it go on',
        tags: ['runs'],
        security: anybodySecurity,
        params: RunParams,
        body: RunPatch,
        response: { 200: RunView },
        refusals: ['unknown-run'],
      },
    },
    async (request, reply) => {
      const caller = await callerOf(request, parts);
      if (!caller.ok) return refuse(reply, caller);
      return answer(reply, await service.changeRun(request.params.run, exactly(request.body), caller.value));
    },
  );

  app.delete(
    '/v1/series/:run',
    {
      schema: {
        operationId: 'endRun',
        summary: 'End a private run for good',
        tags: ['runs'],
        security: anybodySecurity,
        params: RunParams,
        response: { 204: Type.Null({ description: 'It has ended.' }) },
        refusals: ['unknown-run'],
      },
    },
    async (request, reply) => {
      const caller = await callerOf(request, parts);
      if (!caller.ok) return refuse(reply, caller);
      const ended = await service.endRun(request.params.run, caller.value);
      return ended.ok ? reply.code(204).send(null) : refuse(reply, ended);
    },
  );

  const adminRoute = (operationId: string, summary: string) => ({
    schema: {
      operationId,
      summary,
      tags: ['runs'],
      security: adminSecurity,
      params: RunParams,
      response: { 200: RunView },
      refusals: ['unknown-run'] as const,
    },
    onRequest: adminOnly(parts),
  });
  const reset = adminRoute('resetRun', 'Begin a run anew, in a new epoch');
  const retry = adminRoute('retryRun', 'Try a blocked range again');

  app.post('/v1/series/:run/reset', reset, async (request, reply) => {
    return answer(reply, await service.resetRun(request.params.run));
  });

  app.post('/v1/series/:run/retry', retry, async (request, reply) => {
    return answer(reply, await service.retryRun(request.params.run));
  });
}

/** A pace is kept and shown again, so what was sent beside it ends here. */
function exactly<W extends { readonly pace?: Pace }>(wish: W): W {
  return wish.pace === undefined ? wish : { ...wish, pace: exactPace(wish.pace) };
}
