/** What the Lua files answer, checked. What no Zeno has written is an `UnreadableRow`. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Checkpoint, Committed, HistoryRow, Holder } from '../protocols/ports/store.ts';
import type { Epoch, Offset } from '../protocols/position.ts';
import { decodeCurve, UnreadableRow } from './stored-text.ts';

const text = Type.String();
const textOrNull = Type.Union([text, Type.Null()]);
const checkpointFields = [text, text, text, text, text, textOrNull] as const;

const checkpointShape = Compile(Type.Tuple([...checkpointFields]));
const claimedShape = Compile(Type.Tuple([text, ...checkpointFields]));
const startedShape = Compile(Type.Tuple([Type.Literal('started'), ...checkpointFields]));
const gapShape = Compile(Type.Tuple([Type.Literal('gap'), text, text, text]));
const rowShape = Type.Tuple([text, Type.Tuple([text, text, text, text])]);
const readShape = Compile(Type.Tuple([textOrNull, textOrNull, textOrNull, textOrNull, Type.Array(rowShape)]));

/** A whole number in the text it is stored as. */
export function wholeNumber(stored: string, what: string): number {
  const value = /^(0|[1-9][0-9]*)$/.test(stored) ? Number(stored) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new UnreadableRow(what);
  return value;
}

const offsetOf = (stored: string) => wholeNumber(stored, 'offset') as Offset;

type CheckpointFields = readonly [string, string, string, string, string, string | null];

function checkpointOf([epoch, offset, n, state, curve, estimate]: CheckpointFields): Checkpoint {
  return {
    position: { epoch: epoch as Epoch, offset: offsetOf(offset) },
    n: wholeNumber(n, 'n'),
    state,
    curve: decodeCurve(curve),
    estimate,
  };
}

/** Null for a run that is not there. */
export function readCheckpoint(answer: unknown): Checkpoint | null {
  if (Array.isArray(answer) && answer[0] === null) return null;
  if (!checkpointShape.Check(answer)) throw new UnreadableRow('checkpoint');
  return checkpointOf(answer);
}

export function readClaimed(answer: unknown): { readonly holder: Holder; readonly checkpoint: Checkpoint } {
  if (!claimedShape.Check(answer)) throw new UnreadableRow('checkpoint');
  const [holder, ...fields] = answer;
  return { holder: holder as Holder, checkpoint: checkpointOf(fields) };
}

export function readCommitted(answer: unknown): Exclude<Committed, { kind: 'unavailable' }> {
  if (gapShape.Check(answer)) {
    const [, epoch, offset, n] = answer;
    return {
      kind: 'gap',
      position: { epoch: epoch as Epoch, offset: offsetOf(offset) },
      n: wholeNumber(n, 'n'),
    };
  }
  return { kind: isWord(answer, 'fenced') ? 'fenced' : 'committed' };
}

/** Null: fenced. */
export function readStarted(answer: unknown): Checkpoint | null {
  if (isWord(answer, 'fenced')) return null;
  if (!startedShape.Check(answer)) throw new UnreadableRow('checkpoint');
  const [, ...fields] = answer;
  return checkpointOf(fields);
}

export interface ReadHistory {
  readonly epoch: Epoch;
  readonly offset: Offset;
  readonly oldest: Offset;
  readonly estimate: string | null;
  readonly rows: readonly HistoryRow[];
}

/** Null for a run that is not there. */
export function readHistory(answer: unknown): ReadHistory | null {
  if (!readShape.Check(answer)) throw new UnreadableRow('history');
  const [epoch, offset, oldest, estimate, rows] = answer;
  if (epoch === null) return null;
  if (offset === null || oldest === null) throw new UnreadableRow('checkpoint');
  return {
    epoch: epoch as Epoch,
    offset: offsetOf(offset),
    oldest: offsetOf(oldest),
    estimate,
    rows: rows.map(([id, [, row]]) => ({ offset: offsetOf(id.replace(/-0$/, '')), estimate: row })),
  };
}

function isWord(answer: unknown, word: string): boolean {
  return Array.isArray(answer) && answer[0] === word;
}
