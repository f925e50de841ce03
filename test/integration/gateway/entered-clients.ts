/** Clients over WebSocket of a gateway, with the server's end of each, and what the gateway counts meanwhile. */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { LimitName } from '../../../src/protocols/limits.ts';
import type { Connection } from '../../../src/protocols/ports/connection.ts';
import { type Meter, noMeter } from '../../../src/protocols/ports/meter.ts';
import { textFrame } from '../../../src/protocols/wire/web-socket-frame.ts';
import { type Gateway, until } from './start-gateway.ts';

/** Limits that were reached, in order. */
export function limitsReached(): { reached: LimitName[]; meter: Meter } {
  const reached: LimitName[] = [];
  return { reached, meter: { ...noMeter, limited: (limit) => void reached.push(limit) } };
}

/** Metrics to be read while the test goes on. */
export function figures(): { meter: Meter; of: (name: string) => number; observed: string[] } {
  const readers = new Map<string, () => unknown>();
  const observed: string[] = [];
  const meter: Meter = {
    ...noMeter,
    observe: (name) => void observed.push(name),
    read(name, values) {
      readers.set(name, values);
      return () => {};
    },
  };
  return { meter, observed, of: (name) => Number(readers.get(name)?.()) };
}

/** A stock client and the server's end of it. */
export async function enter(
  gateway: Gateway,
  options: { createConnection?: () => Duplex; autoPong?: boolean } = {},
) {
  const before = gateway.service.connections.length;
  const client = new WebSocket(`${gateway.url.replace('http', 'ws')}/connection/websocket`, options);
  onTestFinished(() => client.terminate());
  client.on('error', () => {});
  await once(client, 'open');
  await until(() => gateway.service.connections.length > before);
  const connection = gateway.service.connections.at(-1);
  if (connection === undefined) throw new Error('the core holds no connection');
  const heard = { drains: 0, ends: 0 };
  connection.listen({
    received: () => {},
    drained: () => {
      heard.drains += 1;
    },
    closed: () => {
      heard.ends += 1;
    },
  });
  return { client, connection, heard };
}

/** A client of which is known that it answers: it has shown once what it has read. */
export async function enterAnswering(gateway: Gateway) {
  const entered = await enter(gateway);
  const probed = once(entered.client, 'ping');
  entered.connection.write(textFrame('{"first":true}'));
  await probed;
  await new Promise((resolve) => setTimeout(resolve, 20));
  return entered;
}

/** Sends `bytes` in messages of 16 KiB. */
export function pour(connection: Connection, bytes: number): void {
  const frame = textFrame('x'.repeat(16_384));
  for (let sent = 0; sent < bytes; sent += frame.length) connection.write(frame);
}
