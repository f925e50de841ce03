/**
 * Takes a socket out of the hands of node:http for good. Its parser, the request and all that hangs on them weigh
 * three times what a stream needs, for as long as it lasts, and node gives a socket back only for an upgrade. So the
 * response is declared finished, and what http listens for is taken off, by its names, with the cleaning up that it
 * would do at the socket's close done now. Where a node has other names everything is left as it is: heavier, and no
 * less right.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What http listens for on a server's socket. */
const listeners: Readonly<Record<string, string>> = {
  data: 'bound socketOnData',
  end: 'bound socketOnEnd',
  drain: 'bound socketOnDrain',
  close: 'bound socketOnClose',
  error: 'socketOnError',
  timeout: 'socketOnTimeout',
  resume: 'onSocketResume',
  pause: 'onSocketPause',
};

type Listener = (...args: unknown[]) => void;

/** The request has been read to its end and nothing of the answer has been written; whoever calls writes it all. */
export function releaseSocket(response: ServerResponse, socket: Socket): void {
  const found = new Map<string, Listener>();
  for (const [event, name] of Object.entries(listeners)) {
    const listener = socket.listeners(event).find((one): one is Listener => one.name === name);
    if (listener === undefined) return;
    found.set(event, listener);
  }
  // Http would close the socket behind an answer that is the last of its connection.
  response.shouldKeepAlive = true;
  response.emit('finish');
  socket.setTimeout(0);
  for (const [event, listener] of found) socket.removeListener(event, listener);
  found.get('close')?.();
  socket.on('error', ignore);
  socket.on('end', endToo);
  // A stream's client has said all; what else it says is read and dropped, and so is its end noticed.
  socket.resume();
}

function ignore(): void {}

function endToo(this: Socket): void {
  this.end();
}
