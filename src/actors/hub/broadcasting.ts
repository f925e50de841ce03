/**
 * The hot loop: a committed estimate to all who are live, thousands of them several times a second. It asks each outbox
 * once and does nothing else for each; the bytes go out at the end of the turn.
 */
import type { SharedEstimate } from '../../protocols/ports/outbox.ts';
import type { HubState, Subscriber } from './hub-state.ts';
import { type HubContext, type HubPorts, read } from './reading.ts';

/** A committed estimate goes to all who are live; who lacks something before it reads history first. */
export function broadcast(
  estimate: SharedEstimate,
  state: HubState,
  ctx: HubContext,
  ports: HubPorts,
): HubState {
  const next: HubState = { ...state, top: estimate.position };
  let deliveries = 0;
  let conflated = 0;
  let soonestMs = Number.POSITIVE_INFINITY;
  for (const subscriber of state.subscribers.values()) {
    if (subscriber.mode !== 'live') continue;
    const { outbox } = subscriber;
    switch (outbox.offer(estimate)) {
      case 'newest':
        conflated += 1;
        deliveries += 1;
        break;
      case 'written':
        deliveries += 1;
        break;
      case 'replaced':
        conflated += 1;
        soonestMs = Math.min(soonestMs, outbox.dueInMs() ?? soonestMs);
        break;
      case 'held':
        soonestMs = Math.min(soonestMs, outbox.dueInMs() ?? soonestMs);
        break;
      case 'gap':
      case 'other-epoch':
        read(next, subscriber, ctx, ports);
    }
  }
  ports.meter.count('zeno_estimates_total');
  ports.meter.count('zeno_deliveries_total', undefined, deliveries);
  ports.meter.count('zeno_conflated_total', undefined, conflated);
  wakeIn(soonestMs, ctx);
  return next;
}

/** Wakes us when the first estimate that waits for its client's interval may go. */
export function waitForHeld(state: HubState, ctx: HubContext): void {
  let soonestMs = Number.POSITIVE_INFINITY;
  for (const { mode, outbox } of state.subscribers.values()) {
    // What a reading client holds comes to it from history, in its place.
    if (mode !== 'live') continue;
    soonestMs = Math.min(soonestMs, outbox.dueInMs() ?? Number.POSITIVE_INFINITY);
  }
  wakeIn(soonestMs, ctx);
}

function wakeIn(ms: number, ctx: HubContext): void {
  if (ms < Number.POSITIVE_INFINITY) ctx.setTimer('release', ms);
}

/** Writes what a live client holds, if it may go now. */
export function release({ mode, outbox }: Subscriber, { meter }: HubPorts): void {
  if (mode === 'live' && outbox.release()) meter.count('zeno_deliveries_total');
}
