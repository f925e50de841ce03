/**
 * How a client comes to where the run stands: from history, page by page, as fast as it takes them. The store is read
 * in the background; when a page comes and nothing is left to read, the client goes live. An estimate that is
 * committed meanwhile is found by the next page, so none is lost between history and live and none is sent twice.
 */
import type { Random } from '../../lib/random.ts';
import type { RunId } from '../../protocols/identity.ts';
import type { Limits } from '../../protocols/limits.ts';
import type { HubCall, HubCast, Page } from '../../protocols/mailbox/hub.ts';
import type { Meter } from '../../protocols/ports/meter.ts';
import type { Store } from '../../protocols/ports/store.ts';
import { noOffset, type Position } from '../../protocols/position.ts';
import type { Context, Settled } from '../../runtime/context.ts';
import { sharedEstimate } from '../shared-estimate.ts';
import { storeRetryMs } from '../store-retry.ts';
import { type HubState, type Subscriber, stateWord } from './hub-state.ts';

export interface HubPorts {
  readonly store: Store;
  readonly limits: Limits;
  readonly random: Random;
  readonly meter: Meter;
}

export type HubContext = Context<HubCall, HubCast>;

/**
 * Reads on for a client, unless it has not taken yet what it was sent, or another run's page is on its way to it: then
 * its drain, or its turn, brings us back. Who waits for the answer to its subscribe gets that at once, without rows.
 */
export function read(state: HubState, subscriber: Subscriber, ctx: HubContext, ports: HubPorts): void {
  subscriber.mode = 'reading';
  const { outbox } = subscriber;
  if (subscriber.asked || outbox.over) return;
  const rows = outbox.mayRead() ? subscriber.pageRows : 0;
  if (rows === 0 && !outbox.owesReply) return;
  const { epochs, reads } = state;
  if (reads.inFlight >= ports.limits.replaysAtOnce) {
    if (!reads.waiting.has(subscriber)) ports.meter.limited('replaysAtOnce');
    reads.waiting.add(subscriber);
    return;
  }
  reads.inFlight += 1;
  subscriber.asked = true;
  const { session, id: subscription } = subscriber;
  ctx.pipe(page(state, subscriber, rows, ports), (settled) => ({
    type: 'page',
    session,
    subscription,
    epochs,
    settled,
  }));
}

function page(
  { run }: HubState,
  { start, outbox }: Subscriber,
  rows: number,
  { store }: HubPorts,
): Promise<Page> {
  if (start.kind === 'beginning') return fromTheBeginning(run, store, rows);
  const after = start.kind === 'resume' ? start.position : start.kind === 'continue' ? outbox.position : null;
  return after === null ? store.read(run) : store.readAfter(run, after, rows);
}

async function fromTheBeginning(run: RunId, store: Store, limit: number): Promise<Page> {
  const newest = await store.read(run);
  if (newest.kind !== 'checkpoint') return newest;
  const { epoch } = newest.checkpoint.position;
  return store.readAfter(run, { epoch, offset: noOffset }, limit);
}

/** A page has come, whoever it was for: the next who waits and can take one may ask for his. */
export function readNext(state: HubState, ctx: HubContext, ports: HubPorts): void {
  const { reads, subscribers } = state;
  reads.inFlight -= 1;
  for (const subscriber of reads.waiting) {
    if (reads.inFlight >= ports.limits.replaysAtOnce) return;
    reads.waiting.delete(subscriber);
    const waits = subscribers.get(subscriber.session.id) === subscriber && subscriber.mode === 'reading';
    // One that may not read now asks for nothing; its drain or its turn brings it back.
    if (waits) read(state, subscriber, ctx, ports);
  }
}

