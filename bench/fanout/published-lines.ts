/** Where the load generator publishes: a TCP connection with one message a line, the same for every server. */
import { createServer } from 'node:net';

/** `publish` gets all lines that came at once. Resolves with the port. */
export function listenForLines(publish: (lines: readonly string[]) => void): Promise<number> {
  const server = createServer((socket) => {
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      if (lines.length > 0) publish(lines);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(portOf(server.address())));
  });
}

/** Of a server that listens. */
export function portOf(address: unknown): number {
  if (typeof address !== 'object' || address === null || !('port' in address)) throw new Error('no port');
  return Number(address.port);
}
