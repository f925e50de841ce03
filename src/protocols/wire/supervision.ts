/** The supervision tree as it is shown, what a kill is asked and answers, and the feed of what happens in it. */
import { type Static, type TProperties, Type } from 'typebox';

const PidText = Type.String({ pattern: '^p[0-9a-z]+$' });
const Path = Type.String({ description: 'ids from the root, joined by /' });

export const TreeNode = Type.Cyclic(
  {
    TreeNode: Type.Object(
      {
        id: Type.String(),
        path: Path,
        kind: Type.Union([Type.Literal('supervisor'), Type.Literal('worker')]),
        strategy: Type.Optional(Type.String()),
        state: Type.Union([Type.Literal('running'), Type.Literal('restarting'), Type.Literal('stopped')]),
        pid: Type.Union([PidText, Type.Null()]),
        restarts: Type.Integer({ minimum: 0, description: 'of this child under its present supervisor' }),
        mailbox: Type.Integer({ minimum: 0, description: 'messages waiting' }),
        childCount: Type.Integer({ minimum: 0 }),
        children: Type.Array(Type.Ref('TreeNode')),
        next: Type.Union([Type.String(), Type.Null()], { description: 'pass as ?after= for the next page' }),
      },
      { additionalProperties: false },
    ),
  },
  'TreeNode',
);
export type TreeNode = Static<typeof TreeNode>;

export const TreeView = Type.Object(
  { node: Type.String(), at: Type.String({ format: 'date-time' }), root: TreeNode },
  { additionalProperties: false, $id: 'TreeView' },
);
export type TreeView = Static<typeof TreeView>;

/** Body of `POST /v1/supervision/kill`: exactly one of the two. */
export const KillTarget = Type.Object(
  { path: Type.Optional(Path), pid: Type.Optional(Type.String()) },
  { $id: 'KillTarget' },
);
export type KillTarget = Static<typeof KillTarget>;

const Replaced = Type.Object(
  { path: Path, oldPid: PidText, newPid: Type.Union([PidText, Type.Null()]) },
  { additionalProperties: false },
);
export type Replaced = Static<typeof Replaced>;

export const KillReport = Type.Object(
  {
    path: Path,
    oldPid: PidText,
    newPid: Type.Union([PidText, Type.Null()]),
    outcome: Type.Union([
      Type.Literal('restarted'),
      Type.Literal('not-restarted'),
      Type.Literal('escalated'),
      Type.Literal('pending'),
    ]),
    restartLatencyUs: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
      description: 'from the exit to the end of the new incarnation’s init',
    }),
    strategy: Type.String(),
    alsoRestarted: Type.Array(Replaced),
  },
  { additionalProperties: false, $id: 'KillReport' },
);
export type KillReport = Static<typeof KillReport>;

const numbered = {
  seq: Type.Integer({ minimum: 1, description: 'rising by one; a hole shows that this reader was too slow' }),
  at: Type.String({ format: 'date-time' }),
};
const common = { ...numbered, path: Path, pid: PidText };
const lost = {
  ...numbered,
  path: Type.Union([Path, Type.Null()]),
  pid: Type.Union([PidText, Type.Null()]),
  total: Type.Integer({ minimum: 1 }),
};

const entry = <P extends TProperties>(name: string, properties: P) =>
  Type.Object(properties, { additionalProperties: false, $id: `${name}Entry` });

/** One entry of the feed at `/v1/supervision/events`. */
export const SupervisionEvent = Type.Union(
  [
    entry('Start', { type: Type.Literal('start'), ...common }),
    entry('Exit', { type: Type.Literal('exit'), ...common, reason: Type.String() }),
    entry('Restart', {
      type: Type.Literal('restart'),
      ...numbered,
      path: Path,
      oldPid: PidText,
      newPid: PidText,
      latencyUs: Type.Integer({ minimum: 0 }),
      strategy: Type.String(),
      alsoRestarted: Type.Array(Replaced),
    }),
    entry('IntensityExceeded', {
      type: Type.Literal('intensity-exceeded'),
      ...common,
      restarts: Type.Integer(),
    }),
    entry('DeadLetter', { type: Type.Literal('dead-letter'), ...lost }),
    entry('Dropped', { type: Type.Literal('dropped'), ...lost }),
    entry('Note', { type: Type.Literal('note'), ...common, note: Type.String() }),
  ],
  { $id: 'SupervisionEvent' },
);
export type SupervisionEvent = Static<typeof SupervisionEvent>;
