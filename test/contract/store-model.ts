/**
 * The Store port as a tiny pure model: every row ever committed is kept in a plain list and each answer is worked
 * out anew from it, so that it shares neither code nor bookkeeping with the homes it judges.
 */
import type { RunId } from '../../src/protocols/identity.ts';
import type {
  Checkpoint,
  Commit,
  EpochStart,
  History,
  HistoryBounds,
  Holder,
  RunRecord,
} from '../../src/protocols/ports/store.ts';
import type { Epoch, Offset, Position } from '../../src/protocols/position.ts';

export interface ModelRun {
  readonly version: number;
  readonly holder: Holder;
  readonly checkpoint: Checkpoint;
  readonly rows: readonly { offset: Offset; estimate: string; atMs: number }[];
}

export interface Model {
  readonly records: ReadonlyMap<RunId, RunRecord>;
  readonly runs: ReadonlyMap<RunId, ModelRun>;
}

export const emptyModel: Model = { records: new Map(), runs: new Map() };

const nothing = (epoch: Epoch): Checkpoint => ({
  position: { epoch, offset: 0 as Offset },
  n: 0,
  state: '',
  curve: [],
  estimate: null,
});

export function withRecord(model: Model, record: RunRecord): Model {
  return { ...model, records: new Map(model.records).set(record.run, record) };
}

export function withoutRun({ records, runs }: Model, run: RunId): Model {
  return {
    records: new Map([...records].filter(([id]) => id !== run)),
    runs: new Map([...runs].filter(([id]) => id !== run)),
  };
}

/** `holder` is the one thing the model can't foresee: it is told what the store gave out. */
export function afterClaim(model: Model, run: RunId, version: number, fresh: Epoch, holder: Holder): Model {
  const known = model.runs.get(run);
  const next: ModelRun =
    known?.version === version
      ? { ...known, holder }
      : { version, holder, checkpoint: nothing(fresh), rows: [] };
  return { ...model, runs: new Map(model.runs).set(run, next) };
}

export function afterCommit(model: Model, commit: Commit, bounds: HistoryBounds): [Model, unknown] {
  const run = model.runs.get(commit.run);
  if (run?.holder !== commit.holder) return [model, { kind: 'fenced' }];
  const { position, n } = run.checkpoint;
  const contiguous = commit.offset === position.offset + 1 && commit.from === n;
  if (commit.epoch !== position.epoch || !contiguous) return [model, { kind: 'gap', position, n }];
  const { epoch, offset, to, state, curve, estimate, atMs } = commit;
  const checkpoint = { position: { epoch, offset }, n: to, state, curve, estimate };
  let rows = [...run.rows, { offset, estimate, atMs }];
  while (rows.length > 1 && hasTooMuch(rows, atMs, bounds)) rows = rows.slice(1);
  const runs = new Map(model.runs).set(commit.run, { ...run, checkpoint, rows });
  return [{ ...model, runs }, { kind: 'committed' }];
}

function hasTooMuch(rows: ModelRun['rows'], nowMs: number, bounds: HistoryBounds): boolean {
  const bytes = rows.reduce((sum, row) => sum + new TextEncoder().encode(row.estimate).length, 0);
  const oldest = rows[0];
  const old = oldest !== undefined && !(nowMs - oldest.atMs < bounds.ageMs);
  return bytes > bounds.bytes || (old && rows.length > bounds.estimates);
}

export function afterEpochStart(model: Model, start: EpochStart): [Model, unknown] {
  const run = model.runs.get(start.run);
  if (run?.holder !== start.holder) return [model, { kind: 'fenced' }];
  const fresh = nothing(start.epoch);
  const { n, state, curve } = start.from === 'checkpoint' ? run.checkpoint : fresh;
  const checkpoint = { ...fresh, n, state, curve };
  const runs = new Map(model.runs).set(start.run, { ...run, checkpoint, rows: [] });
  return [
    { ...model, runs },
    { kind: 'started', checkpoint },
  ];
}

export function historyOf(model: Model, id: RunId, after: Position, limit: number): History {
  const run = model.runs.get(id);
  if (run === undefined) return { kind: 'unknown-run' };
  const { position: top, estimate } = run.checkpoint;
  const oldest = run.rows[0]?.offset ?? ((top.offset + 1) as Offset);
  const gap = (reason: 'bad-position' | 'epoch-changed' | 'history-gone') =>
    ({ kind: 'gap', reason, top, oldest, estimate }) as const;
  if (after.epoch !== top.epoch) return gap('epoch-changed');
  if (after.offset > top.offset) return gap('bad-position');
  const later = run.rows.filter((row) => row.offset > after.offset);
  if (later.length !== top.offset - after.offset) return gap('history-gone');
  return {
    kind: 'rows',
    top,
    rows: later.slice(0, limit).map(({ offset, estimate }) => ({ offset, estimate })),
  };
}
