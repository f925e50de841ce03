/**
 * What a Hub knows: where its run stands, and which clients it serves how. The subscribers are the one thing here that
 * is changed in place: a hub may have thousands, and touches each of them for every estimate.
 */
import type { RunId, UserId } from '../../protocols/identity.ts';
import type { Standing, Start } from '../../protocols/mailbox/hub.ts';
import type { SeriesPid } from '../../protocols/mailbox/series.ts';
import type { SessionPid } from '../../protocols/mailbox/session.ts';
import type { Outbox } from '../../protocols/ports/outbox.ts';
import type { Position } from '../../protocols/position.ts';
import type { MonitorRef } from '../../runtime/info.ts';

/**
 * `reading`: estimates come to this client from history, and live ones pass it by, for they are in history too;
 * `live`: it has everything up to `top` and gets what comes.
 */
export interface Subscriber {
  readonly session: SessionPid;
  /** Tells this subscription from an earlier one of the same session. */
  readonly id: number;
  readonly user: UserId;
  readonly monitor: MonitorRef;
  readonly outbox: Outbox;
  mode: 'reading' | 'live';
  /** A page is on its way. */
  asked: boolean;
  /** Estimates that its next page may have: about as many as it takes before it has enough. */
  pageRows: number;
  /** The run's state as this client knows it; a client takes a run for running until it is told otherwise. */
  knows: string;
  /** How it began, until its first frame has been written; `continue` afterwards. */
  start: Start;
}

export interface HubState {
  readonly run: RunId;
  readonly series: SeriesPid | null;
  /** What the Series last said of itself; null before it first did. */
  readonly standing: Standing | null;
  /** The newest position known; null while nothing is known. */
  readonly top: Position | null;
  /** How often the epoch has changed here; tells a page that was read before a change from one read after. */
  readonly epochs: number;
  /** By the pid of the session, which watches a run once at most. */
  readonly subscribers: Map<string, Subscriber>;
  /** Subscriptions so far. */
  readonly subscriptions: number;
  /** Attempts since the store last answered. */
  readonly attempts: number;
  /** Pages that are on their way, and who waits for his turn to ask for one. */
  readonly reads: { inFlight: number; readonly waiting: Set<Subscriber> };
}

export function initialHub(run: RunId): HubState {
  return {
    run,
    series: null,
    standing: null,
    top: null,
    epochs: 0,
    subscribers: new Map(),
    subscriptions: 0,
    attempts: 0,
    reads: { inFlight: 0, waiting: new Set() },
  };
}

/** A state in one word for comparison; a reason is part of it. */
export function stateWord({ state, reason }: Pick<Standing, 'state' | 'reason'>): string {
  return `${state} ${reason ?? ''}`;
}

export const takenForRunning = stateWord({ state: 'running', reason: null });
