/**
 * What a client asks of a channel without watching it: its past, and how many watch. One such look can cost as much as
 * hundreds of commands. So a client has one at a time, in the order it asked, and none is begun while it has not taken
 * what it was sent; a node has only so many, by turns; and each is paid for by the rows it asks for.
 */
import type { Limits } from '../../protocols/limits.ts';
import type { SessionCast } from '../../protocols/mailbox/session.ts';
import type { Command } from '../../protocols/wire/centrifugal/commands.ts';
import { type Message, refusal } from '../../protocols/wire/centrifugal/messages.ts';
import { historyOf, rowsAsked } from './history.ts';
import { mayLook } from './permission.ts';
import { presenceStats } from './presence.ts';
import { say } from './saying.ts';
import type { Data, Look, SessionContext, SessionPorts } from './session-data.ts';

/** Rows that cost as much as one command more. */
const ROWS_A_TOKEN = 32;

/** Tokens that a command takes, never more than there can be. */
export function costOf(command: Command, { replayPage, commandsBurst }: Limits): number {
  if (command.method !== 'history') return 1;
  return Math.min(1 + rowsAsked(command.params, replayPage) / ROWS_A_TOKEN, commandsBurst);
}

/** Takes the look down, and begins with it if no other is before it. */
export function ask(look: Look, data: Data, ctx: SessionContext, ports: SessionPorts): Data {
  const { dialogue } = data;
  if (dialogue === null) throw new Error('a look of a client that can only listen');
  if (dialogue.looks.length < ports.limits.commandsBurst) {
    return lookOn({ ...data, dialogue: { ...dialogue, looks: [...dialogue.looks, look] } }, ctx, ports);
  }
  ports.meter.limited('commandsPerSecond');
  say(data, refusal(look.id, 'tooManyRequests'));
  return data;
}

/** Begins with the next look, if there is one and its answer can be taken. */
export function lookOn(data: Data, ctx: SessionContext, ports: SessionPorts): Data {
  const { dialogue, connection } = data;
  const next = dialogue?.looks[0];
  if (dialogue === null || next === undefined || dialogue.looking || connection.congested()) return data;
  ctx.pipe(answerTo(next, data, ctx, ports), (settled) => ({ type: 'looked', settled }));
  return { ...data, dialogue: { ...dialogue, looking: true } };
}

/** What was looked up is said, and the next look begun. */
export function looked(
  { settled }: Extract<SessionCast, { readonly type: 'looked' }>,
  data: Data,
  ctx: SessionContext,
  ports: SessionPorts,
): Data {
  if (!settled.ok) throw settled.error;
  const { dialogue } = data;
  if (dialogue === null) return data;
  say(data, settled.value);
  const [, ...looks] = dialogue.looks;
  return lookOn({ ...data, dialogue: { ...dialogue, looks, looking: false } }, ctx, ports);
}

async function answerTo(look: Look, data: Data, ctx: SessionContext, ports: SessionPorts): Promise<Message> {
  if (!mayLook(look.params.channel, data, ports)) return refusal(look.id, 'permissionDenied');
  const { looks, meter } = ports;
  if (looks.busy) meter.limited('looksAtOnce');
  return looks.take(ctx.clock, () => {
    // Nobody waits for it any more.
    if (!ctx.system.alive(ctx.self)) return Promise.resolve(refusal(look.id, 'internal'));
    return look.method === 'history' ? historyOf(look, ports) : presenceStats(look, ctx, ports);
  });
}
