/**
 * The door. While it lives the node accepts connections, and each client that is let in gets a session of its own;
 * when it ends, so does the listening socket, while those who are in stay. It starts last and stops first.
 */
import type { ListenerCall, Visit } from '../protocols/mailbox/session.ts';
import type { Front } from '../protocols/ports/front.ts';
import { type Answer, done, refuse } from '../protocols/refusal.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import type { From } from '../runtime/call.ts';
import type { Context } from '../runtime/context.ts';
import { genServer } from '../runtime/gen-server.ts';
import type { ServerMessage } from '../runtime/server-message.ts';
import type { Partitions } from '../supervision/partition-supervisor.ts';
import type { DynamicMessage } from '../supervision/supervisor.ts';
import { startChild } from '../supervision/supervisor-admin.ts';

/** The supervisors of sessions; a client belongs to the partition of its id. */
export type Sessions = Partitions<DynamicMessage<Visit>>;

export function listener(front: Front, sessions: Sessions): Behaviour<ServerMessage<ListenerCall, never>> {
  return genServer<{ readonly url: string }, ListenerCall>({
    async init(ctx) {
      const listened = await front.listen();
      if (listened.kind === 'refused') throw new Error(listened.detail);
      const { listening } = listened;
      ctx.own(() => listening.close());
      return { url: listening.url };
    },
    handleCall(request, state, ctx) {
      if (request.type === 'url') ctx.reply(request.from, state.url);
      else void admit(request.visit, request.from, sessions, ctx);
      return state;
    },
  });
}

/** In the background, so that one session's start does not keep the next client waiting. */
async function admit(
  visit: Visit,
  from: From<Answer<null>>,
  sessions: Sessions,
  ctx: Context<ListenerCall>,
): Promise<void> {
  const started = await startChild(ctx.system, sessions.of(visit.id), visit);
  ctx.reply(
    from,
    started.ok ? done(null) : refuse('not-ready', 'No session could be started. Try again in a moment.'),
  );
}
