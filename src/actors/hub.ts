/**
 * A Series' arm on this node: it fans the run's estimates out to the clients that watch it. Each estimate is encoded
 * once per format and its bytes are shared; each client's outbox decides what its own pace allows. The hub tells the
 * Series how many watch, so that a run without watchers can rest.
 *
 * It holds nothing that can't be had again: a new incarnation is found by sessions and Series, and history fills in
 * what was committed meanwhile.
 */
import type { RunId } from '../protocols/identity.ts';
import type { HubCall, HubCast, Standing } from '../protocols/mailbox/hub.ts';
import type { RunRecord } from '../protocols/ports/store.ts';
import type { Position } from '../protocols/position.ts';
import type { Answer } from '../protocols/refusal.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import type { From } from '../runtime/call.ts';
import { genServer, type Next, stop } from '../runtime/gen-server.ts';
import type { Info } from '../runtime/info.ts';
import type { Pid } from '../runtime/pid.ts';
import type { ServerMessage } from '../runtime/server-message.ts';
import { ASK_AGAIN_MS } from './ask.ts';
import { broadcast, release, waitForHeld } from './hub/broadcasting.ts';
import { type HubState, initialHub, type Subscriber, takenForRunning } from './hub/hub-state.ts';
import { type HubContext, type HubPorts, paged, read, readNext, tellState } from './hub/reading.ts';
import { runsName, seriesName } from './names.ts';
import { sharedEstimate } from './shared-estimate.ts';

const LOOK_UP_TIMEOUT_MS = 1_000;

export function hub(run: RunId, ports: HubPorts): Behaviour<ServerMessage<HubCall, HubCast>> {
  return genServer<HubState, HubCall, HubCast>({
    init(ctx) {
      ctx.setTimer('linger', ports.limits.hubLingerMs);
      const state = initialHub(run);
      const { subscribers } = state;
      ctx.own(ports.meter.read('zeno_subscriptions', () => new Map([[run, subscribers.size]])));
      return attach(state, ctx);
    },
    handleCall({ from }, state, ctx) {
      const users = new Set([...state.subscribers.values()].map(({ user }) => user));
      ctx.reply(from, { clients: state.subscribers.size, users: users.size });
      return state;
    },
    handleCast: (message, state, ctx) => told(message, state, ctx, ports),
    handleInfo: (info, state, ctx) => informed(info, state, ctx, ports),
  });
}

function told(message: HubCast, state: HubState, ctx: HubContext, ports: HubPorts): Next<HubState> {
  switch (message.type) {
    case 'subscribe':
      return subscribe(message, state, ctx, ports);
    case 'unsubscribe': {
      const subscriber = state.subscribers.get(message.session.id);
      if (subscriber === undefined) return state;
      ctx.demonitor(subscriber.monitor);
      return leave(message.session, state, ctx, ports);
    }
    case 'drained': {
      const subscriber = state.subscribers.get(message.session.id);
      if (subscriber === undefined) return state;
      if (subscriber.mode === 'reading') read(state, subscriber, ctx, ports);
      else release(subscriber, ports);
      // Drained, but its interval may have to pass yet. Only then are all looked at: there may be thousands.
      if (subscriber.outbox.dueInMs() !== null) waitForHeld(state, ctx);
      return state;
    }
    case 'standing':
      return stands(message.standing, state, ctx, ports);
    case 'estimate':
      return broadcast(sharedEstimate(state.run, message.position, message.estimate), state, ctx, ports);
    case 'page': {
      readNext(state, ctx, ports);
      const subscriber = state.subscribers.get(message.session.id);
      return subscriber?.id === message.subscription ? paged(message, subscriber, state, ctx, ports) : state;
    }
    case 'looked-up': {
      const { settled } = message;
      const record = settled.ok && settled.value.ok ? settled.value.value : null;
      if (record?.ok && record.value === null) return ended(state, ctx);
      ctx.setTimer('attach', ASK_AGAIN_MS);
      return state;
    }
    case 'ended':
      return ended(state, ctx);
  }
}

