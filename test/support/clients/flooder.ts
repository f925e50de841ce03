/** Says commands without end, and does not wait for what they are answered. */
import { ByteWebSocket } from '../web-socket-bytes.ts';

const EACH_TIME = 20;
const PAUSE_MS = 2;

/** The close code that ends it. */
export async function flooder(url: string): Promise<number> {
  const client = await ByteWebSocket.open(url);
  let id = 1;
  client.say(`{"connect":{},"id":${id}}`);
  const flooding = setInterval(() => {
    const commands = Array.from({ length: EACH_TIME }, () => {
      id += 1;
      return `{"ping":{},"id":${id}}`;
    });
    client.say(commands.join('\n'));
  }, PAUSE_MS);
  return client.end().finally(() => clearInterval(flooding));
}
