import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { Drain } from '../../../../src/gateway/fan-out/drain.ts';
import { eventually } from '../../../support/eventually.ts';

it('a write of which a part goes moves, long before all of it has gone; one of which nothing goes does not', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const reader = connect(address.port, '127.0.0.1');
  const [writer]: Socket[] = await once(server, 'connection');
  if (writer === undefined) throw new Error('no connection');
  reader.pause();
  const bytes = 64 * 1024 * 1024;
  writer.write(Buffer.alloc(bytes));
  const drain = new Drain(writer, 1_000);
  let nowMs = 1_000;
  // The kernels take their share first.
  await eventually('a full kernel', () => {
    nowMs += 1_000;
    return drain.stuckMs(nowMs) >= 5_000;
  });
  const stuckMs = drain.stuckMs(nowMs);
  expect(drain.stuckMs(nowMs + 500)).toBe(stuckMs + 500);
  reader.once('data', () => reader.pause());
  await eventually('a move', () => {
    reader.resume();
    return drain.stuckMs(nowMs + 1_000) === 0;
  });
  expect(writer.writableLength).toBe(bytes);
  reader.destroy();
  writer.destroy();
  server.close();
});
