/** What everybody writes first: `ws.send(string)` to each client. Nobody publishes to it where connections rest. */
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { answerParent } from './parent.ts';
import { listenForLines, portOf } from './published-lines.ts';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
await once(server, 'listening');
const publishPort = await listenForLines((lines) => {
  for (const line of lines) for (const client of server.clients) client.send(line);
});
answerParent(portOf(server.address()), publishPort);
