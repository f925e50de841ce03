/**
 * A client's subscribe from the command to the seat. Whether the channel is there and its token good is asked in the
 * background; the seat is taken meanwhile, so that a second subscribe is told so and an unsubscribe finds it.
 */
import { lobbyChannel, supervisionChannel } from '../../protocols/channels.ts';
import type { Start } from '../../protocols/mailbox/hub.ts';
import type { Admitted, SessionCast, Watchable } from '../../protocols/mailbox/session.ts';
import type { ListVersion } from '../../protocols/ports/lobby-outbox.ts';
import { parsePosition } from '../../protocols/position.ts';
import { type Answer, done } from '../../protocols/refusal.ts';
import type { ErrorName } from '../../protocols/wire/centrifugal/codes.ts';
import type { CommandOf } from '../../protocols/wire/centrifugal/commands.ts';
import { expiry, refusal } from '../../protocols/wire/centrifugal/messages.ts';
import type { FarewellName } from '../../protocols/wire/farewell.ts';
import type { SubscribeCommand } from '../../protocols/wire/frame-codec.ts';
import { identifyTicket } from '../identify.ts';
import { judgeToken } from './judging.ts';
import { mayLook } from './permission.ts';
import { say } from './saying.ts';
import { deadlineOf, endOf, followFeed, leave, takeLobbySeat, takeRunSeat } from './seats.ts';
import {
  type AskedSeat,
  type Data,
  type Seat,
  type SessionContext,
  type SessionPorts,
  seatOf,
  withoutSeat,
  withSeat,
  withTicket,
} from './session-data.ts';
import { endAt, ttlOf } from './tokens.ts';

type Params = CommandOf<'subscribe'>['params'];

/** The client would rather have an error than a snapshot. */
const STRICT = 2;

export function subscribe(
  command: CommandOf<'subscribe'>,
  data: Data,
  ctx: SessionContext,
  ports: SessionPorts,
): Data {
  const { channel, token } = command.params;
  const error = refusalFor(command.params, data, ports);
  if (error !== null) {
    say(data, refusal(command.id, error));
    return data;
  }
  const seat: AskedSeat = { kind: 'asked', channel, id: data.seated + 1, command };
  ctx.setTimer(deadlineOf(channel), ports.limits.subscribeMs);
  ctx.pipe(admit(channel, token, data, ctx, ports), (settled) => ({
    type: 'admitted',
    channel,
    seat: seat.id,
    settled,
  }));
  return withSeat(data, seat);
}

function refusalFor(params: Params, data: Data, ports: SessionPorts): ErrorName | null {
  const { channel, token = '', data: wish } = params;
  const { seats } = data;
  const { limits, meter } = ports;
  if (seats.has(channel)) return 'alreadySubscribed';
  if (seats.size >= limits.subscriptionsPerClient) {
    meter.limited('subscriptionsPerClient');
    return 'limitExceeded';
  }
  // Before anything is looked up: whether a channel exists is nobody's business who may not watch it.
  if (token === '' && !mayLook(channel, data, ports)) return 'permissionDenied';
  if (everyMsOf(wish, limits.everyMsMax) !== null) return null;
  if (everyMsOf(wish, Number.MAX_SAFE_INTEGER) !== null) meter.limited('everyMsMax');
  return 'badRequest';
}

/** `everyMs` of a subscribe's data, 0 without one, null for anything but a whole number in its bounds. */
function everyMsOf(wish: unknown, max: number): number | null {
  if (typeof wish !== 'object' || wish === null || !('everyMs' in wish)) return 0;
  const { everyMs } = wish;
  return typeof everyMs === 'number' && Number.isInteger(everyMs) && everyMs >= 0 && everyMs <= max
    ? everyMs
    : null;
}

async function admit(
  channel: string,
  token: string | undefined,
  { user }: Data,
  ctx: SessionContext,
  { finder, limits }: SessionPorts,
): Promise<Admitted> {
  const [what, identity] = await Promise.all([
    find(channel, finder.existing),
    token === undefined || token === '' ? null : identifyTicket(ctx.system, { token, channel, user }, limits),
  ]);
  if (identity === null) return { what, identity: null };
  return identity.ok ? { what, identity: identity.value } : { what: identity, identity: null };
}

async function find(
  channel: string,
  existing: SessionPorts['finder']['existing'],
): Promise<Answer<Watchable>> {
  if (channel === lobbyChannel) return done({ kind: 'lobby' });
  if (channel === supervisionChannel) return done({ kind: 'supervision' });
  const found = await existing(channel);
  return found.ok ? done({ kind: 'run', run: found.value.run }) : found;
}

