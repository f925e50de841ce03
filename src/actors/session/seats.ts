/**
 * What a client watches, one seat a channel. The process that serves a seat (a hub, the lobby) may die: the seat keeps
 * the client's place, looks for the next one, and goes on from there.
 */
import { lobbyChannel, supervisionChannel } from '../../protocols/channels.ts';
import type { RunId } from '../../protocols/identity.ts';
import type { Start } from '../../protocols/mailbox/hub.ts';
import type { SessionCast } from '../../protocols/mailbox/session.ts';
import type { ListVersion } from '../../protocols/ports/lobby-outbox.ts';
import type { Position } from '../../protocols/position.ts';
import { codecOf } from '../../protocols/wire/codecs.ts';
import type { Opening, SubscribeCommand } from '../../protocols/wire/frame-codec.ts';
import type { Pid } from '../../runtime/pid.ts';
import { ASK_AGAIN_MS } from '../ask.ts';
import { findHub } from '../find-hub.ts';
import { createLobbyOutbox } from '../lobby-outbox.ts';
import { lobbyName } from '../names.ts';
import { createOutbox } from '../outbox.ts';
import {
  type Data,
  type LobbySeat,
  type RunSeat,
  type Seat,
  type SessionContext,
  type SessionPorts,
  seatOf,
  withoutSeat,
  withSeat,
} from './session-data.ts';

/** What each client that follows the feed adds to the count of them. */
const oneFollower: ReadonlyMap<string, number> = new Map([[supervisionChannel, 1]]);

export interface RunWish {
  readonly run: RunId;
  readonly opening: Opening;
  readonly start: Start;
  readonly everyMs: number;
  /** As in an outbox's options. */
  readonly mark: ((position: Position) => Uint8Array) | null;
}

export function takeRunSeat(
  id: number,
  { run, opening, start, everyMs, mark }: RunWish,
  data: Data,
  ctx: SessionContext,
  { limits }: Pick<SessionPorts, 'limits'>,
): Data {
  const { channel, command } = opening;
  const outbox = createOutbox(data.connection, {
    clock: ctx.clock,
    everyMs,
    opening,
    mark,
    openingBytes: limits.outboxSoftBytes,
    turn: data.turn,
    onTurn: () => ctx.cast(ctx.self, { type: 'turn', channel, seat: id }),
    onLost: () => ctx.cast(ctx.self, { type: 'lost', channel, seat: id }),
  });
  const commandId = command?.id ?? null;
  const seat: RunSeat = { kind: 'run', channel, id, run, outbox, start, hub: null, commandId };
  lookForHub(seat, ctx);
  return withSeat(data, seat);
}

export function takeLobbySeat(
  id: number,
  command: SubscribeCommand,
  since: ListVersion | null,
  data: Data,
  ctx: SessionContext,
): Data {
  const outbox = createLobbyOutbox(data.connection, {
    command,
    since,
    onLost: () => ctx.cast(ctx.self, { type: 'lost', channel: lobbyChannel, seat: id }),
  });
  const seat = {
    kind: 'lobby',
    channel: lobbyChannel,
    id,
    outbox,
    lobby: null,
    commandId: command.id,
  } as const;
  return withSeat(data, joinLobby(seat, ctx));
}

/** The feed to a connection; what is left out when a reader does not keep up, its numbers show. */
export function followFeed(
  data: Data,
  { feed, meter }: Pick<SessionPorts, 'feed' | 'meter'>,
  ctx: SessionContext,
): () => void {
  const { connection } = data;
  const codec = codecOf(connection.format);
  const stopCounting = ctx.own(meter.read('zeno_subscriptions', () => oneFollower));
  const stop = ctx.own(
    feed.subscribe((event) => {
      if (connection.congested()) return;
      connection.write(codec.supervision(event.type, JSON.stringify(event)));
    }),
  );
  return () => {
    stop();
    stopCounting();
  };
}

