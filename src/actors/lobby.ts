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
import { applyChange, emptyList, type LobbyList, stalls, viewSince } from './lobby-list.ts';
import { runsName } from './names.ts';

/** How long to wait before asking again for runs that have not announced themselves. */
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
      const change =
        message.type === 'put'
          ? { op: 'put' as const, run: message.item.run, item: message.item }
          : { op: 'remove' as const, run: message.run };
      return applyChange(state, change, ctx.clock.monotonicMs(), limits.lobbyChanges);
    },
    handleInfo(info, state, ctx) {
      if (info.type !== 'timeout' || state.items.size > 0) return state;
      const runs = ctx.system.whereis(runsName);
      if (runs !== null) ctx.cast(runs, { type: 'announce' });
      ctx.setTimer('announce', ASK_AGAIN_MS);
      return state;
    },
  });
}
