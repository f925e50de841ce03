/**
 * A client's subscribe from the command to the seat. Whether the channel is there and its token good is asked in the
 * background; the seat is taken meanwhile, so that a second subscribe is told so and an unsubscribe finds it.
 */
import type { Start } from '../../protocols/mailbox/hub.ts';
import type { Admitted, SessionCast, Watchable } from '../../protocols/mailbox/session.ts';
import type { ListVersion } from '../../protocols/ports/lobby-outbox.ts';
import { parsePosition } from '../../protocols/position.ts';
import { type Answer, done } from '../../protocols/refusal.ts';
import type { ErrorName } from '../../protocols/wire/centrifugal/codes.ts';
import type { CommandOf } from '../../protocols/wire/centrifugal/commands.ts';
import { errorReply, expiry, subscribedReply } from '../../protocols/wire/centrifugal/frames.ts';
import { supervisionChannel } from '../../protocols/wire/centrifugal/json-codec.ts';
import type { FarewellName } from '../../protocols/wire/farewell.ts';
import type { SubscribeCommand } from '../../protocols/wire/frame-codec.ts';
import { lobbyChannel } from '../lobby-outbox.ts';
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
} from './session-data.ts';
import { endAt, identify, judgeToken, secondsTo } from './tokens.ts';

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
    say(data, errorReply(command.id, error));
    return data;
  }
  const seat: AskedSeat = { kind: 'asked', channel, id: data.seated + 1, command };
  ctx.setTimer(deadlineOf(channel), ports.limits.subscribeMs);
  ctx.pipe(admit(channel, token, ctx, ports), (settled) => ({
    type: 'admitted',
    channel,
    seat: seat.id,
    settled,
  }));
  return withSeat(data, seat);
}

function refusalFor(
  { channel, data: wish }: Params,
  { seats }: Data,
  { limits }: SessionPorts,
): ErrorName | null {
  if (seats.has(channel)) return 'alreadySubscribed';
  if (seats.size >= limits.subscriptionsPerClient) return 'limitExceeded';
  return everyMsOf(wish, limits.everyMsMax) === null ? 'badRequest' : null;
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
  ctx: SessionContext,
  { finder }: SessionPorts,
): Promise<Admitted> {
  const [what, identity] = await Promise.all([
    find(channel, finder.existing),
    token === undefined || token === '' ? null : identify({ bearer: token, cookie: null }, ctx),
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
    say(data, errorReply(seat.command.id, error));
    return leave(seat, data, ctx);
  };
  const token = judgeToken(identity);
  if (token === 'invalid') return 'invalid-token';
  if (token === 'expired') return refuse('tokenExpired');
  if (!what.ok) return refuse(what.code === 'unknown-run' ? 'unknownChannel' : 'internal');
  endAt(endOf(seat.channel), token.endsAtMs, ctx, ports);
  const ttl = token.endsAtMs === null ? null : secondsTo(token.endsAtMs, ctx.clock.wallMs());
  const taken = sit(what.value, seat, ttl, withoutSeat(data, seat.channel), ctx, ports);
  return taken ?? refuse('alreadySubscribed');
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
      return takeLobbySeat(id, command, recovering ? versionOf(params) : null, data, ctx, ports);
    case 'supervision': {
      welcomeToFeed(command, data, ports);
      const stop = followFeed(data, ports.feed, ctx, ports.limits.outboxSoftBytes);
      return withSeat(data, { kind: 'supervision', channel, id, stop });
    }
    case 'run': {
      const { run } = what;
      for (const other of data.seats.values()) if (other.kind === 'run' && other.run === run) return null;
      const everyMs = everyMsOf(params.data, ports.limits.everyMsMax) ?? 0;
      const wish = { run, opening: { channel, command }, start: startOf(params), everyMs };
      return takeRunSeat(id, wish, data, ctx, ports);
    }
  }
}

/** A subscribe that has not been answered in time: its client would take a silence for a dead connection. */
export function overdue(seat: Seat, data: Data, ctx: SessionContext): Data {
  const answered =
    seat.kind === 'run' ? seat.outbox.position !== null : seat.kind === 'lobby' && seat.outbox.begun;
  const commandId = commandIdOf(seat);
  if (answered || commandId === null) return data;
  say(data, errorReply(commandId, 'internal'));
  return leave(seat, data, ctx);
}

function commandIdOf(seat: Seat): number | null {
  if (seat.kind === 'asked') return seat.command.id;
  return seat.kind === 'supervision' ? null : seat.commandId;
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
  say(data, subscribedReply(id, result, publications));
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
