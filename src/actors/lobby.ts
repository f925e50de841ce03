/**
 * The list of live runs, versioned: who has an earlier version gets what has changed since, as long as that is kept.
 * A new incarnation begins a new epoch with an empty list and asks every run to announce itself.
 */
import type { Random } from '../lib/random.ts';
import type { Limits } from '../protocols/limits.ts';
import type { LobbyCall, LobbyCast } from '../protocols/mailbox/lobby.ts';
import { newEpoch } from '../protocols/position.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import { genServer } from '../runtime/gen-server.ts';
import type { ServerMessage } from '../runtime/server-message.ts';
import { applyChange, type Change, emptyList, type LobbyList, stalls, viewSince } from './lobby-list.ts';
import { runsName } from './names.ts';

/** How long to wait before asking again while no run has announced itself. */
const ASK_AGAIN_MS = 100;

export function lobby(limits: Limits, random: Random): Behaviour<ServerMessage<LobbyCall, LobbyCast>> {
  return genServer<LobbyList, LobbyCall, LobbyCast>({
    init(ctx) {
      ctx.setTimer('announce', 0);
      return emptyList(newEpoch(random));
    },
    handleCall(request, state, ctx) {
      if (request.type === 'list') ctx.reply(request.from, viewSince(state, request.since));
      else ctx.reply(request.from, stalls(state, ctx.clock.monotonicMs(), limits.stalledMs));
      return state;
    },
    handleCast(message, state, ctx) {
      const apply = (list: LobbyList, change: Change) =>
        applyChange(list, change, ctx.clock.monotonicMs(), limits.lobbyChanges);
      switch (message.type) {
        case 'put':
          return apply(state, { op: 'put', run: message.item.run, item: message.item });
        case 'remove':
          return apply(state, { op: 'remove', run: message.run });
        case 'only':
          return [...state.items.keys()]
            .filter((run) => !message.runs.has(run))
            .reduce((list, run) => apply(list, { op: 'remove', run }), state);
      }
    },
    handleInfo(info, state, ctx) {
      if (info.type !== 'timeout') return state;
      // Now and then anew: what was said while this process or its name was not there is said again.
      const runs = ctx.system.whereis(runsName);
      if (runs !== null) ctx.cast(runs, { type: 'announce' });
      ctx.setTimer('announce', state.items.size === 0 ? ASK_AGAIN_MS : limits.lobbyAnnounceMs);
      return state;
    },
  });
}
