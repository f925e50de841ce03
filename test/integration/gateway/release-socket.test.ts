/** A socket taken out of the hands of node:http: on the Node that is installed, wholly. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { releaseSocket } from '../../../src/gateway/fan-out/release-socket.ts';

const ofHttp = /^(bound )?(socketOn|onSocket)/;

it('every one of the eight listeners of http is found and taken off, and what is written comes as it is', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
  const [, response]: [unknown, ServerResponse] = await once(server, 'request').then(([one, two]) => [
    one,
    two,
  ]);
  const { socket } = response;
  if (socket === null) throw new Error('the request has no socket');
  const held = () =>
    socket.eventNames().flatMap((event) =>
      socket
        .listeners(event)
        .filter((listener) => ofHttp.test(listener.name))
        .map(({ name }) => `${String(event)}: ${name}`),
    );
  expect(held()).toHaveLength(8);
  releaseSocket(response, socket);
  expect(held()).toEqual([]);
  socket.end('these bytes alone');
  client.setEncoding('utf8');
  expect((await client.toArray()).join('')).toBe('these bytes alone');
  server.close();
  await once(server, 'close');
});
