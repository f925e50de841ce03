/** The supervision tree, shown to all, and the kills, which take an admin: of one process or of the whole node. */
import { Type } from 'typebox';
import { type Refusal, refuse } from '../../protocols/refusal.ts';
import { Problem } from '../../protocols/wire/problem.ts';
import { KillReport, KillTarget, TreeView } from '../../protocols/wire/supervision.ts';
import { adminOnly } from '../admin.ts';
import type { App, Parts } from '../parts.ts';
import { wholeNumber } from '../query.ts';

const TreeParameters = Type.Object({
  node: Type.Optional(Type.String()),
  path: Type.Optional(Type.String()),
  after: Type.Optional(Type.String({ description: '`next` of the page before' })),
  limit: Type.Optional(Type.String({ description: 'most children of each process' })),
});

const NodeTarget = Type.Object({ node: Type.Optional(Type.String()) });

export function supervisionRoutes(app: App, parts: Parts): void {
  const { service, limits, refuse: send } = parts;

  app.get(
    '/v1/supervision/tree',
    { schema: { querystring: TreeParameters, response: { 200: TreeView, '4xx': Problem } } },
    async (request, reply) => {
      const { node, path = null, after = null } = request.query;
      const limit = wholeNumber('limit', request.query.limit, 1, limits.treePage);
      if (!limit.ok) return send(reply, limit);
      const view = service.tree({ path, after, limit: limit.value });
      if (!view.ok) return send(reply, view);
      return node === undefined || node === view.value.node ? view.value : send(reply, otherNode(node));
    },
  );

  app.post(
    '/v1/supervision/kill',
    {
      schema: { body: KillTarget, response: { 200: KillReport, 202: KillReport, '4xx': Problem } },
      onRequest: adminOnly(parts),
    },
    async (request, reply) => {
      const report = await service.kill(request.body);
      if (!report.ok) return send(reply, report);
      return reply.code(report.value.outcome === 'pending' ? 202 : 200).send(report.value);
    },
  );

  app.post(
    '/v1/node/kill',
    {
      schema: { body: NodeTarget, response: { 202: Type.Null(), '4xx': Problem } },
      onRequest: adminOnly(parts),
      // No body is a wish for the node that is asked.
      preValidation: async (request) => {
        request.body ??= {};
      },
    },
    async (request, reply) => {
      const { node } = request.body;
      // A wish for another node must never end this one.
      if (node !== undefined) {
        const view = service.tree({ path: null, after: null, limit: 1 });
        if (!view.ok) return send(reply, view);
        if (view.value.node !== node) return send(reply, otherNode(node));
      }
      const killed = service.killNode();
      return killed.ok ? reply.code(202).send(null) : send(reply, killed);
    },
  );
}

function otherNode(node: string): Refusal {
  return refuse(
    'unknown-process',
    `This node does not know a node ${JSON.stringify(node)}; ask that node itself.`,
  );
}
