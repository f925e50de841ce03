/** The ends of a client's tokens, and what comes of a new one in time. */
import type { SessionCast } from '../../protocols/mailbox/session.ts';
import type { Identity } from '../../protocols/ports/service.ts';
import type { Answer } from '../../protocols/refusal.ts';
import { expiry, refusal } from '../../protocols/wire/centrifugal/messages.ts';
import type { FarewellName } from '../../protocols/wire/farewell.ts';
import type { Settled } from '../../runtime/context.ts';
import { judgeToken, judgeVisit, type NotGood } from './judging.ts';
import { withdraw } from './permission.ts';
import { say } from './saying.ts';
import { endOf } from './seats.ts';
import { type Data, type SessionContext, type SessionPorts, seatOf, withTicket } from './session-data.ts';

/** What the smallest of the typed clients can hold. */
const TTL_MAX = 2 ** 31 - 1;

/** Whole seconds for a client's `ttl`, null for no end; never 0, which would make it refresh without pause. */
export function ttlOf(endsAtMs: number | null, { clock }: SessionContext): number | null {
  if (endsAtMs === null) return null;
  return Math.min(TTL_MAX, Math.max(1, Math.ceil((endsAtMs - clock.wallMs()) / 1_000)));
}

/** The timer of the connection's own token. */
export const endOfToken = 'token';
/** The timer of what the request itself showed. */
export const endOfVisit = 'visit';

/** Lets the connection live on until the new token ends, with the rights it gives, or tells why not. */
export function refreshed(
  { id, settled }: Extract<SessionCast, { readonly type: 'refreshed' }>,
  data: Data,
  ctx: SessionContext,
  ports: SessionPorts,
): Data | FarewellName {
  const identity = known(settled);
  const client = identity === null ? 'internal' : judgeVisit(identity, true, data, ports);
  if (client === 'unauthorized' || client === 'invalid-token') return 'invalid-token';
  if (typeof client === 'string') return refused(id, client, data);
  // A connection is one user's to its end: what hubs count and what it watches hang on that.
  if (client.user !== data.user) return 'invalid-token';
  renewed(id, 'refresh', client.tokenEndsAtMs, data, ctx);
  ctx.cancelTimer(endOfVisit);
  endAt(endOfToken, client.tokenEndsAtMs, ctx, ports);
  return withdraw({ ...data, ...client }, ctx, ports);
}

/** The same for one seat. */
export function seatRefreshed(
  message: Extract<SessionCast, { readonly type: 'seat-refreshed' }>,
  data: Data,
  ctx: SessionContext,
  ports: SessionPorts,
): Data | FarewellName {
  const identity = known(message.settled);
  const ticket = identity === null ? 'internal' : judgeToken(identity);
  if (ticket === 'invalid-token') return ticket;
  if (typeof ticket === 'string') return refused(message.id, ticket, data);
  renewed(message.id, 'sub_refresh', ticket.endsAtMs, data, ctx);
  const seat = seatOf(data, message);
  if (seat === null) return data;
  endAt(endOf(seat.channel), ticket.endsAtMs, ctx, ports);
  return withTicket(data, seat.channel);
}

/** Null where nobody could be asked. */
function known(settled: Settled<Answer<Identity>>): Identity | null {
  if (!settled.ok) throw settled.error;
  return settled.value.ok ? settled.value.value : null;
}

function refused(id: number, error: Exclude<NotGood, 'invalid-token'>, data: Data): Data {
  say(data, refusal(id, error));
  return data;
}

function renewed(
  id: number,
  method: 'refresh' | 'sub_refresh',
  endsAtMs: number | null,
  data: Data,
  ctx: SessionContext,
): void {
  const ttl = ttlOf(endsAtMs, ctx);
  say(data, { id, reply: method, result: expiry(ttl) });
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

/** To the moment: what the request showed can't be renewed, so there is nothing to wait for. */
export function endVisitAt(endsAtMs: number | null, ctx: SessionContext): void {
  if (endsAtMs !== null) ctx.setTimer(endOfVisit, Math.max(0, endsAtMs - ctx.clock.wallMs()));
}
