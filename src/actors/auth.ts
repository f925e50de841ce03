/**
 * The keeper of credentials: identifies, logs in, logs out. What was logged out stays so when this process restarts.
 *
 * The admin token and logins made with it are judged at once, so that an issuer whose keys don't come keeps no admin
 * waiting; a user's token is looked at in the background.
 */
import type { Random } from '../lib/random.ts';
import type { Limits } from '../protocols/limits.ts';
import type { AuthCall, AuthCast } from '../protocols/mailbox/auth.ts';
import type { Log } from '../protocols/ports/log.ts';
import type { Credentials, Identity } from '../protocols/ports/service.ts';
import type { OpenVerifier, TokenVerifier, Verdict } from '../protocols/ports/token-verifier.ts';
import { done, refuse } from '../protocols/refusal.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import type { From } from '../runtime/call.ts';
import type { Context } from '../runtime/context.ts';
import { genServer } from '../runtime/gen-server.ts';
import type { ServerMessage } from '../runtime/server-message.ts';
import { endLogin, identify, isEndedLogin, makeLogin, sameText } from './credentials.ts';
import type { Ended } from './ended.ts';
import { endToken, identityOf, loginOf, ticketOf, uncheckable, whyUnknown } from './token-identity.ts';

/** Where ended logins are kept: outside the process, for as long as the node runs. */
export interface EndedLogins {
  current: Ended;
}

export interface AuthPorts {
  readonly limits: Limits;
  readonly random: Random;
  /** Null where users have no tokens. */
  readonly openVerifier: OpenVerifier | null;
  /** Says why a token is not good, which whoever sent it is not told. */
  readonly log: Pick<Log, 'debug'>;
}

/** Keys that don't come are what an operator has to hear of; a bad token says nothing of them, and anybody can send one. */
function downAfter(verdict: Verdict, before: string | null): string | null {
  if (verdict.kind === 'unavailable') return verdict.why ?? before;
  return verdict.kind === 'invalid' ? before : null;
}

/** Where users have no tokens. */
const ofNobody = 'neither the admin token nor a login made with it';

interface State {
  /** Null where users have no tokens. */
  readonly verifier: TokenVerifier | null;
  /** Why tokens can't be checked; null while they can. */
  readonly down: string | null;
}

type AuthContext = Context<AuthCall, AuthCast>;

export function auth(
  adminToken: string,
  endedLogins: EndedLogins,
  { limits, random, openVerifier, log }: AuthPorts,
): Behaviour<ServerMessage<AuthCall, AuthCast>> {
  /** Looks at a user's token in the background; `without` is done where users have none. */
  function look(token: string, asked: AuthCall, state: State, ctx: AuthContext, without: () => void): void {
    if (state.verifier === null) without();
    else {
      ctx.pipe(state.verifier.verify(token), (settled) => ({ type: 'verified', asked, token, settled }));
    }
  }

  /** By what this node has given out itself; whatever is unknown to it may be a user's token. */
  function judge(
    credentials: Credentials,
    asked: AuthCall & { readonly from: From<Identity> },
    state: State,
    ctx: AuthContext,
  ): void {
    const identity = identify(credentials, adminToken, endedLogins.current, ctx.clock.wallMs());
    const token = credentials.bearer ?? credentials.cookie;
    const answer = () => ctx.reply(asked.from, identity);
    const refuseFor = (reason: string) => {
      refused(asked, reason);
      answer();
    };
    if (token === null || identity.kind !== 'unknown') answer();
    else if (isEndedLogin(token, adminToken, endedLogins.current)) refuseFor('logged out');
    else look(token, asked, state, ctx, () => refuseFor(ofNobody));
  }

  /** At the level of debugging, because anybody can send as many as he likes. */
  function refused({ type }: AuthCall, reason: string): void {
    log.debug({ asked: type, reason }, 'token refused');
  }

  function answer(asked: AuthCall, token: string, verdict: Verdict, ctx: AuthContext): void {
    const { current: ended } = endedLogins;
    const reason = whyUnknown(verdict, token, asked.type === 'ticket' ? asked.ticket : null, ended);
    if (reason !== null) refused(asked, reason);
    const nowMs = ctx.clock.wallMs();
    switch (asked.type) {
      case 'identify':
        ctx.reply(asked.from, identityOf(verdict, token, ended));
        break;
      case 'ticket':
        ctx.reply(asked.from, ticketOf(verdict, asked.ticket, ended));
        break;
      case 'login':
        ctx.reply(asked.from, loginOf(verdict, token, ended, { nowMs, loginMs: limits.loginMs }));
        break;
      case 'logout': {
        const after = endToken(verdict, token, ended, { nowMs, max: limits.logoutsKept });
        endedLogins.current = after ?? ended;
        ctx.reply(asked.from, after === null ? uncheckable : done(null));
      }
    }
  }

  return genServer<State, AuthCall, AuthCast>({
    init(ctx) {
      const verifier = openVerifier?.() ?? null;
      if (verifier !== null) ctx.own(() => verifier.close());
      return { verifier, down: null };
    },
    handleCall(request, state, ctx) {
      const nowMs = ctx.clock.wallMs();
      switch (request.type) {
        case 'identify':
          judge(request.credentials, request, state, ctx);
          return state;
        case 'ticket':
          judge({ bearer: request.ticket.token, cookie: null }, request, state, ctx);
          return state;
        case 'login':
          if (sameText(request.token, adminToken)) {
            ctx.reply(request.from, done(makeLogin(adminToken, nowMs, limits.loginMs, random)));
          } else {
            look(request.token, request, state, ctx, () => {
              refused(request, ofNobody);
              ctx.reply(request.from, refuse('forbidden', 'That is not the admin token of this node.'));
            });
          }
          return state;
        case 'logout': {
          const { current } = endedLogins;
          endedLogins.current = endLogin(current, request.cookie, adminToken, nowMs, limits.logoutsKept);
          const answered = () => ctx.reply(request.from, done(null));
          if (endedLogins.current !== current) answered();
          else look(request.cookie, request, state, ctx, answered);
          return state;
        }
      }
    },
    handleCast({ asked, token, settled }, state, ctx) {
      if (!settled.ok) throw settled.error;
      const { value: verdict } = settled;
      answer(asked, token, verdict, ctx);
      const down = downAfter(verdict, state.down);
      if (down !== state.down)
        ctx.note(down === null ? 'up: keys of tokens' : `down: keys of tokens: ${down}`);
      return { ...state, down };
    },
  });
}
