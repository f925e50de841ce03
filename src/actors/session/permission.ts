/** What a client may watch: what its own token permits, and the channels that it has shown a token for. */
import { mayWatch } from '../../protocols/rights.ts';
import { channelOf } from '../find-run.ts';
import { say } from './saying.ts';
import { leave } from './seats.ts';
import type { Data, SessionContext, SessionPorts } from './session-data.ts';

export function mayLook(
  channel: string,
  { rights, tickets }: Pick<Data, 'rights' | 'tickets'>,
  { finder }: Pick<SessionPorts, 'finder'>,
): boolean {
  return tickets.has(channel) || mayWatch(rights, channelOf(channel, finder));
}

/** Takes away the seats that the client may not have any more, for good; those that are asked for still wait for that. */
export function withdraw(data: Data, ctx: SessionContext, ports: SessionPorts): Data {
  let next = data;
  for (const seat of data.seats.values()) {
    if (seat.kind === 'asked' || mayLook(seat.channel, data, ports)) continue;
    say(data, { push: 'unsubscribe', channel: seat.channel, why: 'denied' });
    next = leave(seat, next, ctx);
  }
  return next;
}
