/** OpenAPI 3.1 as far as our document goes into it: every field that may stand there, and nothing else. */
import { type TProperties, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const only = (properties: TProperties) => Type.Object(properties, { additionalProperties: false });
const Words = Type.String({ minLength: 1 });
const mapOf = (value: Parameters<typeof Type.Array>[0]) => Type.Record(Type.String(), value);
/** Held against the shape of a schema on its own. */
const Schema = Type.Unknown();

const Media = mapOf(only({ schema: Schema, 'x-events': Type.Optional(mapOf(Schema)) }));
const Header = only({ schema: Schema, description: Type.Optional(Words) });
const Response = only({
  description: Words,
  headers: Type.Optional(mapOf(Header)),
  content: Type.Optional(Media),
});
const Parameter = only({
  name: Words,
  in: Type.Union([Type.Literal('path'), Type.Literal('query'), Type.Literal('header')]),
  required: Type.Boolean(),
  description: Words,
  schema: Schema,
});
const Operation = only({
  operationId: Type.String({ pattern: '^[a-z][A-Za-z]+$' }),
  summary: Words,
  description: Type.Optional(Words),
  tags: Type.Array(Words, { minItems: 1, maxItems: 1 }),
  security: Type.Optional(Type.Array(mapOf(Type.Array(Type.String())))),
  parameters: Type.Optional(Type.Array(Parameter)),
  requestBody: Type.Optional(
    only({ required: Type.Boolean(), content: Media, description: Type.Optional(Words) }),
  ),
  responses: Type.Record(Type.String({ pattern: '^([1-5][0-9]{2}|default)$' }), Response, {
    minProperties: 2,
  }),
});

export const openApiShape = Compile(
  only({
    openapi: Type.Literal('3.1.0'),
    info: only({
      title: Words,
      version: Type.String({ pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+$' }),
      description: Words,
      license: only({ name: Words, url: Words }),
    }),
    servers: Type.Array(only({ url: Words }), { minItems: 1 }),
    tags: Type.Array(only({ name: Words, description: Words })),
    paths: Type.Record(
      Type.String({ pattern: '^/' }),
      only({
        get: Type.Optional(Operation),
        post: Type.Optional(Operation),
        patch: Type.Optional(Operation),
        delete: Type.Optional(Operation),
      }),
    ),
    components: only({
      schemas: mapOf(Schema),
      securitySchemes: mapOf(
        Type.Union([
          only({ type: Type.Literal('http'), scheme: Type.Literal('bearer'), description: Words }),
          only({ type: Type.Literal('apiKey'), in: Type.Literal('cookie'), name: Words, description: Words }),
        ]),
      ),
    }),
  }),
);
