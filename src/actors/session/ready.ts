/** A session whose client was let in: what it says, what happens to what serves it, and what time brings. */
import type { SessionCast } from '../../protocols/mailbox/session.ts';
import { readCommands } from '../../protocols/wire/centrifugal/commands.ts';
import type { FarewellName } from '../../protocols/wire/farewell.ts';
import { keepState, nextState, type StateHandlers, type StatemInfo } from '../../runtime/gen-statem.ts';
import type { Step } from '../../runtime/statem-step.ts';
import { looked, lookOn } from './looking.ts';
import { obeyAll, pongTimer } from './obeying.ts';
import { say } from './saying.ts';
import { foundHub, goOn, leave, lookAgainFor, sourceDown } from './seats.ts';
import { type Data, type RunSeat, type SessionContext, type SessionPorts, seatOf } from './session-data.ts';
import { admitted, answerOwed, overdue } from './subscribing.ts';
import { endOfToken, endOfVisit, refreshed, seatRefreshed } from './tokens.ts';
import { endOfRun, pinged } from './welcome.ts';

export type StateName = 'connecting' | 'authenticating' | 'ready' | 'draining' | 'closed';
export type Move = Step<StateName, Data, SessionCast>;
export type Handlers = StateHandlers<StateName, Data, never, SessionCast>;

/** The timer of a client's turn to go. */
const drainTimer = 'drain';

/** Ends the connection with these words. */
export function part(farewell: FarewellName, data: Data): Move {
  return nextState('draining', { ...data, farewell });
}

/** The end of the connection comes before all else. */
export function closedOr(message: SessionCast, data: Data, otherwise: () => Move): Move {
  return message.type === 'closed' ? nextState('closed', data) : otherwise();
}

export function withReturn(
  { returnWithinMs }: Extract<SessionCast, { readonly type: 'drain' }>,
  data: Data,
): Data {
  return { ...data, returnWithinMs };
}

function partOr(next: Data | FarewellName, data: Data): Move {
  return typeof next === 'string' ? part(next, data) : keepState(next);
}

export function whenReady(message: SessionCast, data: Data, ctx: SessionContext, ports: SessionPorts): Move {
  switch (message.type) {
    case 'heard': {
      const commands = data.dialogue === null ? null : readCommands(message.said);
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
    case 'looked':
      return keepState(looked(message, data, ctx, ports));
    case 'drained':
      for (const seat of data.seats.values()) goOn(seat, ctx);
      return keepState(lookOn(data, ctx, ports));
    case 'turn': {
      const seat = seatOf(data, message);
      if (seat !== null) goOn(seat, ctx);
      return keepState(data);
    }
    case 'drain':
      ctx.setTimer(drainTimer, message.afterMs);
      return keepState(withReturn(message, data));
    case 'ended':
      return runEnded(message, data, ctx);
    default:
      return keepState(data);
  }
}

/** A client that only listens and has nothing left to listen to is sent away; another may watch other runs still. */
function runEnded(
  { run }: Extract<SessionCast, { readonly type: 'ended' }>,
  data: Data,
  ctx: SessionContext,
): Move {
  let next = data;
  for (const seat of data.seats.values()) {
    if (seat.kind !== 'run' || seat.run !== run) continue;
    if (data.dialogue !== null) tellEnd(seat, data);
    else if (data.seats.size > 1) seat.outbox.state(endOfRun(run));
    next = leave(seat, next, ctx);
  }
  return data.dialogue === null && next.seats.size === 0 ? part('ended', next) : keepState(next);
}

function tellEnd(seat: RunSeat, data: Data): void {
  if (answerOwed(seat, 'unknownChannel', data)) return;
  say(data, { push: 'unsubscribe', channel: seat.channel, why: 'ended' });
}

export function toldWhenReady(info: StatemInfo, data: Data, ctx: SessionContext, ports: SessionPorts): Move {
  if (info.type === 'down') return keepState(sourceDown(info.pid, data, ctx));
  if (info.type !== 'timeout') return keepState(data);
  switch (info.name) {
    case 'ping':
      return keepState(pinged(data, ctx, ports));
    case pongTimer:
      // One that is slow answers late, and one that takes nothing has its own limit.
      if (data.connection.congested()) {
        ctx.setTimer(pongTimer, ports.limits.pongMs);
        return keepState(data);
      }
      ports.meter.limited('pongMs');
      return part('no-pong', data);
    case drainTimer:
      return part('drain', data);
    case endOfVisit:
      return part('expired', data);
    case endOfToken:
      ports.meter.limited('refreshGraceMs');
      return part('expired', data);
    default:
      return keepState(seatTimer(info.name, data, ctx, ports));
  }
}

/** Timers of seats have a word and a channel for a name. */
function seatTimer(name: string, data: Data, ctx: SessionContext, ports: SessionPorts): Data {
  const [word, channel = ''] = name.split(' ');
  const seat = data.seats.get(channel);
  if (seat === undefined) return data;
  switch (word) {
    case 'deadline':
      return overdue(seat, data, ctx, ports);
    case 'end':
      ports.meter.limited('refreshGraceMs');
      say(data, { push: 'unsubscribe', channel, why: 'expired' });
      return leave(seat, data, ctx);
    default:
      return lookAgainFor(channel, data, ctx);
  }
}
