/** What the kernel holds for the sockets of a port on this machine, from its own list. */
import { readFileSync } from 'node:fs';

export interface TcpSocket {
  readonly remotePort: number;
  /** Bytes written that the other side has not acknowledged. */
  readonly unsentBytes: number;
}

/** States in which a socket holds nothing: waiting for late packets (TIME_WAIT), and listening. */
const holdsNothing: ReadonlySet<string | undefined> = new Set(['06', '0A']);

/** Sockets of IPv4 whose own port is that of `url`, connected or on their way out. */
export function socketsOf(url: string): readonly TcpSocket[] {
  const port = Number(new URL(url).port);
  const [, ...lines] = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => portOf(local) === port && !holdsNothing.has(state))
    .map(([, , remote = '', , queues = '']) => ({
      remotePort: portOf(remote),
      unsentBytes: Number.parseInt(queues, 16),
    }));
}

function portOf(address: string): number {
  return Number.parseInt(address.slice(address.indexOf(':') + 1), 16);
}
