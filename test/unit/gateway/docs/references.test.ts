import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { References } from '../../../../src/gateway/docs/references.ts';

const Colour = Type.Union([Type.Literal('red'), Type.Literal('blue')], { $id: 'Colour' });
const Thing = Type.Object({ colour: Colour, pair: Type.Tuple([Type.Number(), Colour]) }, { $id: 'Thing' });

describe('references', () => {
  it('put what has a name among the components, once, and refer to it from everywhere', () => {
    const references = new References('prefixItems');
    expect(references.to(Type.Array(Thing))).toEqual({
      type: 'array',
      items: { $ref: '#/components/schemas/Thing' },
    });
    expect(references.to(Colour)).toEqual({ $ref: '#/components/schemas/Colour' });
    expect(Object.fromEntries(references.schemas)).toEqual({
      Colour: { type: 'string', enum: ['red', 'blue'] },
      Thing: {
        type: 'object',
        required: ['colour', 'pair'],
        properties: {
          colour: { $ref: '#/components/schemas/Colour' },
          pair: {
            type: 'array',
            prefixItems: [{ type: 'number' }, { $ref: '#/components/schemas/Colour' }],
            items: false,
            minItems: 2,
          },
        },
      },
    });
  });

  it('say a tuple in the words of draft 7 where the document does', () => {
    expect(new References('items').to(Type.Tuple([Type.Null()]))).toEqual({
      type: 'array',
      items: [{ type: 'null' }],
      additionalItems: false,
      minItems: 1,
    });
  });

  it('follow a schema that contains itself', () => {
    const Node = Type.Cyclic({ Node: Type.Object({ below: Type.Array(Type.Ref('Node')) }) }, 'Node');
    const references = new References('prefixItems');
    const node = { $ref: '#/components/schemas/Node' };
    expect(references.to(Type.Object({ node: Node }))).toMatchObject({ properties: { node } });
    expect(references.schemas.get('Node')).toMatchObject({
      properties: { below: { type: 'array', items: node } },
    });
  });

  it('keep a union that is more than literals of one type as it is', () => {
    const references = new References('prefixItems');
    const mixed = Type.Union([Type.Literal('a'), Type.Literal(1)]);
    expect(references.to(mixed)).toEqual({
      anyOf: [
        { type: 'string', const: 'a' },
        { type: 'number', const: 1 },
      ],
    });
    const nullable = Type.Union([Type.Literal('a'), Type.Null()]);
    expect(references.to(nullable)).toEqual({ anyOf: [{ type: 'string', const: 'a' }, { type: 'null' }] });
  });

  it('do not take two schemas for one because they have the same name', () => {
    const references = new References('prefixItems');
    references.to(Type.Object({ a: Type.String({ $id: 'Name' }) }));
    expect(() => references.to(Type.Integer({ $id: 'Name' }))).toThrow('two schemas have the name Name');
  });
});
