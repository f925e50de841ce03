/**
 * What is published at some n. The JSON text of an estimate is made once, when it is committed, and stored; live
 * delivery, replay and every transport send those same bytes.
 */
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const Decimal = Type.String({
  pattern: '^-?[0-9]+(\\.[0-9]+)?$',
  description: 'sign, digits, at most one point',
});

export const BoundKind = Type.Union([
  Type.Literal('rigorous'),
  Type.Literal('statistical'),
  Type.Literal('conditional'),
  Type.Literal('exact'),
]);
export type BoundKind = Static<typeof BoundKind>;

/** The proven asymptotic tail applied to the first `terms` terms, with its own enclosure of the limit. */
export const Accelerated = Type.Object(
  {
    terms: Type.Integer({ minimum: 1 }),
    decimal: Decimal,
    lower: Decimal,
    upper: Decimal,
    digits: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false },
);
export type Accelerated = Static<typeof Accelerated>;

export const Estimate = Type.Object(
  {
    run: Type.String(),
    n: Type.Integer({ minimum: 1, description: 'terms taken' }),
    value: Type.Number({ description: 'the double nearest to the estimate' }),
    decimal: Type.String({ ...Decimal, description: 'the estimate with all digits its arithmetic honours' }),
    lower: Type.Union([Decimal, Type.Null()], { description: 'no greater than the limit' }),
    upper: Type.Union([Decimal, Type.Null()], { description: 'no less than the limit' }),
    digits: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
      description: 'significant digits in the common prefix of lower and upper',
    }),
    bound: BoundKind,
    values: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'named numbers beside the estimate, in decimal digits: counts, and what is extrapolated',
      }),
    ),
    accelerated: Type.Optional(Accelerated),
    rate: Type.Integer({ minimum: 0, description: 'terms a second, lately' }),
    at: Type.String({ format: 'date-time' }),
    skipped: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'estimates left out before this one for a client that was too slow',
      }),
    ),
  },
  { additionalProperties: false, $id: 'Estimate' },
);
export type Estimate = Static<typeof Estimate>;

const compiled = Compile(Estimate);

/** The estimate's JSON text, as it is stored and sent. Throws where it is none: what is stored has to be readable again. */
export function writeEstimate(estimate: Estimate): string {
  if (compiled.Check(estimate)) return JSON.stringify(estimate);
  const [error] = compiled.Errors(estimate);
  throw new TypeError(`no estimate: ${error?.instancePath ?? ''} ${error?.message ?? ''}`);
}

/** The estimate in its stored JSON text. Throws on any other text: stored texts were made from an `Estimate`. */
export function readEstimate(text: string): Estimate {
  return compiled.Parse(JSON.parse(text));
}

/** An estimate's JSON text for a client that was too slow for the `skipped` estimates before it. */
export function withSkipped(estimate: string, skipped: number): string {
  return `${estimate.slice(0, -1)},"skipped":${skipped}}`;
}
