/** Our own framing, read by the stock WebSocket library. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { textFrame } from '../../../src/protocols/wire/text-frame.ts';

it('a text of any length is one frame that reads back as it was, also among the library’s own', async () => {
  const texts = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000].map(
    (length) => 'π'.repeat(Math.floor(length / 2)) + 'x'.repeat(length % 2),
  );
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const read: string[] = [];
  client.on('message', (data, isBinary) => read.push(isBinary ? 'binary' : data.toString()));
  const [webSocket, { socket }] = await once(server, 'connection');
  for (const text of texts) {
    socket.write(textFrame(text));
    webSocket.ping();
    webSocket.send('in between');
  }
  webSocket.close(1000, 'enough');
  const [code] = await once(client, 'close');
  expect(code).toBe(1000);
  expect(read).toEqual(texts.flatMap((text) => [text, 'in between']));
  server.close();
});
