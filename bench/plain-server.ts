/** What everybody writes first: `ws.send(string)` to each client. Run by the deliveries bench as a process of its own. */
import { WebSocketServer } from 'ws';

const [bytes = '500', perSecond = '20'] = process.argv.slice(2);
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('listening', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`http://127.0.0.1:${port}/\n`);
});
const filler = 'x'.repeat(Number(bytes));
let offset = 0;
setInterval(() => {
  offset += 1;
  const message = JSON.stringify({ offset, filler });
  for (const client of server.clients) client.send(message);
}, 1_000 / Number(perSecond));
