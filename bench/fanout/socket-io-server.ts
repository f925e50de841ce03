/** socket.io as its documentation has it, over WebSocket alone: `io.emit` of a string. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { answerParent } from './parent.ts';
import { listenForLines, portOf } from './published-lines.ts';

const http = createServer();
const server = new Server(http, { transports: ['websocket'], serveClient: false });
http.listen(0, '127.0.0.1');
await once(http, 'listening');
const publishPort = await listenForLines((lines) => {
  for (const line of lines) server.emit('message', line);
});
answerParent(portOf(http.address()), publishPort);
