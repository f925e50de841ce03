/** Connects, and has nothing to say: no request, or a WebSocket without a connect command. */
import { ByteWebSocket } from '../web-socket-bytes.ts';
import { bareSocket, readToEnd } from './openings.ts';

/** The close code that ends it. */
export async function silentWebSocket(url: string): Promise<number> {
  return (await ByteWebSocket.open(url)).end();
}

/** What it was told before it was closed, which may be nothing. */
export function silentSocket(url: string): Promise<string> {
  return readToEnd(bareSocket(url));
}
