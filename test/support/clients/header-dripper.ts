/** Sends a request that never ends, a byte at a time, and so would hold a socket for as long as it likes. */
import { bareSocket, readToEnd } from './openings.ts';

/** What it was answered in the end. */
export async function headerDripper(url: string, everyMs = 1_000): Promise<string> {
  const socket = bareSocket(url);
  const answer = readToEnd(socket);
  socket.write(`GET /v1/series HTTP/1.1\r\nHost: ${new URL(url).host}\r\nX-Anything: `);
  const dripping = setInterval(() => socket.write('x'), everyMs);
  return answer.finally(() => clearInterval(dripping));
}
