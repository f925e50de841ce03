/** Sends its next requests without waiting for the answers to those before, all in one packet. */
import { bareSocket, readToEnd } from './openings.ts';

/** Status lines of the answers, in order. The last request asks for the connection's end. */
export async function pipeliner(url: string, paths: readonly string[]): Promise<readonly string[]> {
  const socket = bareSocket(url);
  const answers = readToEnd(socket);
  const { host } = new URL(url);
  socket.write(
    paths
      .map((path, at) => {
        const last = at === paths.length - 1 ? 'Connection: close\r\n' : '';
        return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${last}\r\n`;
      })
      .join(''),
  );
  return [...(await answers).matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status = '']) => status);
}
