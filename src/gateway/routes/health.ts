/**
 * For whoever runs the node: alive means that the event loop turns and asks nothing else, ready means that the core
 * makes progress.
 */
import { Type } from 'typebox';
import { refuse } from '../../protocols/refusal.ts';
import type { App, Parts } from '../parts.ts';

const Ok = Type.Object({ status: Type.Literal('ok') }, { additionalProperties: false });

export function healthRoutes(app: App, { service, refuse: send }: Parts): void {
  const alive = {
    operationId: 'getHealth',
    summary: 'Whether the process is alive',
    tags: ['node'],
    response: { 200: Ok },
  };
  app.get('/healthz', { schema: alive }, async () => ({ status: 'ok' as const }));

  const readiness = {
    operationId: 'getReadiness',
    summary: 'Whether the node makes progress',
    tags: ['node'],
    response: { 200: Ok },
    refusals: ['not-ready'],
  } as const;
  app.get('/readyz', { schema: readiness }, async (_request, reply) => {
    const { ready, reasons } = await service.readiness();
    if (ready) return { status: 'ok' as const };
    return send(reply, refuse('not-ready', reasons.join('; ')));
  });
}
