/** Tokens of a client: who it is, until when, and what becomes of one that is not good. */
import type { SessionCast } from '../../protocols/mailbox/session.ts';
import type { Credentials, Identity } from '../../protocols/ports/service.ts';
import type { Answer } from '../../protocols/refusal.ts';
import { errorReply, expiry, refreshReply } from '../../protocols/wire/centrifugal/frames.ts';
import type { FarewellName } from '../../protocols/wire/farewell.ts';
import type { From } from '../../runtime/call.ts';
import type { Settled } from '../../runtime/context.ts';
import { ask } from '../ask.ts';
import { authName } from '../names.ts';
import { say } from './saying.ts';
import { endOf } from './seats.ts';
import { type Data, type SessionContext, type SessionPorts, seatOf } from './session-data.ts';

/** Patient while the keeper of credentials is being restarted. */
export function identify(credentials: Credentials, ctx: SessionContext): Promise<Answer<Identity>> {
  return ask(ctx.system, authName, (from: From<Identity>) => ({ type: 'identify', credentials, from }));
}

export type Judgement = { readonly endsAtMs: number | null } | 'expired' | 'invalid';

/** What becomes of who presented a token; `identity` null for who presented none. */
export function judgeToken(identity: Identity | null): Judgement {
  if (identity === null) return { endsAtMs: null };
  switch (identity.kind) {
    case 'admin':
      return { endsAtMs: identity.endsAtMs };
    case 'expired':
      return 'expired';
    case 'anonymous':
    case 'unknown':
      return 'invalid';
  }
}

/** Whole seconds for a client's `ttl`; never 0, which would make it refresh without pause. */
export function secondsTo(endsAtMs: number, nowMs: number): number {
  return Math.max(1, Math.ceil((endsAtMs - nowMs) / 1_000));
}

/** The timer of the connection's own token. */
export const endOfToken = 'token';

/** Lets the connection live on until the new token ends, or tells why not. */
export function refreshed(
  { id, settled }: Extract<SessionCast, { readonly type: 'refreshed' }>,
  data: Data,
  ctx: SessionContext,
  ports: SessionPorts,
): Data | FarewellName {
  const endsAtMs = renewed(id, 'refresh', settled, data, ctx);
  if (typeof endsAtMs === 'string') return endsAtMs;
  if (endsAtMs !== undefined) endAt(endOfToken, endsAtMs, ctx, ports);
  return data;
}

/** The same for one seat. */
export function seatRefreshed(
  message: Extract<SessionCast, { readonly type: 'seat-refreshed' }>,
  data: Data,
  ctx: SessionContext,
  ports: SessionPorts,
): Data | FarewellName {
  const endsAtMs = renewed(message.id, 'sub_refresh', message.settled, data, ctx);
  if (typeof endsAtMs === 'string') return endsAtMs;
  const seat = seatOf(data, message);
  if (seat !== null && endsAtMs !== undefined) endAt(endOf(seat.channel), endsAtMs, ctx, ports);
  return data;
}

/** Answers the command; the new end, null for none, undefined where nothing has changed. */
function renewed(
  id: number,
  method: 'refresh' | 'sub_refresh',
  settled: Settled<Answer<Identity>>,
  data: Data,
  ctx: SessionContext,
): number | null | undefined | FarewellName {
  if (!settled.ok) throw settled.error;
  const token = settled.value.ok ? judgeToken(settled.value.value) : null;
  if (token === 'invalid') return 'invalid-token';
  if (token === null || token === 'expired') {
    say(data, errorReply(id, token === null ? 'internal' : 'tokenExpired'));
    return undefined;
  }
  const { endsAtMs } = token;
  const ttl = endsAtMs === null ? null : secondsTo(endsAtMs, ctx.clock.wallMs());
  say(data, refreshReply(id, method, expiry(ttl)));
  return endsAtMs;
}

/** Sets the timer of a token's end, with the grace in which it may still be refreshed. */
export function endAt(
  timer: string,
  endsAtMs: number | null,
  ctx: SessionContext,
  { limits }: SessionPorts,
): void {
  if (endsAtMs === null) ctx.cancelTimer(timer);
  else ctx.setTimer(timer, Math.max(0, endsAtMs - ctx.clock.wallMs()) + limits.refreshGraceMs);
}
