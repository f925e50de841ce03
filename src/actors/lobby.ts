/**
 * The list of live runs, versioned: who has an earlier version gets what has changed since, as long as that is kept.
 * A new incarnation begins a new epoch with an empty list and asks every run to announce itself.
 */
import type { Random } from '../lib/random.ts';
import { lobbyChannel } from '../protocols/channels.ts';
import type { Limits } from '../protocols/limits.ts';
import type { LobbyCall, LobbyCast } from '../protocols/mailbox/lobby.ts';
import type { LobbyOutbox, SharedView } from '../protocols/ports/lobby-outbox.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import { newEpoch } from '../protocols/position.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import type { Context } from '../runtime/context.ts';
import { genServer } from '../runtime/gen-server.ts';
import type { MonitorRef } from '../runtime/info.ts';
import type { Pid } from '../runtime/pid.ts';
import type { ServerMessage } from '../runtime/server-message.ts';
import { applyChange, type Change, emptyList, type LobbyList, stalls, viewSince } from './lobby-list.ts';
import { sharedView } from './lobby-outbox.ts';
import { runsName } from './names.ts';

/** How long to wait before asking again while no run has announced itself. */
const ASK_AGAIN_MS = 100;

interface Watcher {
  readonly outbox: LobbyOutbox;
  readonly monitor: MonitorRef;
}

interface State {
  readonly list: LobbyList;
  /** By the pid of the session; changed in place, there may be thousands. */
  readonly watchers: Map<string, Watcher>;
}

type Ctx = Context<LobbyCall, LobbyCast>;

export function lobby(
  limits: Limits,
  random: Random,
  meter: Meter,
): Behaviour<ServerMessage<LobbyCall, LobbyCast>> {
  /** For the figures alone. */
  let newest: LobbyList | null = null;

  return genServer<State, LobbyCall, LobbyCast>({
    init(ctx) {
      ctx.setTimer('announce', 0);
      ctx.setTimer('flush', limits.lobbyFlushMs);
      const watchers: State['watchers'] = new Map();
      ctx.own(meter.read('zeno_subscriptions', () => new Map([[lobbyChannel, watchers.size]])));
      ctx.own(meter.read('zeno_runs', () => statesOf(newest)));
      newest = emptyList(newEpoch(random));
      return { list: newest, watchers };
    },
    handleCall(request, state, ctx) {
      const { list } = state;
      if (request.type === 'list') ctx.reply(request.from, viewSince(list, request.since));
      else ctx.reply(request.from, stalls(list, ctx.clock.monotonicMs(), limits.stalledMs));
      return state;
    },
    handleCast(message, state, ctx) {
      switch (message.type) {
        case 'watch':
          watch(message, state, ctx);
          return state;
        case 'unwatch':
          unwatch(message.session, state, ctx);
          return state;
        default:
          newest = changed(message, state.list, ctx, limits);
          return { ...state, list: newest };
      }
    },
    handleInfo(info, state, ctx) {
      if (info.type === 'down') state.watchers.delete(info.pid.id);
      if (info.type !== 'timeout') return state;
      if (info.name === 'flush') {
        flush(state);
        ctx.setTimer('flush', limits.lobbyFlushMs);
        return state;
      }
      // Now and then anew: what was said while this process or its name was not there is said again.
      const runs = ctx.system.whereis(runsName);
      if (runs !== null) ctx.cast(runs, { type: 'announce' });
      ctx.setTimer('announce', state.list.items.size === 0 ? ASK_AGAIN_MS : limits.lobbyAnnounceMs);
      return state;
    },
  });
}

function statesOf(list: LobbyList | null): ReadonlyMap<string, number> {
  const states = new Map<string, number>();
  for (const { item } of list?.items.values() ?? [])
    states.set(item.state, (states.get(item.state) ?? 0) + 1);
  return states;
}

type Told = Exclude<LobbyCast, { readonly type: 'watch' | 'unwatch' }>;

function changed(message: Told, list: LobbyList, ctx: Ctx, limits: Limits): LobbyList {
  const apply = (before: LobbyList, change: Change) =>
    applyChange(before, change, ctx.clock.monotonicMs(), limits.lobbyChanges);
  switch (message.type) {
    case 'put':
      return apply(list, { op: 'put', run: message.item.run, item: message.item });
    case 'remove':
      return apply(list, { op: 'remove', run: message.run });
    case 'only':
      return [...list.items.keys()]
        .filter((run) => !message.runs.has(run))
        .reduce((before, run) => apply(before, { op: 'remove', run }), list);
  }
}

function watch(
  { session, outbox }: Extract<LobbyCast, { readonly type: 'watch' }>,
  { list, watchers }: State,
  ctx: Ctx,
): void {
  watchers.set(session.id, { outbox, monitor: ctx.monitor(session) });
  outbox.show(sharedView(viewSince(list, outbox.since)));
}

function unwatch(session: Pid, { watchers }: State, ctx: Ctx): void {
  const watcher = watchers.get(session.id);
  if (watcher === undefined) return;
  ctx.demonitor(watcher.monitor);
  watchers.delete(session.id);
}

/** What has changed goes to each as far as he lacks it; those who lack the same share its bytes. */
function flush({ list, watchers }: State): void {
  const bySince = new Map<string, SharedView>();
  for (const { outbox } of watchers.values()) {
    const { since } = outbox;
    if (outbox.congested() || (since?.epoch === list.epoch && since.version === list.version)) continue;
    const key = since === null ? '' : `${since.epoch}:${since.version}`;
    const shared = bySince.get(key) ?? sharedView(viewSince(list, since));
    bySince.set(key, shared);
    outbox.show(shared);
  }
}
