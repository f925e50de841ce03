/** The first bytes of a client that watches a run, by transport, for clients whose vice lies in what they do next. */
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { handshake, textFrame } from '../web-socket-bytes.ts';

export interface Opening {
  readonly transport: string;
  bytes(url: string, run: string): Buffer;
}

export const openings: readonly Opening[] = [
  {
    transport: 'SSE',
    bytes: (url, run) =>
      Buffer.from(`GET /v1/series/${run}/events HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`),
  },
  {
    transport: 'WebSocket',
    bytes: (url, run) =>
      Buffer.concat([
        Buffer.from(handshake(url)),
        textFrame(`{"connect":{},"id":1}\n{"subscribe":{"channel":"${run}"},"id":2}`),
      ]),
  },
];

/** A socket of this test, whose errors are nobody's: a reset is an end like any other. */
export function bareSocket(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Resolves when `socket` is closed, with all that was read of it. */
export function readToEnd(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (piece: string) => {
    text += piece;
  });
  return new Promise((resolve) => socket.once('close', () => resolve(text)));
}
