/** The channels that are no runs. */
import { supervisionChannel } from '../../protocols/wire/centrifugal/json-codec.ts';
import { lobbyChannel } from '../lobby-outbox.ts';

export function isRun(channel: string): boolean {
  return channel !== lobbyChannel && channel !== supervisionChannel;
}
