/** Asks for a run and then reads nothing any more, without leaving. */
import type { Socket } from 'node:net';
import { bareSocket, type Opening } from './openings.ts';

/** Resolves when it has been let in; the socket is paused from then on. */
export async function stalled(url: string, opening: Opening, run: string): Promise<Socket> {
  const socket = bareSocket(url);
  socket.write(opening.bytes(url, run));
  await new Promise((resolve) => socket.once('data', resolve));
  return socket.pause();
}
