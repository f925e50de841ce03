/** What a run's stream says besides estimates, the same over every transport. */
import { type Static, Type } from 'typebox';
import { Estimate } from './estimate.ts';
import { RunState } from './run-view.ts';

export const SnapshotReason = Type.Union([
  Type.Literal('first'),
  Type.Literal('bad-position'),
  Type.Literal('epoch-changed'),
  Type.Literal('history-gone'),
]);
export type SnapshotReason = Static<typeof SnapshotReason>;

/** Data of `event: snapshot`: the client starts anew from this position. */
export const Snapshot = Type.Object(
  {
    recovered: Type.Literal(false),
    reason: SnapshotReason,
    epoch: Type.String(),
    offset: Type.Integer({ minimum: 0 }),
    estimate: Type.Union([Estimate, Type.Null()]),
  },
  { additionalProperties: false, $id: 'Snapshot' },
);
export type Snapshot = Static<typeof Snapshot>;

/** The same in a stream of several runs. */
export const SnapshotOfRun = Type.Object(
  { run: Type.String(), ...Snapshot.properties },
  { additionalProperties: false, $id: 'SnapshotOfRun' },
);

/** Data of `event: state`; `recovered` and `missed` stand only in the first event of a successful resume. */
export const StateChange = Type.Object(
  {
    run: Type.String(),
    state: RunState,
    reason: Type.Union([Type.String(), Type.Null()]),
    recovered: Type.Optional(Type.Literal(true)),
    missed: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false, $id: 'StateChange' },
);
export type StateChange = Static<typeof StateChange>;

/** Data of `event: bye`: the server ends this stream; come back after `reconnectMs`. */
export const Bye = Type.Object(
  { reason: Type.String(), reconnectMs: Type.Integer({ minimum: 0 }) },
  { additionalProperties: false, $id: 'Bye' },
);
export type Bye = Static<typeof Bye>;
