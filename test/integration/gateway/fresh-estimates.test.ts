/** What a slow reader over WebSocket sees: the newest, though the kernels on the way would hold minutes of the old. */
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { createOutbox } from '../../../src/actors/outbox.ts';
import { PageTurn } from '../../../src/actors/page-turn.ts';
import { sharedEstimate } from '../../../src/actors/shared-estimate.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { RunId } from '../../../src/protocols/identity.ts';
import type { Epoch, Offset, Position } from '../../../src/protocols/position.ts';
import { enter, limitsReached } from './entered-clients.ts';
import { startGateway } from './start-gateway.ts';

const run = 'leibniz' as RunId;
const epoch = '00112233aabbccdd' as Epoch;
const at = (offset: number): Position => ({ epoch, offset: offset as Offset });

const EVERY_MS = 20;

/** Hands on what comes from `socket` at so many bytes a second, and says at once what it is told to. */
function throttled(socket: Socket, bytesPerSecond: number): Duplex {
  const duplex = new Duplex({
    read() {},
    write: (chunk, encoding, done) => void socket.write(chunk, encoding, done),
    final: (done) => void socket.end(done),
    destroy(error, done) {
      clearInterval(timer);
      socket.destroy();
      done(error);
    },
  });
  const timer = setInterval(() => {
    const bytes = Math.min(socket.readableLength, (bytesPerSecond * EVERY_MS) / 1_000);
    if (bytes > 0) duplex.push(socket.read(bytes));
  }, EVERY_MS);
  socket.on('readable', () => {});
  socket.on('error', () => {}).on('close', () => duplex.destroy());
  return duplex;
}

it('a client that reads more slowly than estimates come gets fresh ones, however much the kernel would hold, and is told how many it was spared', async () => {
  // Ten times faster than life: 100 estimates a second of 250 bytes to a client that reads 10 kB a second.
  const { reached, meter } = limitsReached();
  await using gateway = await startGateway({ limits: { ackLateMs: 100 }, meter });
  const { hostname, port } = new URL(gateway.url);
  const createConnection = () => throttled(connect(Number(port), hostname), 10_000);
  const { client, connection } = await enter(gateway, { createConnection });
  const opening = { channel: run, command: { id: 1, recovering: false, strict: false, ttl: null } };
  const outbox = createOutbox(connection, {
    clock: systemClock,
    everyMs: 0,
    opening,
    mark: null,
    openingBytes: 65_536,
    turn: new PageTurn(),
    onTurn: () => {},
    onLost: () => {},
  });
  connection.listen({
    received: () => {},
    drained: () => void outbox.release(),
    closed: () => {},
  });
  outbox.recovered(at(0), { run, state: 'running', reason: null, recovered: true, missed: 0 }, []);
  let made = 0;
  const behind: number[] = [];
  const gaps: number[] = [];
  let has = 0;
  client.on('message', (data) => {
    const { push } = JSON.parse(data.toString());
    if (push === undefined) return;
    const { offset, data: estimate } = push.pub;
    behind.push(made - offset);
    gaps.push(offset - has - 1 - (estimate.skipped ?? 0));
    has = offset;
  });
  const pad = 'p'.repeat(190);
  while (made < 600) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    made += 1;
    outbox.offer(sharedEstimate(run, at(made), `{"n":${made},"pad":"${pad}"}`));
  }
  expect(behind.length).toBeGreaterThan(50);
  expect(behind.length).toBeLessThan(450);
  // Of 360 that it would be behind at the end.
  expect(Math.max(...behind)).toBeLessThan(100);
  expect(gaps.every((gap) => gap === 0)).toBe(true);
  expect(reached).toContain('ackLateMs');
});
