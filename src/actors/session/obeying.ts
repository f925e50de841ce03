/**
 * What a client that was let in asks for, command by command. Everything is answered, and in time: what has to be
 * looked up is looked up in the background. A client that asks too much is told to wait, and one that does not is let go.
 */
import { takeToken } from '../../lib/token-bucket.ts';
import type { Presence } from '../../protocols/mailbox/hub.ts';
import type { Command, CommandOf } from '../../protocols/wire/centrifugal/commands.ts';
import {
  errorReply,
  pingReply,
  presenceStatsReply,
  unsubscribedReply,
} from '../../protocols/wire/centrifugal/frames.ts';
import type { FarewellName } from '../../protocols/wire/farewell.ts';
import type { From } from '../../runtime/call.ts';
import { hubName } from '../names.ts';
import { isRun } from './channels.ts';
import { historyOf } from './history.ts';
import { say } from './saying.ts';
import { leave } from './seats.ts';
import type { Data, SessionContext, SessionPorts } from './session-data.ts';
import { subscribe } from './subscribing.ts';
import { identify } from './tokens.ts';

/** How long a hub is asked who watches. */
const PRESENCE_MS = 1_000;
/** The timer of a ping's answer. */
export const pongTimer = 'pong';

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
  const { commandsPerSecond, commandsBurst } = ports.limits;
  const rate = { perSecond: commandsPerSecond, burst: commandsBurst };
  const bucket = takeToken(dialogue.bucket, rate, ctx.clock.monotonicMs());
  if (bucket.tokens < -commandsBurst) return 'too-many-requests';
  const counted: Data = { ...data, dialogue: { ...dialogue, bucket } };
  // Its client takes any error in answer to this one for a broken connection.
  const isExempt = command.method === 'unsubscribe' || !('id' in command);
  if (bucket.tokens >= 0 || isExempt) return obey(command, counted, ctx, ports);
  say(data, errorReply(command.id, 'tooManyRequests'));
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
      const next = seat === undefined ? data : leave(seat, data, ctx);
      say(data, unsubscribedReply(command.id));
      return next;
    }
    case 'history':
      ctx.pipe(historyOf(command, ports), (settled) => ({ type: 'say', settled }));
      return data;
    case 'presence_stats':
      ctx.pipe(presenceStats(command, ctx, ports), (settled) => ({ type: 'say', settled }));
      return data;
    case 'refresh':
      ctx.pipe(identify({ bearer: command.params.token, cookie: null }, ctx), (settled) => ({
        type: 'refreshed',
        id: command.id,
        settled,
      }));
      return data;
    case 'sub_refresh':
      return refreshSeat(command, data, ctx);
    case 'ping':
      say(data, pingReply(command.id));
      return data;
    case 'refused':
      say(data, errorReply(command.id, command.error));
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
): Data {
  const seat = data.seats.get(channel);
  if (seat === undefined || seat.kind === 'asked') {
    say(data, errorReply(id, 'badRequest'));
    return data;
  }
  ctx.pipe(identify({ bearer: token, cookie: null }, ctx), (settled) => ({
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
): Promise<string> {
  if (!isRun(channel)) return errorReply(id, 'notAvailable');
  const found = await finder.existing(channel);
  if (!found.ok) return errorReply(id, found.code === 'unknown-run' ? 'unknownChannel' : 'internal');
  const hub = ctx.system.whereis(hubName(found.value.run));
  if (hub === null) return presenceStatsReply(id, { num_clients: 0, num_users: 0 });
  const asked = await ctx.call(hub, (from: From<Presence>) => ({ type: 'presence', from }), PRESENCE_MS);
  return asked.ok
    ? presenceStatsReply(id, { num_clients: asked.value.clients, num_users: asked.value.users })
    : errorReply(id, 'internal');
}
