/** What a Series is told: by the dispatcher (pulls, partials), by its hubs (watchers), by people (changes). */
import type { From } from '../../runtime/call.ts';
import type { Settled } from '../../runtime/context.ts';
import type { ServerPid } from '../../runtime/server-message.ts';
import type { NodeId } from '../identity.ts';
import type { Claimed, Commit, Committed, EpochStarted, RunRecord, Unavailable } from '../ports/store.ts';
import type { Position } from '../position.ts';
import type { Answer } from '../refusal.ts';
import type { Curve, RunPatch, RunState } from '../wire/run-view.ts';
import type { GiverCast } from './dispatcher.ts';
import type { HubPid } from './hub.ts';

/** What a Series knows of itself, for the views of it. */
export interface SeriesReport {
  readonly record: RunRecord;
  readonly state: RunState;
  readonly reason: string | null;
  readonly owner: NodeId;
  readonly watchers: number;
  readonly position: Position;
  /** JSON text of the newest committed estimate. */
  readonly estimate: string | null;
  readonly curve: Curve;
}

/** All that a run's enclosure says of its limit. */
export interface KnownDigits {
  readonly position: Position;
  readonly n: number;
  /** The common beginning of both ends of the enclosure, "3.14159…"; '' where there is none. */
  readonly known: string;
}

export type SeriesCall =
  | { readonly type: 'report'; readonly from: From<Answer<SeriesReport>> }
  | { readonly type: 'change'; readonly patch: RunPatch; readonly from: From<Answer<SeriesReport>> }
  | { readonly type: 'reset'; readonly from: From<Answer<SeriesReport>> }
  | { readonly type: 'retry'; readonly from: From<Answer<SeriesReport>> }
  | { readonly type: 'digits'; readonly from: From<Answer<KnownDigits>> };

export type SeriesCast =
  | GiverCast
  | {
      readonly type: 'attach';
      readonly hub: HubPid;
      readonly watchers: number;
      /** The newest position the hub has shown to a client; null if it has shown none. */
      readonly shown: Position | null;
    }
  | { readonly type: 'watchers'; readonly hub: HubPid; readonly watchers: number }
  /** Say again to the lobby what you are. */
  | { readonly type: 'announce' }
  | { readonly type: 'claimed'; readonly settled: Settled<Claimed> }
  | { readonly type: 'committed'; readonly commit: Commit; readonly settled: Settled<Committed> }
  | {
      readonly type: 'epoch-started';
      readonly settled: Settled<EpochStarted>;
      /** Who asked for it; null when the run itself did. */
      readonly asker: From<Answer<SeriesReport>> | null;
    }
  | {
      readonly type: 'recorded';
      readonly record: RunRecord;
      readonly settled: Settled<{ readonly kind: 'done' } | Unavailable>;
      readonly asker: From<Answer<SeriesReport>>;
    };

export type SeriesPid = ServerPid<SeriesCall, SeriesCast>;
