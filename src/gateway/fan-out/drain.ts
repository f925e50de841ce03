/**
 * Whether a socket that has not taken what it was given takes any of it. Node tells of a write only when all of it has
 * gone, which a slow link needs minutes for; that it goes at all shows in the queue below node, by which node itself
 * judges its sockets' timeouts. Where a node has other names for it, whole writes have to do.
 */
import type { Socket } from 'node:net';

export class Drain {
  readonly #socket: Socket;
  #unsent: number;
  #movedMs: number;

  /** From `nowMs` on `socket` has something to take. */
  constructor(socket: Socket, nowMs: number) {
    this.#socket = socket;
    this.#unsent = unsentBytes(socket);
    this.#movedMs = nowMs;
  }

  /** How long nothing has left, as far as was looked. */
  stuckMs(nowMs: number): number {
    const unsent = unsentBytes(this.#socket);
    if (unsent !== this.#unsent) {
      this.#unsent = unsent;
      this.#movedMs = nowMs;
    }
    return nowMs - this.#movedMs;
  }
}

function unsentBytes(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  const size: unknown =
    typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'writeQueueSize') : null;
  return typeof size === 'number' ? size : socket.writableLength;
}