/** What has been asked in the background is known: the client gets its seat or hears why not. */
export function admitted(
  message: Extract<SessionCast, { readonly type: 'admitted' }>,
  data: Data,
  ctx: SessionContext,
  ports: SessionPorts,
): Data | FarewellName {
  const seat = seatOf(data, message);
  if (seat?.kind !== 'asked') return data;
  if (!message.settled.ok) throw message.settled.error;
  const { what, identity } = message.settled.value;
  const refuse = (error: ErrorName): Data => {
    say(data, refusal(seat.command.id, error));
    return leave(seat, data, ctx);
  };
  const ticket = identity === null ? null : judgeToken(identity);
  if (ticket === 'invalid-token') return ticket;
  if (typeof ticket === 'string') return refuse(ticket);
  if (!what.ok) return refuse(what.code === 'unknown-run' ? 'unknownChannel' : 'internal');
  // Once more: what the client may watch can have changed since it asked.
  if (ticket === null && !mayLook(seat.channel, data, ports)) return refuse('permissionDenied');
  const endsAtMs = ticket?.endsAtMs ?? null;
  endAt(endOf(seat.channel), endsAtMs, ctx, ports);
  const ttl = ttlOf(endsAtMs, ctx);
  const taken = sit(what.value, seat, ttl, withoutSeat(data, seat.channel), ctx, ports);
  if (taken === null) return refuse('alreadySubscribed');
  return ticket === null ? taken : withTicket(taken, seat.channel);
}

/** Null where the client watches this already, by another name. */
function sit(
  what: Watchable,
  { id, channel, command: { id: commandId, params } }: AskedSeat,
  ttl: number | null,
  data: Data,
  ctx: SessionContext,
  ports: SessionPorts,
): Data | null {
  const recovering = params.recover === true;
  const strict = ((params.flag ?? 0) & STRICT) !== 0;
  const command: SubscribeCommand = { id: commandId, recovering, strict, ttl };
  switch (what.kind) {
    case 'lobby':
      return takeLobbySeat(id, command, recovering ? versionOf(params) : null, data, ctx);
    case 'supervision': {
      welcomeToFeed(command, data, ports);
      const stop = followFeed(data, ports, ctx);
      return withSeat(data, { kind: 'supervision', channel, id, stop });
    }
    case 'run': {
      const { run } = what;
      for (const other of data.seats.values()) if (other.kind === 'run' && other.run === run) return null;
      const everyMs = everyMsOf(params.data, ports.limits.everyMsMax) ?? 0;
      const wish = { run, opening: { channel, command }, start: startOf(params), everyMs, mark: null };
      return takeRunSeat(id, wish, data, ctx, ports);
    }
  }
}

/** A subscribe that has not been answered in time: its client would take a silence for a dead connection. */
export function overdue(seat: Seat, data: Data, ctx: SessionContext, { meter }: SessionPorts): Data {
  if (!answerOwed(seat, 'internal', data)) return data;
  meter.limited('subscribeMs');
  return leave(seat, data, ctx);
}

/** Ends a seat because its client says so; a subscribe that it did not wait for is answered all the same. */
export function unsubscribe(seat: Seat, data: Data, ctx: SessionContext): Data {
  answerOwed(seat, 'internal', data);
  return leave(seat, data, ctx);
}

/** Tells a client that still waits for the answer to its subscribe why there is none; whether it did. */
export function answerOwed(seat: Seat, error: ErrorName, data: Data): boolean {
  const commandId = owedTo(seat);
  if (commandId !== null) say(data, refusal(commandId, error));
  return commandId !== null;
}

/** The command that has not been answered; null where there is none. */
function owedTo(seat: Seat): number | null {
  switch (seat.kind) {
    case 'asked':
      return seat.command.id;
    case 'run':
      return seat.outbox.position === null && !seat.outbox.over ? seat.commandId : null;
    case 'lobby':
      return seat.outbox.begun ? null : seat.commandId;
    case 'supervision':
      return null;
  }
}

/** The feed can't be resumed; who comes gets what is kept of it. */
function welcomeToFeed({ id, recovering, ttl }: SubscribeCommand, data: Data, { feed }: SessionPorts): void {
  const result = {
    recoverable: false,
    positioned: false,
    epoch: 'live',
    offset: 0,
    was_recovering: recovering,
    recovered: false,
    ...expiry(ttl),
  };
  const publications = feed.recent().map((event) => ({ data: JSON.stringify(event), offset: null }));
  say(data, { id, reply: 'subscribe', result, publications });
}

/** Where a client of a run says it stands. */
export function startOf({ recover, epoch = '', offset = 0 }: Params): Start {
  if (recover !== true) return { kind: 'first' };
  if (epoch === '' && offset === 0) return { kind: 'beginning' };
  const position = parsePosition(`${epoch}:${offset}`);
  return position === null ? { kind: 'bad-position' } : { kind: 'resume', position };
}

function versionOf({ epoch = '', offset = 0 }: Params): ListVersion {
  return { epoch, version: offset };
}