export function paged(
  message: { readonly epochs: number; readonly settled: Settled<Page> },
  subscriber: Subscriber,
  state: HubState,
  ctx: HubContext,
  ports: HubPorts,
): HubState {
  const { settled, epochs } = message;
  subscriber.asked = false;
  if (!settled.ok) throw settled.error;
  // The epoch changed while this page was on its way: what it says is of the past.
  if (epochs !== state.epochs) {
    read(state, subscriber, ctx, ports);
    return state;
  }
  const answer = settled.value;
  subscriber.outbox.passTurn();
  switch (answer.kind) {
    // Not claimed yet, or the store does not answer: it will be there in a moment.
    case 'unknown-run':
    case 'unavailable':
      return readLater(state, ctx, ports);
    case 'checkpoint':
    case 'gap': {
      const { position, estimate } =
        answer.kind === 'gap' ? { position: answer.top, estimate: answer.estimate } : answer.checkpoint;
      const reason =
        answer.kind === 'gap'
          ? answer.reason
          : subscriber.start.kind === 'bad-position'
            ? 'bad-position'
            : 'first';
      ports.meter.count('zeno_resumes_total', reason);
      if (estimate !== null) ports.meter.count('zeno_deliveries_total');
      subscriber.outbox.snapshot(position, reason, estimate);
      return caughtUp(position, subscriber, state, ctx, ports);
    }
    case 'rows': {
      let written = 0;
      if (subscriber.start.kind !== 'continue') {
        ports.meter.count('zeno_resumes_total', 'recovered');
        written = welcomeBack(answer, subscriber, state);
      }
      written += replay(answer.top, answer.rows.slice(written), subscriber, state.run);
      if (answer.rows.length > 0) {
        subscriber.pageRows = nextPageRows(subscriber.pageRows, written, answer.rows.length, ports.limits);
      }
      ports.meter.count('zeno_deliveries_total', undefined, written);
      return caughtUp(answer.top, subscriber, state, ctx, ports);
    }
  }
}

type Rows = Extract<Page, { readonly kind: 'rows' }>;

/** Rows that are read and not written are read again: a slow client has short pages. */
function nextPageRows(rows: number, written: number, read: number, { replayPage }: Limits): number {
  return written === read ? Math.min(2 * rows, replayPage) : Math.max(1, Math.min(2 * written, rows));
}

/** How many were written before the client had enough; those that were not are read again when it has drained. */
function replay({ epoch }: Position, rows: Rows['rows'], { outbox }: Subscriber, run: RunId): number {
  const left = rows.findIndex(
    ({ offset, estimate }) => !outbox.replay(sharedEstimate(run, { epoch, offset }, estimate)),
  );
  return left < 0 ? rows.length : left;
}

/** The first words of a successful resume: how many estimates it missed, and the first of them. How many came along. */
function welcomeBack({ top, rows }: Rows, subscriber: Subscriber, { run, standing }: HubState): number {
  const { start, outbox } = subscriber;
  const position = start.kind === 'resume' ? start.position : { epoch: top.epoch, offset: noOffset };
  const { state, reason } = standing ?? { state: 'waiting' as const, reason: null };
  subscriber.knows = stateWord({ state, reason });
  const missed = top.offset - position.offset;
  outbox.recovered(position, { run, state, reason, recovered: true, missed }, rows);
  return (outbox.position?.offset ?? position.offset) - position.offset;
}

/** Tells a client the run's state if it takes it for another. */
export function tellState(subscriber: Subscriber, { run, standing }: HubState): void {
  // A stream does not begin with it; and a run rests only for want of watchers: who hears of it is about to wake it.
  if (standing === null || subscriber.outbox.position === null || standing.state === 'idle') return;
  const word = stateWord(standing);
  if (word === subscriber.knows) return;
  subscriber.knows = word;
  subscriber.outbox.state({ run, state: standing.state, reason: standing.reason });
}

/** Live if it has all that is known, `stored` by the store or told by the Series; otherwise on to the next page. */
function caughtUp(
  stored: Position,
  subscriber: Subscriber,
  state: HubState,
  ctx: HubContext,
  ports: HubPorts,
): HubState {
  const known = state.top?.epoch === stored.epoch && state.top.offset > stored.offset ? state.top : stored;
  const next: HubState = { ...state, top: known, attempts: 0 };
  subscriber.start = { kind: 'continue' };
  tellState(subscriber, next);
  const has = subscriber.outbox.position;
  if (has?.epoch === known.epoch && has.offset >= known.offset) {
    subscriber.mode = 'live';
    return next;
  }
  // The store knows less than was broadcast: it has lost something, and the Series is about to begin an epoch.
  if (has?.epoch === stored.epoch && has.offset >= stored.offset) return readLater(next, ctx, ports);
  read(next, subscriber, ctx, ports);
  return next;
}

function readLater(state: HubState, ctx: HubContext, ports: HubPorts): HubState {
  const attempts = state.attempts + 1;
  ctx.setTimer('read', storeRetryMs(attempts, ports));
  return { ...state, attempts };
}
