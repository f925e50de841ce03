/**
 * The store that forgets: for tests and the bench. It keeps every promise of the port but durability, curves and
 * records as text like the others, so that nothing handed in or out is shared with its caller.
 */
import type { RunId } from '../protocols/identity.ts';
import type { Checkpoint, HistoryBounds, Holder, Store, Unavailable } from '../protocols/ports/store.ts';
import { type Epoch, noOffset, type Offset } from '../protocols/position.ts';
import { assertCommit, formatHolder, judgeCommit } from './commit-rule.ts';
import { historyGap, isSurplus } from './history-rule.ts';
import { byCreation, decodeCurve, decodeRun, encodeCurve, encodeRun } from './stored-text.ts';

interface Row {
  readonly estimate: string;
  readonly bytes: number;
  readonly atMs: number;
}

interface Run {
  readonly version: number;
  readonly holder: Holder;
  readonly epoch: Epoch;
  readonly offset: Offset;
  readonly n: number;
  readonly state: string;
  readonly curve: string;
  readonly estimate: string | null;
  /** Kept rows by offset; a map keeps its order, so the first key is the oldest. */
  readonly history: Map<number, Row>;
  /** Of all kept rows. */
  readonly bytes: number;
}

export function memoryStore(bounds: HistoryBounds): Store {
  const records = new Map<RunId, string>();
  const runs = new Map<RunId, Run>();
  let claims = 0;
  let open = true;

  const answer = async <T>(work: () => T): Promise<T | Unavailable> =>
    open ? work() : { kind: 'unavailable', reason: 'the store is closed' };

  return {
    name: 'memory',

    putRun: (record) =>
      answer(() => {
        records.set(record.run, encodeRun(record));
        return { kind: 'done' } as const;
      }),

    listRuns: () =>
      answer(() => ({ kind: 'runs', runs: [...records.values()].map(decodeRun).sort(byCreation) }) as const),

    removeRun: (run) =>
      answer(() => {
        records.delete(run);
        runs.delete(run);
        return { kind: 'done' } as const;
      }),

    claim: ({ run: id, version, nonce, freshEpoch }) =>
      answer(() => {
        claims += 1;
        const holder = formatHolder(nonce, claims);
        const known = runs.get(id);
        const run = known?.version === version ? { ...known, holder } : newRun(version, holder, freshEpoch);
        runs.set(id, run);
        const text = records.get(id);
        const record = text === undefined ? null : decodeRun(text);
        return { kind: 'claimed', holder, checkpoint: checkpointOf(run), record } as const;
      }),

    commit: (commit) =>
      answer(() => {
        assertCommit(commit);
        const curve = encodeCurve(commit.curve);
        const run = runs.get(commit.run);
        const judged = judgeCommit(run ?? null, commit);
        if (run === undefined || judged.kind !== 'committed') return judged;
        const { offset, to, state, estimate, atMs } = commit;
        const size = Buffer.byteLength(estimate);
        run.history.set(offset, { estimate, bytes: size, atMs });
        const bytes = trim(run.history, offset, run.bytes + size, atMs, bounds);
        runs.set(commit.run, { ...run, offset, n: to, state, curve, estimate, bytes });
        return judged;
      }),

    beginEpoch: ({ run: id, holder, epoch, from }) =>
      answer(() => {
        const run = runs.get(id);
        if (run?.holder !== holder) return { kind: 'fenced' } as const;
        const fresh = newRun(run.version, holder, epoch);
        const { n, state, curve } = from === 'checkpoint' ? run : fresh;
        const begun = { ...fresh, n, state, curve };
        runs.set(id, begun);
        return { kind: 'started', checkpoint: checkpointOf(begun) } as const;
      }),

    readAfter: (id, after, limit) =>
      answer(() => {
        const run = runs.get(id);
        if (run === undefined) return { kind: 'unknown-run' } as const;
        const top = { epoch: run.epoch, offset: run.offset };
        const oldest = (run.offset + 1 - run.history.size) as Offset;
        const reason = historyGap(top, oldest, after);
        if (reason !== null) return { kind: 'gap', reason, top, oldest, estimate: run.estimate } as const;
        const rows = [];
        for (let offset = after.offset + 1; offset <= run.offset && rows.length < limit; offset += 1) {
          const row = run.history.get(offset);
          if (row !== undefined) rows.push({ offset: offset as Offset, estimate: row.estimate });
        }
        return { kind: 'rows', top, rows } as const;
      }),

    read: (id) =>
      answer(() => {
        const run = runs.get(id);
        if (run === undefined) return { kind: 'unknown-run' } as const;
        return { kind: 'checkpoint', checkpoint: checkpointOf(run) } as const;
      }),

    ping: () => answer(() => ({ kind: 'done' }) as const),

    close: async () => {
      open = false;
    },
  };
}

function newRun(version: number, holder: Holder, epoch: Epoch): Run {
  const nothing = { offset: noOffset, n: 0, state: '', curve: '[]', estimate: null, bytes: 0 };
  return { version, holder, epoch, ...nothing, history: new Map() };
}

function checkpointOf({ epoch, offset, n, state, curve, estimate }: Run): Checkpoint {
  return { position: { epoch, offset }, n, state, curve: decodeCurve(curve), estimate };
}

/** Cuts the old end; the bytes that are left. */
function trim(
  history: Run['history'],
  top: number,
  total: number,
  nowMs: number,
  bounds: HistoryBounds,
): number {
  let bytes = total;
  for (const [oldest, row] of history) {
    if (!isSurplus({ top, oldest, bytes }, row.atMs, nowMs, bounds)) break;
    history.delete(oldest);
    bytes -= row.bytes;
  }
  return bytes;
}
