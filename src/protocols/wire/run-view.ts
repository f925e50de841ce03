/** One run as HTTP shows it, and what a client may say about it. Inbound shapes tolerate unknown fields. */
import { type Static, Type } from 'typebox';
import { Estimate } from './estimate.ts';

const sprint = { mode: Type.Literal('sprint') };
const walk = {
  mode: Type.Literal('walk'),
  termsPerSecond: Type.Number({ minimum: 0.1, description: 'up to the limit walkTermsPerSecond' }),
};

export const Pace = Type.Union(
  [Type.Object(sprint, { additionalProperties: false }), Type.Object(walk, { additionalProperties: false })],
  { $id: 'Pace' },
);
export type Pace = Static<typeof Pace>;

/** As a client may send it. */
const PaceWish = Type.Union([Type.Object(sprint), Type.Object(walk)], { $id: 'PaceWish' });

/** Without what a client has sent beside it. */
export function exactPace(wish: Pace): Pace {
  return wish.mode === 'sprint' ? { mode: 'sprint' } : { mode: 'walk', termsPerSecond: wish.termsPerSecond };
}

export const Policy = Type.Union(
  [Type.Literal('on-demand'), Type.Literal('continuous'), Type.Literal('manual')],
  { $id: 'Policy', description: 'when a run works: while somebody watches, always, or when told to' },
);
export type Policy = Static<typeof Policy>;

export const RunState = Type.Union(
  [
    Type.Literal('running'),
    Type.Literal('idle'),
    Type.Literal('paused'),
    Type.Literal('waiting'),
    Type.Literal('blocked'),
    Type.Literal('complete'),
  ],
  { $id: 'RunState' },
);
export type RunState = Static<typeof RunState>;

export const CurvePoint = Type.Tuple([Type.Integer({ minimum: 1 }), Type.Number()]);
/** Pairs [n, width of the enclosure], n rising: a thinned memory of the whole run. */
export const Curve = Type.Array(CurvePoint);
export type CurvePoint = Static<typeof CurvePoint>;
export type Curve = readonly CurvePoint[];

export const PositionView = Type.Object(
  { epoch: Type.String(), offset: Type.Integer({ minimum: 0 }) },
  { additionalProperties: false, $id: 'Position' },
);

const Limit = Type.Object(
  { name: Type.String(), decimal: Type.String({ description: 'its first digits' }) },
  { additionalProperties: false },
);

/** Terms [from, to) that a worker has been given. */
const RangeView = Type.Object(
  { from: Type.Integer(), to: Type.Integer(), worker: Type.Integer(), node: Type.String() },
  { additionalProperties: false },
);

export const RunView = Type.Object(
  {
    run: Type.String(),
    series: Type.String(),
    title: Type.String(),
    formula: Type.String(),
    limit: Type.Union([Limit, Type.Null()]),
    version: Type.Integer({ minimum: 1 }),
    state: RunState,
    pace: Pace,
    policy: Policy,
    owner: Type.String({ description: 'the node that computes it' }),
    watchers: Type.Integer({ minimum: 0 }),
    position: PositionView,
    estimate: Type.Union([Estimate, Type.Null()]),
    curve: Curve,
    ranges: Type.Array(RangeView),
  },
  { additionalProperties: false, $id: 'RunView' },
);
export type RunView = Static<typeof RunView>;

/** Body of `POST /v1/series/{series}/runs`. */
export const NewRun = Type.Object(
  {
    pace: Type.Optional(PaceWish),
    policy: Type.Optional(Policy),
    stopAt: Type.Optional(Type.Integer({ minimum: 1, description: 'the run completes at this n' })),
  },
  { $id: 'NewRun' },
);
export type NewRun = Static<typeof NewRun>;

/** Body of `PATCH /v1/series/{run}`: what is absent stays. */
export const RunPatch = Type.Object(
  {
    pace: Type.Optional(PaceWish),
    policy: Type.Optional(Policy),
    paused: Type.Optional(Type.Boolean()),
  },
  { $id: 'RunPatch' },
);
export type RunPatch = Static<typeof RunPatch>;
