/**
 * JSON Schema as our documents may say it: the keywords of 2020-12 that are in use, each with what it may hold, and
 * every other one is a fault. Draft 7, which AsyncAPI speaks, is the same without `prefixItems`.
 */
import { type TProperties, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const Count = Type.Integer({ minimum: 0 });
const Kind = Type.Union(
  ['string', 'number', 'integer', 'boolean', 'null', 'object', 'array'].map((kind) => Type.Literal(kind)),
);
const Sub = Type.Ref('JsonSchema');

function schemaShape(more: TProperties) {
  return Compile(
    Type.Cyclic(
      {
        JsonSchema: Type.Union([
          Type.Boolean(),
          Type.Object({ $ref: Type.String({ pattern: '^#/' }) }, { additionalProperties: false }),
          Type.Object(
            {
              type: Type.Optional(Kind),
              description: Type.Optional(Type.String({ minLength: 1 })),
              const: Type.Optional(Type.Unknown()),
              enum: Type.Optional(Type.Array(Type.Unknown(), { minItems: 1, uniqueItems: true })),
              anyOf: Type.Optional(Type.Array(Sub, { minItems: 1 })),
              allOf: Type.Optional(Type.Array(Sub, { minItems: 1 })),
              properties: Type.Optional(Type.Record(Type.String(), Sub)),
              patternProperties: Type.Optional(Type.Record(Type.String(), Sub)),
              additionalProperties: Type.Optional(Sub),
              required: Type.Optional(Type.Array(Type.String(), { uniqueItems: true })),
              items: Type.Optional(Sub),
              minItems: Type.Optional(Count),
              maxItems: Type.Optional(Count),
              uniqueItems: Type.Optional(Type.Boolean()),
              pattern: Type.Optional(Type.String()),
              format: Type.Optional(Type.Literal('date-time')),
              minLength: Type.Optional(Count),
              maxLength: Type.Optional(Count),
              minimum: Type.Optional(Type.Number()),
              maximum: Type.Optional(Type.Number()),
              ...more,
            },
            { additionalProperties: false },
          ),
        ]),
      },
      'JsonSchema',
    ),
  );
}

export const schema202012 = schemaShape({
  prefixItems: Type.Optional(Type.Array(Sub, { minItems: 1 })),
});
export const schemaDraft7 = schemaShape({});
