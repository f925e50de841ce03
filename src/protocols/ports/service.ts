/**
 * What the outside may ask of the core. The gateway translates HTTP into these calls and the answers back; it knows
 * no actor. Refusals are values with stable codes; a promise here rejects only for a bug.
 */
import type { UserId } from '../identity.ts';
import type { Answer } from '../refusal.ts';
import type { Rights } from '../rights.ts';
import type { DigitsView } from '../wire/digits.ts';
import type { LobbyView } from '../wire/lobby.ts';
import type { PartialAnswer } from '../wire/partial.ts';
import type { NewRun, RunPatch, RunView } from '../wire/run-view.ts';
import type { KillReport, KillTarget, TreeView } from '../wire/supervision.ts';
import type { Connection } from './connection.ts';

export interface Caller {
  readonly user: UserId;
  readonly admin: boolean;
}

export interface Credentials {
  /** The token of `Authorization: Bearer` or of a connect command: the admin token, a login or a user's. Null without one. */
  readonly bearer: string | null;
  /** The value of the login cookie, null without one. */
  readonly cookie: string | null;
}

/** `endsAtMs`, since the Unix epoch, is null for what does not end. */
export type Identity =
  /** `user` is null for who knows the admin token of this node, which names nobody. */
  | { readonly kind: 'admin'; readonly user: UserId | null; readonly endsAtMs: number | null }
  | {
      readonly kind: 'user';
      readonly user: UserId;
      readonly rights: Rights;
      readonly endsAtMs: number | null;
    }
  /**
   * `unknown`: something was presented, and it is not valid (any more). `expired`: it was, until its time was over.
   * `unavailable`: it can't be told at the moment.
   */
  | { readonly kind: 'anonymous' | 'unknown' | 'expired' | 'unavailable' };

export interface Login {
  readonly cookie: string;
  readonly maxAgeMs: number;
}

export interface Guest {
  /** Id of the request by which it came, for the log. */
  readonly request: string;
  readonly user: UserId;
  readonly credentials: Credentials;
}

export interface WatchRun {
  readonly guest: Guest;
  readonly run: string;
  /** The position the client says it stands at, as it sent it; null when it sent none. */
  readonly lastEventId: string | null;
  /** Least time between two estimates for this client; null for every one. */
  readonly everyMs: number | null;
}

export interface WatchRuns extends Omit<WatchRun, 'run'> {
  /** At least one; each is watched once, however often it is named. */
  readonly runs: readonly string[];
}

export interface TreeQuery {
  /** Path of the process to show; null for the root. */
  readonly path: string | null;
  /** Id of the child after which the page begins; null for the first page. */
  readonly after: string | null;
  /** Most children shown of each process; null for the default. */
  readonly limit: number | null;
}

export interface Readiness {
  readonly ready: boolean;
  /** What is wrong, for a person; empty when ready. */
  readonly reasons: readonly string[];
}

export interface Service {
  /** The list of live runs; `since` is `<epoch>:<version>` of an earlier answer. */
  catalogue(since: string | null): Promise<Answer<LobbyView>>;
  run(run: string): Promise<Answer<RunView>>;
  /**
   * The exact partial over terms [from, to) of a series, whatever its runs are doing. Given up when `gone` is aborted:
   * nobody waits for it then.
   */
  partial(
    series: string,
    range: { readonly from: number; readonly to: number },
    asker: { readonly user: UserId; readonly gone: AbortSignal },
  ): Promise<Answer<PartialAnswer>>;
  /** A page of the digits that both ends of a run's enclosure share. */
  digits(run: string, page: { readonly from: number; readonly count: number }): Promise<Answer<DigitsView>>;
  createRun(series: string, wish: NewRun, caller: Caller): Promise<Answer<RunView>>;
  changeRun(run: string, patch: RunPatch, caller: Caller): Promise<Answer<RunView>>;
  endRun(run: string, caller: Caller): Promise<Answer<null>>;
  /** Begins a new epoch from nothing. The caller has been found to be an admin. */
  resetRun(run: string): Promise<Answer<RunView>>;
  /** Tries a blocked range again. The caller has been found to be an admin. */
  retryRun(run: string): Promise<Answer<RunView>>;
  /** Starts a session; `open` is called once, if the request is accepted, to make the connection. */
  watchRun(request: WatchRun, open: () => Connection): Promise<Answer<null>>;
  /** The same for several runs on one connection; `lastEventId` is the position in all of them. */
  watchRuns(request: WatchRuns, open: () => Connection): Promise<Answer<null>>;
  watchSupervision(guest: Guest, open: () => Connection): Promise<Answer<null>>;
  /** Starts a session for a client that says by commands what it wants to watch. */
  connect(guest: Guest, open: () => Connection): Promise<Answer<null>>;
  tree(query: TreeQuery): Answer<TreeView>;
  /** The caller has been found to be an admin. `outcome: pending` is no failure: the kill goes on. */
  kill(target: KillTarget): Promise<Answer<KillReport>>;
  /** Ends this process at once and uncleanly, after the answer had a moment to leave. */
  killNode(): Answer<null>;
  identify(credentials: Credentials): Promise<Answer<Identity>>;
  /** The channel of the run or series that a text means, under its own id; the text itself where there is none. */
  channelOf(text: string): string;
  /** Exchanges the admin token, or that of a user, for a cookie. */
  login(token: string): Promise<Answer<Login>>;
  logout(cookie: string): Promise<Answer<null>>;
  readiness(): Promise<Readiness>;
}
