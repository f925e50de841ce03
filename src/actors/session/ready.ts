/** A session whose client was let in: what it says, what happens to what serves it, and what time brings. */
import type { SessionCast } from '../../protocols/mailbox/session.ts';
import { readCommands } from '../../protocols/wire/centrifugal/commands.ts';
import { unsubscribePush } from '../../protocols/wire/centrifugal/frames.ts';
import type { FarewellName } from '../../protocols/wire/farewell.ts';
import { keepState, nextState, type StatemInfo } from '../../runtime/gen-statem.ts';
import type { Step } from '../../runtime/statem-step.ts';
import { obeyAll, pongTimer } from './obeying.ts';
import { say } from './saying.ts';
import { foundHub, leave, lookAgainFor, sourceDown } from './seats.ts';
import { type Data, type SessionContext, type SessionPorts, seatOf } from './session-data.ts';
import { admitted, overdue } from './subscribing.ts';
import { endOfToken, refreshed, seatRefreshed } from './tokens.ts';
import { pinged } from './welcome.ts';

export type StateName = 'connecting' | 'authenticating' | 'ready' | 'draining' | 'closed';
export type Move = Step<StateName, Data, SessionCast>;

/** Ends the connection with these words. */
export function part(farewell: FarewellName, data: Data): Move {
  return nextState('draining', { ...data, farewell });
}

function partOr(next: Data | FarewellName, data: Data): Move {
  return typeof next === 'string' ? part(next, data) : keepState(next);
}

export function whenReady(message: SessionCast, data: Data, ctx: SessionContext, ports: SessionPorts): Move {
  switch (message.type) {
    case 'heard': {
      const commands = data.dialogue === null ? null : readCommands(message.text);
      return partOr(commands === null ? 'bad-request' : obeyAll(commands, data, ctx, ports), data);
    }
    case 'obey':
      return partOr(obeyAll(message.commands, data, ctx, ports), data);
    case 'admitted':
      return partOr(admitted(message, data, ctx, ports), data);
    case 'refreshed':
      return partOr(refreshed(message, data, ctx, ports), data);
    case 'seat-refreshed':
      return partOr(seatRefreshed(message, data, ctx, ports), data);
    case 'found-hub':
      return keepState(foundHub(message, data, ctx));
    case 'lost': {
      const seat = seatOf(data, message);
      return keepState(seat === null ? data : leave(seat, data, ctx));
    }
    case 'say':
      if (!message.settled.ok) throw message.settled.error;
      say(data, message.settled.value);
      return keepState(data);
    case 'drained':
      for (const seat of data.seats.values()) {
        if (seat.kind === 'run' && seat.hub !== null)
          ctx.cast(seat.hub.pid, { type: 'drained', session: ctx.self });
      }
      return keepState(data);
    case 'ended':
      return runEnded(message, data, ctx);
    default:
      return keepState(data);
  }
}

/** For a client that can only listen there is nothing left; another may watch other runs still. */
function runEnded(
  { run }: Extract<SessionCast, { readonly type: 'ended' }>,
  data: Data,
  ctx: SessionContext,
): Move {
  if (data.dialogue === null) return part('ended', data);
  let next = data;
  for (const seat of data.seats.values()) {
    if (seat.kind !== 'run' || seat.run !== run) continue;
    say(data, unsubscribePush(seat.channel, 'ended'));
    next = leave(seat, next, ctx);
  }
  return keepState(next);
}

export function toldWhenReady(info: StatemInfo, data: Data, ctx: SessionContext, ports: SessionPorts): Move {
  if (info.type === 'down') return keepState(sourceDown(info.pid, data, ctx));
  if (info.type !== 'timeout') return keepState(data);
  switch (info.name) {
    case 'ping':
      return keepState(pinged(data, ctx, ports));
    case pongTimer:
      return part('no-pong', data);
    case endOfToken:
      return part('expired', data);
    default:
      return keepState(seatTimer(info.name, data, ctx));
  }
}

/** Timers of seats have a word and a channel for a name. */
function seatTimer(name: string, data: Data, ctx: SessionContext): Data {
  const [word, channel = ''] = name.split(' ');
  const seat = data.seats.get(channel);
  if (seat === undefined) return data;
  switch (word) {
    case 'deadline':
      return overdue(seat, data, ctx);
    case 'end':
      say(data, unsubscribePush(channel, 'expired'));
      return leave(seat, data, ctx);
    default:
      return lookAgainFor(channel, data, ctx);
  }
}
