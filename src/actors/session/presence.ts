/** How many watch a channel, as its hub counts them. */
import { isRun } from '../../protocols/channels.ts';
import type { Presence } from '../../protocols/mailbox/hub.ts';
import type { CommandOf } from '../../protocols/wire/centrifugal/commands.ts';
import { type Message, refusal } from '../../protocols/wire/centrifugal/messages.ts';
import type { From } from '../../runtime/call.ts';
import { hubName } from '../names.ts';
import type { SessionContext, SessionPorts } from './session-data.ts';

/** How long a hub is asked who watches. */
const PRESENCE_MS = 1_000;

/** The reply to a presence_stats command. */
export async function presenceStats(
  { id, params: { channel } }: CommandOf<'presence_stats'>,
  ctx: SessionContext,
  { finder }: Pick<SessionPorts, 'finder'>,
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
