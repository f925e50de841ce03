/**
 * What a client that was let in asks for, command by command. Everything is answered, and in time: what has to be
 * looked up is looked up in the background. A client that asks too much is told to wait, and one that does not is let go.
 */

import { type Rate, takeToken } from '../../lib/token-bucket.ts';
import { isRun } from '../../protocols/channels.ts';
import type { Limits } from '../../protocols/limits.ts';
import type { Presence } from '../../protocols/mailbox/hub.ts';
import type { Command, CommandOf } from '../../protocols/wire/centrifugal/commands.ts';
import { type Message, refusal } from '../../protocols/wire/centrifugal/messages.ts';
import type { FarewellName } from '../../protocols/wire/farewell.ts';
import type { From } from '../../runtime/call.ts';
import { identify, identifyTicket } from '../identify.ts';
import { hubName } from '../names.ts';
import { historyOf } from './history.ts';
import { mayLook } from './permission.ts';
import { say } from './saying.ts';
import type { Data, SessionContext, SessionPorts } from './session-data.ts';
import { subscribe, unsubscribe } from './subscribing.ts';

/** How long a hub is asked who watches. */
const PRESENCE_MS = 1_000;
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
  const bucket = takeToken(dialogue.bucket, commandRate(ports.limits), ctx.clock.monotonicMs());
  ports.meter.count('zeno_commands_total', command.method);
  if (bucket.tokens < -commandsBurst) {
    ports.meter.limited('commandsBurst');
    return 'too-many-requests';
  }
  const counted: Data = { ...data, dialogue: { ...dialogue, bucket } };
  // Its client takes any error in answer to this one for a broken connection.
  const isExempt = command.method === 'unsubscribe' || !('id' in command);
  if (bucket.tokens >= 0 || isExempt) return obey(command, counted, ctx, ports);
  ports.meter.limited('commandsPerSecond');
  say(data, refusal(command.id, 'tooManyRequests'));
  return counted;
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
      if (mayLook(command.params.channel, data, ports)) look(command, ctx, ports);
      else say(data, refusal(command.id, 'permissionDenied'));
      return data;
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

/** Answers, in the background, what a channel shows to whoever does not watch it. */
function look(
  command: CommandOf<'history'> | CommandOf<'presence_stats'>,
  ctx: SessionContext,
  ports: SessionPorts,
): void {
  const answer =
    command.method === 'history' ? historyOf(command, ports) : presenceStats(command, ctx, ports);
  ctx.pipe(answer, (settled) => ({ type: 'say', settled }));
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

async function presenceStats(
  { id, params: { channel } }: CommandOf<'presence_stats'>,
  ctx: SessionContext,
  { finder }: SessionPorts,
): Promise<Message> {
  if (!isRun(channel)) return refusal(id, 'notAvailable');
  const found = await finder.existing(channel);
  if (!found.ok) return refusal(id, found.code === 'unknown-run' ? 'unknownChannel' : 'internal');
  const hub = ctx.system.whereis(hubName(found.value.run));
  const counted = (clients: number, users: number): Message => ({
    id,
    reply: 'presence_stats',
    result: { num_clients: clients, num_users: users },
  });
  if (hub === null) return counted(0, 0);
  const asked = await ctx.call(hub, (from: From<Presence>) => ({ type: 'presence', from }), PRESENCE_MS);
  if (asked.ok) return counted(asked.value.clients, asked.value.users);
  // A hub goes when nobody watches: before it was asked, or with the question.
  const isGone = asked.reason === 'noproc' || asked.reason === 'normal';
  return isGone ? counted(0, 0) : refusal(id, 'internal');
}
