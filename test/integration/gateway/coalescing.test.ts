/** What comes in one turn of the loop goes out in one write for each client, of whatever channels it is. */
import { expect, it } from 'vitest';
import { textFrame } from '../../../src/protocols/wire/web-socket-frame.ts';
import { enter, figures } from './entered-clients.ts';
import { type Gateway, startGateway, until } from './start-gateway.ts';

async function reader(gateway: Gateway): Promise<{ texts: string[] }> {
  const { client } = await enter(gateway);
  const texts: string[] = [];
  client.on('message', (data) => texts.push(data.toString()));
  return { texts };
}

it('eight frames of a turn to twenty clients are twenty writes, and all come in order', async () => {
  const { meter, observed, of } = figures();
  await using gateway = await startGateway({ meter });
  const clients = await Promise.all(Array.from({ length: 20 }, () => reader(gateway)));
  await until(() => gateway.service.connections.length === clients.length);
  const { connections } = gateway.service;
  const frames = Array.from({ length: 8 }, (_, number) => textFrame(`channel ${number % 3}: ${number}`));
  for (const frame of frames) for (const connection of connections) connection.write(frame);
  expect(of('zeno_writes_total')).toBe(0);
  await until(() => clients.every(({ texts }) => texts.length === frames.length));
  expect(of('zeno_writes_total')).toBe(clients.length);
  // Each client is probed once behind its first words.
  expect(of('zeno_frames_total')).toBe((frames.length + 1) * clients.length);
  expect(observed).toEqual(['zeno_broadcast_seconds']);
  for (const { texts } of clients) {
    expect(texts).toEqual(frames.map((_, number) => `channel ${number % 3}: ${number}`));
  }
});

it('an interval may be set for it: then what comes within it goes together', async () => {
  const { meter, of } = figures();
  await using gateway = await startGateway({ meter, limits: { flushMs: 60 } });
  const { texts } = await reader(gateway);
  await until(() => gateway.service.connections.length === 1);
  const [connection] = gateway.service.connections;
  for (const text of ['one', 'two', 'three']) {
    connection?.write(textFrame(text));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => texts.length === 3);
  expect([of('zeno_writes_total'), texts]).toEqual([1, ['one', 'two', 'three']]);
});

it('more than the soft limit in one turn goes out in several writes, and is no fault of the client', async () => {
  const { meter, of } = figures();
  await using gateway = await startGateway({ meter });
  const { texts } = await reader(gateway);
  await until(() => gateway.service.connections.length === 1);
  const [connection] = gateway.service.connections;
  const frame = textFrame('x'.repeat(10_000));
  for (let number = 0; number < 50; number += 1) {
    connection?.write(frame);
    expect(connection?.congested()).toBe(false);
  }
  await until(() => texts.length === 50);
  expect(of('zeno_writes_total')).toBeGreaterThan(5);
  expect(of('zeno_buffered_bytes')).toBe(0);
});
