/** Sends more than anybody takes: a message, a body, headers. */
import { type Answered, ask } from '../http-client.ts';
import { ByteWebSocket } from '../web-socket-bytes.ts';
import { bareSocket, readToEnd } from './openings.ts';

const BYTES = 1_000_000;

/** The close code that ends it. */
export async function oversizedMessage(url: string): Promise<number> {
  const client = await ByteWebSocket.open(url);
  client.say(`{"connect":{"data":"${'x'.repeat(BYTES)}"},"id":1}`);
  return client.end();
}

export function oversizedBody(url: string): Promise<Answered> {
  return ask(`${url}/v1/login`, { method: 'POST', body: { token: 'x'.repeat(BYTES) } });
}

/** What it was answered; most of it is never read. */
export function oversizedHeaders(url: string): Promise<string> {
  const socket = bareSocket(url);
  const answer = readToEnd(socket);
  socket.write(`GET /v1/series HTTP/1.1\r\nHost: ${new URL(url).host}\r\nX-Anything: ${'x'.repeat(BYTES)}`);
  return answer;
}
