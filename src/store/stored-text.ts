/**
 * Records and curves as text, the way every home keeps them. What goes in is checked by the schema that reads it
 * back: a bug shows where it is made, and never becomes a row that can't be read again.
 */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { RunId, SeriesId, UserId } from '../protocols/identity.ts';
import type { RunRecord } from '../protocols/ports/store.ts';
import { Curve, type Curve as CurvePoints, Pace, Policy } from '../protocols/wire/run-view.ts';

const runRecord = Compile(
  Type.Object({
    run: Type.Unsafe<RunId>(Type.String()),
    series: Type.Unsafe<SeriesId>(Type.String()),
    pace: Pace,
    policy: Policy,
    paused: Type.Boolean(),
    stopAt: Type.Union([Type.Integer(), Type.Null()]),
    user: Type.Union([Type.Unsafe<UserId>(Type.String()), Type.Null()]),
    createdAt: Type.Integer(),
  }),
);
const curvePoints = Compile(Curve);

/** Something stored that no Zeno has written so: the file was damaged, or edited by hand. */
export class UnreadableRow extends Error {
  constructor(what: string) {
    super(`unreadable ${what}`);
    this.name = 'UnreadableRow';
  }
}

export function encodeRun(record: RunRecord): string {
  if (!runRecord.Check(record)) throw new TypeError(`not a run record: ${JSON.stringify(record)}`);
  return JSON.stringify(record);
}

/** Throws `UnreadableRow`. */
export function decodeRun(text: string): RunRecord {
  const record = parse(text, 'run record');
  if (!runRecord.Check(record)) throw new UnreadableRow('run record');
  return record;
}

/** Widths have to be finite: JSON knows no other numbers. */
export function encodeCurve(curve: CurvePoints): string {
  if (!curvePoints.Check(curve)) throw new TypeError('not a curve: pairs [n ≥ 1, finite width]');
  return JSON.stringify(curve);
}

/** Throws `UnreadableRow`. */
export function decodeCurve(text: string): CurvePoints {
  const curve = parse(text, 'curve');
  if (!curvePoints.Check(curve)) throw new UnreadableRow('curve');
  return curve;
}

/** The order of creation: by time, then by id, so that every home lists alike. */
export function byCreation(one: RunRecord, other: RunRecord): number {
  return one.createdAt - other.createdAt || (one.run < other.run ? -1 : 1);
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableRow(what);
  }
}
