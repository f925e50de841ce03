/** A partial sum for a client that splits the work itself: named integers that add up to the service's own bits. */
import { type Static, Type } from 'typebox';

export const PartialView = Type.Object({
  monoid: Type.Union(
    [
      Type.Literal('sum'),
      Type.Literal('fixed-point'),
      Type.Literal('triple'),
      Type.Literal('matrix'),
      Type.Literal('state'),
    ],
    { description: 'how partials merge; see docs/series.md' },
  ),
  values: Type.Record(Type.String(), Type.String(), {
    description: 'the partial as named integers in decimal digits',
  }),
  scale: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: 'values.sum is worth sum / 2^scale, counters beside it are what they are; null: no such sum',
  }),
  decimal: Type.Union([Type.String(), Type.Null()], {
    description: 'the partial as a decimal, cut off after 40 places; null where it is not one number',
  }),
  anew: Type.Optional(
    Type.Boolean({
      description:
        'a fixed-point partial of higher precision: it covers [0, to) and replaces what stood before it',
    }),
  ),
});
export type PartialView = Static<typeof PartialView>;

export const PartialAnswer = Type.Object(
  {
    series: Type.String(),
    version: Type.Integer({ minimum: 1 }),
    from: Type.Integer({ minimum: 0 }),
    to: Type.Integer({ minimum: 0 }),
    grain: Type.Integer({ minimum: 1, description: 'from and to are multiples of it' }),
    partial: Type.String({ description: 'canonical text: what a checkpoint holds' }),
    ...PartialView.properties,
  },
  { additionalProperties: false, $id: 'Partial' },
);
export type PartialAnswer = Static<typeof PartialAnswer>;