function informed(info: Info, state: HubState, ctx: HubContext, ports: HubPorts): Next<HubState> {
  if (info.type === 'timeout') {
    switch (info.name) {
      case 'attach':
        return attach(state, ctx);
      case 'read':
        for (const subscriber of state.subscribers.values()) {
          if (subscriber.mode === 'reading') read(state, subscriber, ctx, ports);
        }
        return state;
      case 'release':
        for (const subscriber of state.subscribers.values()) release(subscriber, ports);
        waitForHeld(state, ctx);
        return state;
      default:
        return stop('normal', state);
    }
  }
  if (info.type !== 'down') return state;
  if (info.pid.id === state.series?.id) return attach({ ...state, series: null }, ctx);
  return leave(info.pid, state, ctx, ports);
}

function subscribe(
  { session, user, outbox, start }: Extract<HubCast, { type: 'subscribe' }>,
  state: HubState,
  ctx: HubContext,
  ports: HubPorts,
): HubState {
  ctx.cancelTimer('linger');
  const subscriber: Subscriber = {
    session,
    id: state.subscriptions + 1,
    user,
    monitor: ctx.monitor(session),
    outbox,
    start,
    mode: 'reading',
    asked: false,
    pageRows: ports.limits.replayPage,
    knows: takenForRunning,
  };
  const next: HubState = { ...state, subscriptions: subscriber.id };
  next.subscribers.set(session.id, subscriber);
  read(next, subscriber, ctx, ports);
  return counted(next, ctx);
}

function leave(session: Pid, state: HubState, ctx: HubContext, ports: HubPorts): HubState {
  if (!state.subscribers.delete(session.id)) return state;
  if (state.subscribers.size === 0) ctx.setTimer('linger', ports.limits.hubLingerMs);
  return counted(state, ctx);
}

/** Finds the Series and gives it our count; it answers with its standing. */
function attach(state: HubState, ctx: HubContext): HubState {
  const series = ctx.system.whereis(seriesName(state.run));
  if (series === null) {
    lookUp(state.run, ctx);
    return state;
  }
  ctx.monitor(series);
  ctx.cast(series, { type: 'attach', hub: ctx.self, watchers: state.subscribers.size, shown: state.top });
  return { ...state, series };
}

/** Without a Series the run is being restarted, or there is none any more: the keeper of runs knows. */
function lookUp(run: RunId, ctx: HubContext): void {
  const answer = ctx.call(
    runsName,
    (from: From<Answer<RunRecord | null>>) => ({ type: 'find', run, from }),
    LOOK_UP_TIMEOUT_MS,
  );
  ctx.pipe(answer, (settled) => ({ type: 'looked-up', settled }));
}

/** The run is gone for good, and so are we. */
function ended(state: HubState, ctx: HubContext): Next<HubState> {
  for (const { session } of state.subscribers.values()) ctx.cast(session, { type: 'ended', run: state.run });
  return stop('normal', state);
}

function counted(state: HubState, ctx: HubContext): HubState {
  if (state.series !== null) {
    ctx.cast(state.series, { type: 'watchers', hub: ctx.self, watchers: state.subscribers.size });
  }
  return state;
}

function stands(standing: Standing, state: HubState, ctx: HubContext, ports: HubPorts): HubState {
  const { position } = standing;
  const newEpoch = state.top !== null && state.top.epoch !== position.epoch;
  const next: HubState = { ...state, standing, top: position, epochs: state.epochs + (newEpoch ? 1 : 0) };
  for (const subscriber of state.subscribers.values()) {
    const { mode, outbox } = subscriber;
    if (mode === 'live' && newEpoch) {
      ports.meter.count('zeno_resumes_total', 'epoch-changed');
      outbox.snapshot(position, 'epoch-changed', standing.estimate);
    } else if (mode === 'live' && behind(subscriber, position)) read(next, subscriber, ctx, ports);
    tellState(subscriber, next);
  }
  return next;
}

/** Also of an earlier epoch: the store may have told us of the new one before the Series did. */
function behind({ outbox }: Subscriber, { epoch, offset }: Position): boolean {
  const has = outbox.position;
  if (has === null || has.epoch !== epoch) return true;
  return has.offset < offset && outbox.dueInMs() === null && !outbox.congested();
}
