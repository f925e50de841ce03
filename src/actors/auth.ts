/** The keeper of credentials: identifies, logs in, logs out. What was logged out stays so when this process restarts. */
import type { Random } from '../lib/random.ts';
import type { Limits } from '../protocols/limits.ts';
import type { AuthCall } from '../protocols/mailbox/auth.ts';
import { done, refuse } from '../protocols/refusal.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import { genServer } from '../runtime/gen-server.ts';
import type { ServerMessage } from '../runtime/server-message.ts';
import { type Ended, endLogin, identify, makeLogin, sameText } from './credentials.ts';

/** Where ended logins are kept: outside the process, for as long as the node runs. */
export interface EndedLogins {
  current: Ended;
}

export function auth(
  adminToken: string,
  endedLogins: EndedLogins,
  { limits, random }: { readonly limits: Limits; readonly random: Random },
): Behaviour<ServerMessage<AuthCall, never>> {
  return genServer<null, AuthCall>({
    init: () => null,
    handleCall(request, state, ctx) {
      const nowMs = ctx.clock.wallMs();
      switch (request.type) {
        case 'identify':
          ctx.reply(request.from, identify(request.credentials, adminToken, endedLogins.current, nowMs));
          return state;
        case 'login':
          ctx.reply(
            request.from,
            sameText(request.token, adminToken)
              ? done(makeLogin(adminToken, nowMs, limits.loginMs, random))
              : refuse('forbidden', 'That is not the admin token of this node.'),
          );
          return state;
        case 'logout':
          endedLogins.current = endLogin(
            endedLogins.current,
            request.cookie,
            adminToken,
            nowMs,
            limits.logoutsKept,
          );
          ctx.reply(request.from, null);
          return state;
      }
    },
  });
}