/** Ends a seat: nothing is written for it from now on, and who served it is told. */
export function leave(seat: Seat, data: Data, ctx: SessionContext): Data {
  ctx.cancelTimer(deadlineOf(seat.channel));
  ctx.cancelTimer(endOf(seat.channel));
  ctx.cancelTimer(lookAgain(seat.channel));
  switch (seat.kind) {
    case 'run':
      seat.outbox.end();
      if (seat.hub !== null) {
        ctx.demonitor(seat.hub.monitor);
        ctx.cast(seat.hub.pid, { type: 'unsubscribe', session: ctx.self });
      }
      break;
    case 'lobby':
      seat.outbox.end();
      if (seat.lobby !== null) {
        ctx.demonitor(seat.lobby.monitor);
        ctx.cast(seat.lobby.pid, { type: 'unwatch', session: ctx.self });
      }
      break;
    case 'supervision':
      seat.stop();
      break;
    case 'asked':
      break;
  }
  return withoutSeat(data, seat.channel);
}

export function foundHub(
  message: Extract<SessionCast, { readonly type: 'found-hub' }>,
  data: Data,
  ctx: SessionContext,
): Data {
  const seat = seatOf(data, message);
  if (seat?.kind !== 'run') return data;
  const hub = message.settled.ok ? message.settled.value : null;
  if (hub === null) {
    ctx.setTimer(lookAgain(seat.channel), ASK_AGAIN_MS);
    return data;
  }
  const { outbox, start } = seat;
  const { user } = data;
  const monitor = ctx.monitor(hub);
  ctx.cast(hub, { type: 'subscribe', session: ctx.self, user, outbox, start });
  return withSeat(data, { ...seat, hub: { pid: hub, monitor } });
}

/** Whoever serves a seat may go on writing for it. */
export function goOn(seat: Seat, ctx: SessionContext): void {
  if (seat.kind === 'run' && seat.hub !== null)
    ctx.cast(seat.hub.pid, { type: 'drained', session: ctx.self });
}

/** What served a seat is gone: the next one continues where the outbox stands. */
export function sourceDown(pid: Pid, data: Data, ctx: SessionContext): Data {
  for (const seat of data.seats.values()) {
    if (seat.kind === 'run' && seat.hub?.pid.id === pid.id) {
      const start: Start = seat.outbox.position === null ? seat.start : { kind: 'continue' };
      const next: RunSeat = { ...seat, hub: null, start };
      // The page that it may have waited for does not come any more.
      seat.outbox.passTurn();
      lookForHub(next, ctx);
      return withSeat(data, next);
    }
    if (seat.kind === 'lobby' && seat.lobby?.pid.id === pid.id) {
      return withSeat(data, joinLobby({ ...seat, lobby: null }, ctx));
    }
  }
  return data;
}

export function lookAgainFor(channel: string, data: Data, ctx: SessionContext): Data {
  const seat = data.seats.get(channel);
  if (seat?.kind === 'run') lookForHub(seat, ctx);
  return seat?.kind === 'lobby' && seat.lobby === null ? withSeat(data, joinLobby(seat, ctx)) : data;
}

function lookForHub({ channel, id: seat, run }: RunSeat, ctx: SessionContext): void {
  ctx.pipe(findHub(run, ctx), (settled) => ({ type: 'found-hub', channel, seat, settled }));
}

function joinLobby(seat: LobbySeat, ctx: SessionContext): LobbySeat {
  const pid = ctx.system.whereis(lobbyName);
  if (pid === null) {
    ctx.setTimer(lookAgain(seat.channel), ASK_AGAIN_MS);
    return seat;
  }
  const monitor = ctx.monitor(pid);
  ctx.cast(pid, { type: 'watch', session: ctx.self, outbox: seat.outbox });
  return { ...seat, lobby: { pid, monitor } };
}

/** Names of a seat's timers: a word and the channel. */
export const deadlineOf = (channel: string) => `deadline ${channel}`;
export const endOf = (channel: string) => `end ${channel}`;
const lookAgain = (channel: string) => `look ${channel}`;
