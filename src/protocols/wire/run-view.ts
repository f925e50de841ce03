/** One run as HTTP shows it, and what a client may say about it. Inbound shapes tolerate unknown fields. */
import { type Static, Type } from 'typebox';
import { Estimate } from './estimate.ts';

export const Pace = Type.Union([
  Type.Object({ mode: Type.Literal('sprint') }),
  Type.Object({
    mode: Type.Literal('walk'),
    termsPerSecond: Type.Number({ minimum: 0.1, description: 'up to the limit walkTermsPerSecond' }),
  }),
]);
export type Pace = Static<typeof Pace>;

export const Policy = Type.Union([
  Type.Literal('on-demand'),
  Type.Literal('continuous'),
  Type.Literal('manual'),
]);
export type Policy = Static<typeof Policy>;

export const RunState = Type.Union([
  Type.Literal('running'),
  Type.Literal('idle'),
  Type.Literal('paused'),
  Type.Literal('waiting'),
  Type.Literal('blocked'),
  Type.Literal('complete'),
]);
export type RunState = Static<typeof RunState>;

export const CurvePoint = Type.Tuple([Type.Integer({ minimum: 1 }), Type.Number()]);
/** Pairs [n, width of the enclosure], n rising: a thinned memory of the whole run. */
export const Curve = Type.Array(CurvePoint);
export type CurvePoint = Static<typeof CurvePoint>;
export type Curve = readonly CurvePoint[];

export const RunView = Type.Object(
  {
    run: Type.String(),
    series: Type.String(),
    title: Type.String(),
    formula: Type.String(),
    limit: Type.Union([Type.Object({ name: Type.String(), decimal: Type.String() }), Type.Null()]),
    version: Type.Integer({ minimum: 1 }),
    state: RunState,
    pace: Pace,
    policy: Policy,
    owner: Type.String({ description: 'the node that computes it' }),
    watchers: Type.Integer({ minimum: 0 }),
    position: Type.Object({ epoch: Type.String(), offset: Type.Integer({ minimum: 0 }) }),
    estimate: Type.Union([Estimate, Type.Null()]),
    curve: Curve,
    ranges: Type.Array(
      Type.Object({ from: Type.Integer(), to: Type.Integer(), worker: Type.Integer(), node: Type.String() }),
    ),
  },
  { additionalProperties: false, $id: 'RunView' },
);
export type RunView = Static<typeof RunView>;

/** Body of `POST /v1/series/{series}/runs`. */
export const NewRun = Type.Object({
  pace: Type.Optional(Pace),
  policy: Type.Optional(Policy),
  stopAt: Type.Optional(Type.Integer({ minimum: 1, description: 'the run completes at this n' })),
});
export type NewRun = Static<typeof NewRun>;

/** Body of `PATCH /v1/series/{run}`: what is absent stays. */
export const RunPatch = Type.Object({
  pace: Type.Optional(Pace),
  policy: Type.Optional(Policy),
  paused: Type.Optional(Type.Boolean()),
});
export type RunPatch = Static<typeof RunPatch>;
