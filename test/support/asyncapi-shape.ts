/** AsyncAPI 3.0 as far as our document goes into it: every field that may stand there, and nothing else. */
import { type TProperties, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const only = (properties: TProperties) => Type.Object(properties, { additionalProperties: false });
const Words = Type.String({ minLength: 1 });
const Named = Type.String({ pattern: '^[A-Za-z0-9_.-]+$' });
const mapOf = (value: Parameters<typeof Type.Array>[0]) => Type.Record(Named, value);
const Reference = only({ $ref: Type.String({ pattern: '^#/' }) });
const Schema = Type.Unknown();

const Server = only({
  host: Words,
  protocol: Type.Union([Type.Literal('ws'), Type.Literal('http')]),
  description: Words,
  variables: mapOf(only({ default: Words, description: Words })),
});
const Channel = only({
  address: Words,
  title: Words,
  description: Words,
  servers: Type.Array(Reference, { minItems: 1 }),
  messages: mapOf(Reference),
  parameters: Type.Optional(mapOf(only({ description: Words }))),
  bindings: Type.Optional(
    only({ ws: only({ method: Type.Literal('GET'), bindingVersion: Type.Literal('0.1.0') }) }),
  ),
});
const Operation = only({
  action: Type.Union([Type.Literal('send'), Type.Literal('receive')]),
  title: Type.Optional(Words),
  summary: Type.Optional(Words),
  channel: Reference,
  messages: Type.Array(Reference, { minItems: 1 }),
  reply: Type.Optional(only({ channel: Reference, messages: Type.Array(Reference, { minItems: 1 }) })),
  bindings: Type.Optional(
    only({
      http: only({
        method: Type.Union([Type.Literal('GET'), Type.Literal('POST')]),
        bindingVersion: Type.Literal('0.3.0'),
      }),
    }),
  ),
});

export const asyncApiShape = Compile(
  only({
    asyncapi: Type.Literal('3.0.0'),
    info: only({
      title: Words,
      version: Words,
      description: Words,
      license: only({ name: Words, url: Words }),
    }),
    defaultContentType: Type.Literal('application/json'),
    servers: mapOf(Server),
    channels: mapOf(Channel),
    operations: mapOf(Operation),
    components: only({
      messages: mapOf(only({ name: Words, summary: Words, payload: Reference })),
      schemas: mapOf(Schema),
    }),
  }),
);
