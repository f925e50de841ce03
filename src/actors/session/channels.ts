/** The channels that are no runs. */
import { lobbyChannel, supervisionChannel } from '../../protocols/channels.ts';

export function isRun(channel: string): boolean {
  return channel !== lobbyChannel && channel !== supervisionChannel;
}
