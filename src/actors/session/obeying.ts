/**
 * What a client that was let in asks for, command by command. Everything is answered, and in time: what has to be
 * looked up is looked up in the background. A client that asks too much is told to wait, and one that does not is let go.
 */

import { type Rate, type TokenBucket, takeToken } from '../../lib/token-bucket.ts';
import type { Limits } from '../../protocols/limits.ts';
import type { Command, CommandOf } from '../../protocols/wire/centrifugal/commands.ts';
import { refusal } from '../../protocols/wire/centrifugal/messages.ts';
import type { FarewellName } from '../../protocols/wire/farewell.ts';
import { identify, identifyTicket } from '../identify.ts';
import { ask, costOf } from './looking.ts';
import { say } from './saying.ts';
import type { Data, Dialogue, SessionContext, SessionPorts } from './session-data.ts';
import { subscribe, unsubscribe } from './subscribing.ts';

/** The timer of a ping's answer. */
export const pongTimer = 'pong';

export function commandRate({ commandsPerSecond, commandsBurst }: Limits): Rate {
  return { perSecond: commandsPerSecond, burst: commandsBurst };
}

/** Obeys in order; a farewell ends the connection, and what was said after it is dropped. */
export function obeyAll(
  commands: readonly Command[],
  data: Data,
  ctx: SessionContext,
  ports: SessionPorts,
): Data | FarewellName {
  let now = data;
  for (const command of commands) {
    const next = obeyWithin(command, now, ctx, ports);
    if (typeof next === 'string') return next;
    now = next;
  }
  return now;
}

/** Within the commands that are allowed: beyond them there are errors, and beyond twice as many the end. */
function obeyWithin(
  command: Command,
  data: Data,
  ctx: SessionContext,
  ports: SessionPorts,
): Data | FarewellName {
  const { dialogue } = data;
  if (dialogue === null) throw new Error('a command from a client that can only listen');
  const { commandsBurst } = ports.limits;
  const rate = commandRate(ports.limits);
  const nowMs = ctx.clock.monotonicMs();
  const bucket = takeToken(dialogue.bucket, rate, nowMs);
  ports.meter.count('zeno_commands_total', command.method);
  if (bucket.tokens < -commandsBurst) {
    ports.meter.limited('commandsBurst');
    return 'too-many-requests';
  }
  // Its client takes any error in answer to this one for a broken connection.
  const isExempt = command.method === 'unsubscribe' || !('id' in command);
  const paid = takeToken(dialogue.bucket, rate, nowMs, costOf(command, ports.limits));
  if (paid.tokens >= 0 || isExempt) return obey(command, withBucket(paid, data, dialogue), ctx, ports);
  ports.meter.limited('commandsPerSecond');
  say(data, refusal(command.id, 'tooManyRequests'));
  // What is refused costs as much as any other command.
  return withBucket(bucket, data, dialogue);
}

function withBucket(bucket: TokenBucket, data: Data, dialogue: Dialogue): Data {
  return { ...data, dialogue: { ...dialogue, bucket } };
}

function obey(command: Command, data: Data, ctx: SessionContext, ports: SessionPorts): Data | FarewellName {
  switch (command.method) {
    case 'connect':
      return 'bad-request';
    case 'subscribe':
      return subscribe(command, data, ctx, ports);
    case 'unsubscribe': {
      const seat = data.seats.get(command.params.channel);
      const next = seat === undefined ? data : unsubscribe(seat, data, ctx);
      say(data, { id: command.id, reply: 'unsubscribe' });
      return next;
    }
    case 'history':
    case 'presence_stats':
      return ask(command, data, ctx, ports);
    case 'refresh': {
      const credentials = { bearer: command.params.token, cookie: null };
      ctx.pipe(identify(ctx.system, credentials, ports.limits), (settled) => ({
        type: 'refreshed',
        id: command.id,
        settled,
      }));
      return data;
    }
    case 'sub_refresh':
      return refreshSeat(command, data, ctx, ports);
    case 'ping':
      say(data, { id: command.id, reply: 'ping' });
      return data;
    case 'refused':
      say(data, refusal(command.id, command.error));
      return data;
    case 'pong':
      ctx.cancelTimer(pongTimer);
      return data.dialogue === null ? data : { ...data, dialogue: { ...data.dialogue, awaitsPong: false } };
    case 'send':
      return data;
  }
}

function refreshSeat(
  { id, params: { channel, token } }: CommandOf<'sub_refresh'>,
  data: Data,
  ctx: SessionContext,
  { limits }: SessionPorts,
): Data {
  const seat = data.seats.get(channel);
  if (seat === undefined || seat.kind === 'asked') {
    say(data, refusal(id, 'badRequest'));
    return data;
  }
  const ticket = { token, channel, user: data.user };
  ctx.pipe(identifyTicket(ctx.system, ticket, limits), (settled) => ({
    type: 'seat-refreshed',
    id,
    channel,
    seat: seat.id,
    settled,
  }));
  return data;
}
