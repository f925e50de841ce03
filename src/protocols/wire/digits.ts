/** A page of a run's proven digits. */
import { type Static, Type } from 'typebox';

export const DigitsView = Type.Object(
  {
    run: Type.String(),
    position: Type.Object({ epoch: Type.String(), offset: Type.Integer({ minimum: 0 }) }),
    n: Type.Integer({ minimum: 0, description: 'terms of the estimate that proves them' }),
    total: Type.Integer({ minimum: 0, description: 'significant digits that are proven' }),
    point: Type.Integer({ minimum: 0, description: 'how many of them stand before the decimal point' }),
    zeros: Type.Integer({ minimum: 0, description: 'zeros between the point and the first of them' }),
    from: Type.Integer({ minimum: 0, description: 'index of the first digit here; 0 is the first of all' }),
    digits: Type.String({ pattern: '^[0-9]*$' }),
  },
  { additionalProperties: false, $id: 'Digits' },
);
export type DigitsView = Static<typeof DigitsView>;
