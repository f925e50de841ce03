/**
 * For whoever runs the node: alive means that the event loop turns and asks nothing else, ready means that the core
 * makes progress.
 */
import { Type } from 'typebox';
import { refuse } from '../../protocols/refusal.ts';
import { Problem } from '../../protocols/wire/problem.ts';
import type { App, Parts } from '../parts.ts';

const Ok = Type.Object({ status: Type.Literal('ok') });

export function healthRoutes(app: App, { service, refuse: send }: Parts): void {
  app.get('/healthz', { schema: { response: { 200: Ok } } }, async () => ({ status: 'ok' as const }));

  app.get('/readyz', { schema: { response: { 200: Ok, 503: Problem } } }, async (_request, reply) => {
    const { ready, reasons } = await service.readiness();
    if (ready) return { status: 'ok' as const };
    return send(reply, refuse('not-ready', reasons.join('; ')));
  });
}
