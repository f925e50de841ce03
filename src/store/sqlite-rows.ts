/**
 * From what SQL returned, which is unknown, to what the store means by it. Every row is checked: a file that was
 * damaged or edited in a way SQLite does not notice shows here, as `UnreadableRow`, and not as a wrong number.
 */
import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Checkpoint, Holder } from '../protocols/ports/store.ts';
import type { Epoch, Offset } from '../protocols/position.ts';
import { decodeCurve, UnreadableRow } from './stored-text.ts';

const whole = Type.Integer({ minimum: 0 });
const offset = Type.Unsafe<Offset>(whole);
const epoch = Type.Unsafe<Epoch>(Type.String());
const text = Type.String();

/** null for no row. */
export type Reader<T> = (row: unknown) => T | null;

export const standingRow = reader(
  'checkpoint',
  Type.Object({
    id: whole,
    version: Type.Integer(),
    holder: Type.Unsafe<Holder>(text),
    epoch,
    offset,
    n: whole,
    oldest: whole,
    bytes: whole,
  }),
);

export const topRow = reader(
  'checkpoint',
  Type.Object({ id: whole, epoch, offset, oldest: offset, estimate: Type.Union([text, Type.Null()]) }),
);

const checkpointFields = reader(
  'checkpoint',
  Type.Object({
    epoch,
    offset,
    n: whole,
    state: text,
    curve: text,
    estimate: Type.Union([text, Type.Null()]),
  }),
);

export const historyRow = reader('history row', Type.Object({ offset, estimate: text }));
export const agedRow = reader('history row', Type.Object({ atMs: Type.Integer(), bytes: whole }));
export const recordRow = reader('run record', Type.Object({ record: text }));
export const claimsRow = reader('count of claims', Type.Object({ taken: whole }));

export const checkpointRow: Reader<Checkpoint> = (row) => {
  const fields = checkpointFields(row);
  if (fields === null) return null;
  const { epoch, offset, n, state, curve, estimate } = fields;
  return { position: { epoch, offset }, n, state, curve: decodeCurve(curve), estimate };
};

/** For a row that has to be there. */
export function present<T>(row: T | null, what: string): T {
  if (row === null) throw new UnreadableRow(`${what}: missing`);
  return row;
}

function reader<Row extends TSchema>(what: string, schema: Row): Reader<Static<Row>> {
  const shape = Compile(schema);
  return (row) => {
    if (row === undefined) return null;
    if (!shape.Check(row)) throw new UnreadableRow(what);
    return row;
  };
}
