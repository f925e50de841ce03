/** What is asked of the keeper of runs: which exist, start one, end one. */
import type { From } from '../../runtime/call.ts';
import type { Settled } from '../../runtime/context.ts';
import type { RunId, SeriesId, UserId } from '../identity.ts';
import type { RunRecord, Unavailable } from '../ports/store.ts';
import type { Answer } from '../refusal.ts';
import type { NewRun } from '../wire/run-view.ts';

export type RunsCall =
  | {
      readonly type: 'create';
      readonly series: SeriesId;
      readonly wish: NewRun;
      readonly user: UserId;
      readonly from: From<Answer<RunRecord>>;
    }
  | { readonly type: 'end'; readonly run: RunId; readonly from: From<Answer<null>> }
  | { readonly type: 'find'; readonly run: RunId; readonly from: From<Answer<RunRecord | null>> };

export type Loaded = { readonly kind: 'runs'; readonly runs: readonly RunRecord[] } | Unavailable;

export type RunsCast =
  /** A private run has had no watcher for too long. */
  | { readonly type: 'expired'; readonly run: RunId }
  /** The lobby has come back empty: let every run announce itself. */
  | { readonly type: 'announce' }
  /** The record of a run has changed and is stored. */
  | { readonly type: 'changed'; readonly record: RunRecord }
  | { readonly type: 'loaded'; readonly settled: Settled<Loaded> };
