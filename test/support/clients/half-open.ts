/** Is let in, and then its packets vanish: it reads nothing, answers no ping, and never says that it has gone. */
import { ByteWebSocket } from '../web-socket-bytes.ts';

/** Watches the list of runs, in which too little happens to fill a buffer. */
export async function halfOpen(url: string): Promise<ByteWebSocket> {
  const client = await ByteWebSocket.open(url);
  client.say('{"connect":{},"id":1}\n{"subscribe":{"channel":"lobby"},"id":2}');
  await new Promise<void>((resolve) => client.onText(() => resolve()));
  client.socket.pause();
  return client;
}
