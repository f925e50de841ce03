/**
 * What a Series remembers. The process in `../series.ts` takes messages, changes this state and acts; whether a run may
 * compute, how far it goes and what it is called right now is read off it alone (run-state.ts, handing-out.ts).
 */

import type { DispatcherPid } from '../../protocols/mailbox/dispatcher.ts';
import type { HubPid } from '../../protocols/mailbox/hub.ts';
import type { KnownDigits, SeriesReport } from '../../protocols/mailbox/series.ts';
import type { Work } from '../../protocols/ports/compute-thread.ts';
import type { Figures } from '../../protocols/ports/figures.ts';
import type { Commit, Holder, RunRecord } from '../../protocols/ports/store.ts';
import type { Position } from '../../protocols/position.ts';
import type { Answer } from '../../protocols/refusal.ts';
import type { Curve, RunPatch } from '../../protocols/wire/run-view.ts';
import type { From } from '../../runtime/call.ts';
import type { SeriesDefinition } from '../../series/definition.ts';
import type { Prefix } from '../../series/progress/prefix.ts';
import type { Range } from '../../series/progress/ranges.ts';

/** The exact sum of a prefix. */
export interface Sum {
  readonly text: string;
  /** A heavy series' partials that no worker has merged into the text yet; always none for any other. */
  readonly behind: readonly string[];
}

/** The run's place, held by a claim: what is committed, and what has been computed beyond it. */
export interface Place {
  readonly holder: Holder;
  readonly position: Position;
  /** Terms of the newest committed estimate. */
  readonly n: number;
  readonly estimate: string | null;
  /** Of that estimate. */
  readonly digits: number | null;
  readonly curve: Curve;
  readonly prefix: Prefix<Sum>;
  /** Marks ranges handed out from this place; partials of an earlier one are not ours any more. */
  readonly generation: number;
  /** Ranges are pulled from here. */
  readonly generator: Generator<Range, never, number>;
  /** End of the last range pulled. */
  readonly handed: number;
  /** Ranges with a worker, or on their way to one. */
  readonly outstanding: number;
  /** Work that ended its workers too often, with why the last of them ended. */
  readonly blocked: readonly { readonly work: Work; readonly fault: string }[];
  /** Blocked ranges that somebody said to try again; they go before new ones. */
  readonly again: readonly Range[];
  readonly complete: boolean;
  /** A fold with a worker. */
  readonly folding: Folding | null;
  /** What the last fold came to, until it is committed. */
  readonly folded: { readonly n: number; readonly figures: Figures } | null;
  /** Digits proven by the newest estimate of a heavy series; null where they have been lost by a restart. */
  readonly known: string | null;
  /** How far a walk of a heavy series may go now. */
  readonly stepTo: number;
}

export interface Folding {
  /** For the next estimate, or for the digits of the newest one. */
  readonly purpose: 'estimate' | 'digits';
  /** The n it goes to … */
  readonly n: number;
  /** … and how many of the parts behind the sum it takes. */
  readonly parts: number;
}

export interface AttachedHub {
  readonly hub: HubPid;
  readonly watchers: number;
  /** Newest position its clients have seen when it attached. */
  readonly shown: Position | null;
}

/** Terms a second, averaged, since computing last began. */
export interface Rate {
  readonly termsPerSecond: number;
  readonly n: number;
  readonly atMs: number;
}

export interface WantedChange {
  readonly patch: RunPatch;
  readonly asker: From<Answer<SeriesReport>>;
}

/** A commit that has been sent and not answered, with what holds once it is committed. */
export interface InFlight {
  readonly commit: Commit;
  readonly digits: number | null;
  readonly known: string | null;
  /** The run has reached its end with it. */
  readonly complete: boolean;
}

export interface Told {
  readonly word: string;
  readonly offset: number;
  readonly watchers: number;
  readonly atMs: number;
}

/** Nothing yet: whatever the run is, it is news. */
export const untold: Told = { word: '', offset: -1, watchers: -1, atMs: Number.NEGATIVE_INFINITY };

export interface SeriesState {
  readonly definition: SeriesDefinition;
  readonly record: RunRecord;
  readonly place: Place | null;
  /** Why the run can't go on for now; null when nothing is in its way. */
  readonly trouble: string | null;
  /** What the definition threw: the run is blocked until somebody says retry. Null while it has not. */
  readonly fault: string | null;
  /** Failed attempts since the store last answered. */
  readonly attempts: number;
  readonly hubs: ReadonlyMap<string, AttachedHub>;
  /** Watched now, or until a moment ago: a run does not rest between two page loads. */
  readonly awake: boolean;
  readonly dispatcher: DispatcherPid | null;
  /** The dispatcher knows that this run wants ranges. */
  readonly wanting: boolean;
  readonly inFlight: InFlight | null;
  /** An epoch is being started: nothing is committed until it has. */
  readonly renewing: boolean;
  readonly nsPerTerm: number | null;
  readonly rangeTerms: number | null;
  /** It is time for a heavy series to fold. */
  readonly foldDue: boolean;
  /** How long its last fold took. */
  readonly foldMs: number;
  /** Who waits for its digits. */
  readonly digitAskers: readonly From<Answer<KnownDigits>>[];
  /** Monotonic time of the last commit; null before the first. */
  readonly publishedMs: number | null;
  readonly rate: Rate | null;
  /** Running since `rate` was last started. */
  readonly computing: boolean;
  /** What people want changed, one after the other: the first is being stored. */
  readonly changes: readonly WantedChange[];
  /** Who asked for a report before there was a place to report. */
  readonly asking: readonly From<Answer<SeriesReport>>[];
  /** What hubs and lobby were last told, and when (monotonic). */
  readonly told: Told;
}

export function initialState(definition: SeriesDefinition, record: RunRecord): SeriesState {
  return {
    definition,
    record,
    place: null,
    trouble: null,
    fault: null,
    attempts: 0,
    hubs: new Map(),
    awake: false,
    dispatcher: null,
    wanting: false,
    inFlight: null,
    renewing: false,
    nsPerTerm: null,
    rangeTerms: null,
    foldDue: false,
    foldMs: 0,
    digitAskers: [],
    publishedMs: null,
    rate: null,
    computing: false,
    changes: [],
    asking: [],
    told: untold,
  };
}
