/** Our own framing, read by the stock WebSocket library. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { binaryFrame, pingFrame, textFrame } from '../../../src/protocols/wire/web-socket-frame.ts';

it('what is framed reads back as it was, whatever its length, also among the library’s own', async () => {
  const texts = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000].map(
    (length) => 'π'.repeat(Math.floor(length / 2)) + 'x'.repeat(length % 2),
  );
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const read: string[] = [];
  client.on('message', (data, isBinary) => read.push(`${isBinary ? 'binary ' : ''}${data}`));
  client.on('ping', (data) => read.push(`ping ${data}`));
  const [webSocket, { socket }] = await once(server, 'connection');
  for (const text of texts) {
    socket.write(textFrame(text));
    socket.write(binaryFrame(new TextEncoder().encode(text)));
    socket.write(pingFrame(new TextEncoder().encode(text).subarray(0, 125)));
    webSocket.send('in between');
  }
  webSocket.close(1000, 'enough');
  const [code] = await once(client, 'close');
  expect(code).toBe(1000);
  expect(read).toEqual(
    texts.flatMap((text) => [
      text,
      `binary ${text}`,
      `ping ${Buffer.from(text).subarray(0, 125)}`,
      'in between',
    ]),
  );
  server.close();
});
