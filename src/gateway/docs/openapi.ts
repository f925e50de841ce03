/**
 * The OpenAPI document of the routes that were recorded while the app was built. It is made by an app of its own, which
 * never serves: so its library need not be loaded before somebody asks.
 */
import { fastifySwagger } from '@fastify/swagger';
import { type FastifySchema, fastify } from 'fastify';
import type { RefusalCode } from '../../protocols/refusal.ts';
import { loginCookie } from '../admin.ts';
import { information } from './information.ts';
import { type Json, References } from './references.ts';
import { faultAnswer, refusalAnswers } from './refusals.ts';
import type { Route, StreamSchema } from './route-schema.ts';

const description = `Zeno computes mathematical series that never end and streams every improved estimate. What is said
over its streams and over the WebSocket is described by /asyncapi.json. A position is \`<epoch>:<offset>\`: an epoch is one
unbroken history of a run, offsets count its estimates from 1 without a hole.`;

const tags = [
  { name: 'runs', description: 'What is computed: the list, one run, its digits, runs of one’s own.' },
  { name: 'streams', description: 'Estimates and events as they come.' },
  { name: 'supervision', description: 'The processes of a node: the tree, and kills.' },
  { name: 'login', description: 'A token for a cookie.' },
  { name: 'node', description: 'For whoever runs it.' },
];

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The admin token of the node, the value of a login, or a JWT where the node takes them. Where reading is open, none is needed to read.',
  },
  login: {
    type: 'apiKey',
    in: 'cookie',
    name: loginCookie,
    description: 'Made by POST /v1/login. A request that changes something needs an Origin beside it.',
  },
} as const;

export async function openApiOf(routes: readonly Route[]): Promise<object> {
  const references = new References('prefixItems');
  const app = fastify({ exposeHeadRoutes: false });
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => String);
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { ...information, description },
      servers: [{ url: '/' }],
      tags,
      components: { securitySchemes },
    },
    convertConstToEnum: false,
    transform: ({ schema, url, route }) => ({ schema: described(schema, route.method, references), url }),
  });
  for (const route of routes) app.route({ ...route, schema: route.schema ?? {}, handler: async () => null });
  await app.ready();
  const document = app.swagger();
  await app.close();
  if (!('openapi' in document)) throw new Error('the description is of another kind than was asked for');
  const optional = routes.flatMap(({ schema }) => (schema?.optionalBody ? [schema.operationId] : []));
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of [path?.post, path?.patch, path?.delete]) {
      const { requestBody: body, operationId } = operation ?? {};
      if (body && 'content' in body && optional.includes(operationId)) body.required = false;
    }
  }
  const schemas = Object.fromEntries([...references.schemas].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { ...document, components: { ...document.components, schemas } };
}

/** Whoever looks at credentials may find them missing, wrong or, for now, impossible to check. */
const credentialRefusals: readonly RefusalCode[] = ['unauthorized', 'forbidden', 'not-ready'];

/** The route's schema with every answer it may give. */
function described(
  schema: FastifySchema,
  method: string | readonly string[],
  references: References,
): FastifySchema {
  const { body, querystring, params, refusals = [], stream, produces, security, message } = schema;
  const codes = new Set<RefusalCode>(['origin-refused', ...refusals]);
  const hasBody = method !== 'GET';
  if (hasBody || querystring || params) codes.add('bad-request');
  if (hasBody) codes.add('payload-too-large');
  if (security) for (const code of credentialRefusals) codes.add(code);
  return {
    ...schema,
    ...(body !== undefined && { body: bodyOf({ 'application/json': body }, references) }),
    ...(message !== undefined && { body: bodyOf(message, references) }),
    response: {
      ...answers(schema.response, produces?.[0] ?? 'application/json', references),
      ...(stream && { 200: streamAnswer(stream, references) }),
      ...refusalAnswers(codes, references),
      default: faultAnswer(references),
    },
  };
}

function bodyOf(schemas: Readonly<Record<string, unknown>>, references: References): Json {
  const content = Object.entries(schemas).map(([type, schema]) => [type, { schema: references.to(schema) }]);
  return { content: Object.fromEntries(content) };
}

function streamAnswer({ mediaTypes, description, sent }: StreamSchema, references: References): Json {
  const named = Object.entries(sent ?? {}).map(
    ([name, { payload }]) => [name, references.to(payload)] as const,
  );
  const media = { schema: { type: 'string' }, ...(sent && { 'x-events': Object.fromEntries(named) }) };
  return { description, content: Object.fromEntries(mediaTypes.map((type) => [type, media])) };
}

/** What is answered to requests that are obeyed. */
function answers(response: unknown, mediaType: string, references: References): Record<string, Json> {
  if (typeof response !== 'object' || response === null) return {};
  return Object.fromEntries(
    Object.entries(response).map(([status, schema]) => [
      status,
      answer(status, schema, mediaType, references),
    ]),
  );
}

const said: Readonly<Record<string, string>> = {
  200: 'As asked.',
  201: 'It is there now.',
  202: 'Accepted; it goes on.',
  204: 'Done.',
};
const located = { location: { type: 'string', description: 'address of what was made' } };

function answer(status: string, schema: object, mediaType: string, references: References): Json {
  const { type, description, headers } = { type: null, description: null, headers: null, ...schema };
  const words = typeof description === 'string' ? description : (said[status] ?? '');
  const sent = headers === null ? (status === '201' ? located : null) : references.to(headers);
  return {
    description: words,
    ...(sent !== null && { headers: sent }),
    ...(type === 'null' || type === 'void'
      ? { type: 'null' }
      : { content: { [mediaType]: { schema: references.to(schema) } } }),
  };
}
