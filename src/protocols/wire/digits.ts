/** A page of the digits that both ends of a run's enclosure share: proven ones, where its bound is rigorous. */
import { type Static, Type } from 'typebox';
import { BoundKind } from './estimate.ts';
import { PositionView } from './run-view.ts';

export const DigitsView = Type.Object(
  {
    run: Type.String(),
    position: PositionView,
    n: Type.Integer({ minimum: 0, description: 'terms of the estimate they come from' }),
    bound: BoundKind,
    total: Type.Integer({ minimum: 0, description: 'significant digits that both ends share' }),
    point: Type.Integer({ minimum: 0, description: 'how many of them stand before the decimal point' }),
    zeros: Type.Integer({ minimum: 0, description: 'zeros between the point and the first of them' }),
    from: Type.Integer({ minimum: 0, description: 'index of the first digit here; 0 is the first of all' }),
    digits: Type.String({ pattern: '^[0-9]*$' }),
  },
  { additionalProperties: false, $id: 'Digits' },
);
export type DigitsView = Static<typeof DigitsView>;
