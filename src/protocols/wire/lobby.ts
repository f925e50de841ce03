/** The list of live runs: whole, or what changed in it since a version. */
import { type Static, Type } from 'typebox';
import { RunState } from './run-view.ts';

export const LobbyItem = Type.Object(
  {
    run: Type.String(),
    series: Type.String(),
    state: RunState,
    n: Type.Integer({ minimum: 0 }),
    digits: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
    rate: Type.Integer({ minimum: 0 }),
    watchers: Type.Integer({ minimum: 0 }),
    owner: Type.String(),
    offset: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false, $id: 'LobbyItem' },
);
export type LobbyItem = Static<typeof LobbyItem>;

export const LobbyChange = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    op: Type.Union([Type.Literal('put'), Type.Literal('remove')]),
    run: Type.String(),
    item: Type.Optional(LobbyItem),
  },
  { additionalProperties: false, $id: 'LobbyChange' },
);
export type LobbyChange = Static<typeof LobbyChange>;

export const LobbyView = Type.Union(
  [
    Type.Object(
      {
        epoch: Type.String(),
        version: Type.Integer({ minimum: 0 }),
        snapshot: Type.Literal(true),
        series: Type.Array(LobbyItem),
      },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        epoch: Type.String(),
        version: Type.Integer({ minimum: 0 }),
        snapshot: Type.Literal(false),
        changes: Type.Array(LobbyChange),
      },
      { additionalProperties: false },
    ),
  ],
  { $id: 'LobbyView' },
);
export type LobbyView = Static<typeof LobbyView>;
