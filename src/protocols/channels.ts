/** The channels that are no runs. All others have a run's name. */
export const lobbyChannel = 'lobby';
export const supervisionChannel = 'supervision';

export function isRun(channel: string): boolean {
  return channel !== lobbyChannel && channel !== supervisionChannel;
}
