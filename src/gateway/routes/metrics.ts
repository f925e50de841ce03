/**
 * The node's figures for a Prometheus server. Open to readers as the rest is, where readers are; elsewhere it takes an
 * admin: how much is going on is nobody else's business.
 */
import { Type } from 'typebox';
import { adminOnly } from '../admin.ts';
import { anybodySecurity } from '../docs/route-schema.ts';
import type { App, Parts } from '../parts.ts';

export function metricsRoutes(app: App, parts: Parts): void {
  const { exposition, reading } = parts;
  const guard = reading === 'open' ? {} : { onRequest: adminOnly(parts) };
  const schema = {
    operationId: 'getMetrics',
    summary: 'The node’s figures for Prometheus',
    tags: ['node'],
    security: anybodySecurity,
    produces: ['text/plain'],
    response: { 200: Type.String({ description: 'In Prometheus’ text format.' }) },
  } as const;
  app.get('/metrics', { schema, ...guard }, async (_request, reply) => {
    const { type, text } = await exposition();
    return reply.type(type).send(text);
  });
}
