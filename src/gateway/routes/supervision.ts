/** The supervision tree, for readers, and the kills, which take an admin: of one process or of the whole node. */
import { Type } from 'typebox';
import { supervisionChannel } from '../../protocols/channels.ts';
import { type Refusal, refuse } from '../../protocols/refusal.ts';
import { KillReport, KillTarget, TreeView } from '../../protocols/wire/supervision.ts';
import { adminOnly, mayRead } from '../admin.ts';
import { adminSecurity, anybodySecurity } from '../docs/route-schema.ts';
import type { App, Parts } from '../parts.ts';
import { wholeNumber } from '../query.ts';

const TreeParameters = Type.Object({
  node: Type.Optional(Type.String({ description: 'name of the node; it has to be the one that is asked' })),
  path: Type.Optional(Type.String({ description: 'the process to begin at; the root without it' })),
  after: Type.Optional(Type.String({ description: '`next` of the page before' })),
  limit: Type.Optional(Type.String({ description: 'most children of each process' })),
});

const NodeTarget = Type.Object(
  { node: Type.Optional(Type.String({ description: 'has to be the node that is asked' })) },
  { $id: 'NodeTarget' },
);

export function supervisionRoutes(app: App, parts: Parts): void {
  const { service, limits, refuse: send } = parts;

  app.get(
    '/v1/supervision/tree',
    {
      schema: {
        operationId: 'getTree',
        summary: 'The live supervision tree',
        tags: ['supervision'],
        security: anybodySecurity,
        querystring: TreeParameters,
        response: { 200: TreeView },
        refusals: ['unknown-process'],
      },
    },
    async (request, reply) => {
      const { node, path = null, after = null } = request.query;
      const limit = wholeNumber('limit', request.query.limit, 1, limits.treePage, 'treePage');
      if (!limit.ok) return send(reply, limit);
      const permitted = await mayRead(request, parts, supervisionChannel);
      if (!permitted.ok) return send(reply, permitted);
      const view = service.tree({ path, after, limit: limit.value });
      if (!view.ok) return send(reply, view);
      return node === undefined || node === view.value.node ? view.value : send(reply, otherNode(node));
    },
  );

  app.post(
    '/v1/supervision/kill',
    {
      schema: {
        operationId: 'killProcess',
        summary: 'Kill a process and say what became of it',
        description: 'The body names it by exactly one of path and pid. 202: its restart takes longer.',
        tags: ['supervision'],
        security: adminSecurity,
        body: KillTarget,
        response: { 200: KillReport, 202: KillReport },
        refusals: ['unknown-process', 'stale-pid', 'not-killable'],
      },
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
      schema: {
        operationId: 'killNode',
        summary: 'End the whole node at once and uncleanly',
        description: 'Only where it was started with ZENO_CHAOS=1.',
        tags: ['supervision'],
        security: adminSecurity,
        body: NodeTarget,
        optionalBody: true,
        response: { 202: Type.Void({ description: 'It dies in a moment.' }) },
        refusals: ['unknown-process', 'not-killable'],
      },
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
      return killed.ok ? reply.code(202).send() : send(reply, killed);
    },
  );
}

function otherNode(node: string): Refusal {
  return refuse(
    'unknown-process',
    `This node does not know a node ${JSON.stringify(node)}; ask that node itself.`,
  );
}
