/** Clients over WebSocket that stop reading, and what the others notice of them: nothing. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { textFrame } from '../../../src/protocols/wire/web-socket-frame.ts';
import { enter, enterAnswering, figures, limitsReached, pour } from './entered-clients.ts';
import { startGateway, until } from './start-gateway.ts';

describe('a client that stops reading', () => {
  it('hears 3008 at the hard cap, if it reads again, and nothing of what was dropped', async () => {
    const { reached, meter } = limitsReached();
    await using gateway = await startGateway({ limits: { closeMs: 20_000 }, meter });
    const { client, connection, heard } = await enterAnswering(gateway);
    const said: string[] = [];
    client.on('message', (data) => said.push(data.toString()));
    client.pause();
    let written = 0;
    while (!reached.includes('outboxHardBytes')) {
      connection.write(textFrame(`${written} ${'x'.repeat(16_000)}`));
      written += 1;
    }
    client.resume();
    const [code, reason] = await once(client, 'close');
    expect([code, String(reason)]).toEqual([3008, 'slow']);
    expect(JSON.parse(said.at(-1) ?? '')).toEqual({ push: { disconnect: { code: 3008, reason: 'slow' } } });
    // What had waited here, nearly all of the hard cap, was not sent after all.
    expect(said.length).toBeLessThan(written - 50);
    await until(() => heard.ends === 1);
    expect(reached.filter((limit) => limit.startsWith('outbox'))).toEqual([
      'outboxSoftBytes',
      'outboxHardBytes',
    ]);
  });

  it('hears 3008 when it shows for the stall limit that it has read nothing, though the kernel takes all', async () => {
    const { reached, meter } = limitsReached();
    await using gateway = await startGateway({
      limits: { outboxStallMs: 300, ackLateMs: 100, closeMs: 20_000 },
      meter,
    });
    const { client, connection } = await enterAnswering(gateway);
    await new Promise((resolve) => setTimeout(resolve, 150));
    client.pause();
    connection.write(textFrame('second'.padEnd(2_000)));
    await until(() => connection.congested());
    await until(() => reached.includes('outboxStallMs'));
    client.resume();
    const [code] = await once(client, 'close');
    expect([code, reached]).toEqual([3008, ['ackLateMs', 'outboxStallMs']]);
  });

  it('costs what waits for it, counted once, and nothing when it has read it', async () => {
    const { meter, of } = figures();
    await using gateway = await startGateway({ limits: { outboxHardBytes: 2 ** 30 }, meter });
    const { client, connection } = await enterAnswering(gateway);
    client.pause();
    const bytes = 32 * 1024 * 1024;
    pour(connection, bytes);
    await new Promise((resolve) => setImmediate(resolve));
    expect(of('zeno_buffered_bytes')).toBeGreaterThan(bytes / 4);
    expect(of('zeno_buffered_bytes')).toBeLessThan(bytes + 16_384);
    client.resume();
    await until(() => of('zeno_buffered_bytes') === 0);
  });

  it('is not one that had nothing to read for longer than that', async () => {
    const { reached, meter } = limitsReached();
    await using gateway = await startGateway({ limits: { outboxStallMs: 300, ackLateMs: 100 }, meter });
    const { client, connection, heard } = await enterAnswering(gateway);
    let bytes = 0;
    client.on('message', (data) => {
      bytes += data.toString().length;
    });
    // The last that was written to anybody is long ago, too.
    const other = await enter(gateway);
    await new Promise((resolve) => setTimeout(resolve, 200));
    other.connection.write(textFrame('{}'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    client.pause();
    pour(connection, 256 * 1024);
    await new Promise((resolve) => setTimeout(resolve, 60));
    client.resume();
    await until(() => bytes >= 256 * 1024 - 1_024);
    expect([heard.ends, reached]).toEqual([0, []]);
  });

  it('is reset when it does not even read that', async () => {
    const { reached, meter } = limitsReached();
    await using gateway = await startGateway({ limits: { closeMs: 50 }, meter });
    const { client, connection, heard } = await enterAnswering(gateway);
    client.pause();
    pour(connection, 32 * 1024 * 1024);
    await until(() => heard.ends === 1);
    expect(reached).toContain('closeMs');
  });

  it('is let be while it has never answered: nobody knows that it would', async () => {
    await using gateway = await startGateway({ limits: { outboxStallMs: 100, ackLateMs: 20 } });
    const { client, connection, heard } = await enter(gateway);
    client.pause();
    connection.write(textFrame('{"first":true}'));
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect([connection.congested(), heard.ends]).toEqual([false, 0]);
    client.resume();
    await once(client, 'message');
  });

  it('is told of its drain as soon as it has shown that it reads again', async () => {
    await using gateway = await startGateway({ limits: { ackLateMs: 100 } });
    const { client, connection, heard } = await enterAnswering(gateway);
    await new Promise((resolve) => setTimeout(resolve, 150));
    client.pause();
    connection.write(textFrame('second'.padEnd(2_000)));
    await until(() => connection.congested());
    expect(heard.drains).toBe(0);
    client.resume();
    await until(() => heard.drains === 1);
    expect(connection.congested()).toBe(false);
  });
});

describe('a client that reads slowly', () => {
  it('is not one that stalls while it takes one big write piece by piece, though it answers nothing', async () => {
    const { reached, meter } = limitsReached();
    const limits = { outboxStallMs: 400, outboxHardBytes: 2 ** 30 };
    await using gateway = await startGateway({ limits, meter });
    const { client, connection, heard } = await enter(gateway, { autoPong: false });
    client.pause();
    connection.write(textFrame('x'.repeat(64 * 1024 * 1024)));
    // Several times what it may stall for, and it takes a few megabytes in each of them.
    for (let piece = 0; piece < 20; piece += 1) {
      client.resume();
      await sleep(2);
      client.pause();
      await sleep(80);
    }
    expect(connection.congested()).toBe(true);
    expect([heard.ends, reached]).toEqual([0, ['outboxSoftBytes']]);
  });
});

describe('a client that is far away', () => {
  it('is sent all there is as soon as it is known how far, whatever is said beside estimates', async () => {
    await using gateway = await startGateway({ limits: { ackLateMs: 60 } });
    const { client, connection } = await enter(gateway, { autoPong: false });
    client.on('ping', (payload) => void sleep(200).then(() => client.pong(payload)));
    let spared = 0;
    for (let estimate = 0; estimate < 150; estimate += 1) {
      if (connection.congested()) spared += 1;
      else connection.write(textFrame('estimate'.padEnd(300)));
      if (estimate % 10 === 0) connection.write(textFrame('{}'));
      await sleep(20);
    }
    expect(connection.congested()).toBe(false);
    expect(spared).toBeLessThan(75);
  });
});

describe('fifty clients that do not read', () => {
  it('hold no more than the soft limit and one frame each, and one that reads gets everything', async () => {
    const { meter, of } = figures();
    const outboxSoftBytes = 64 * 1024;
    await using gateway = await startGateway({ limits: { outboxSoftBytes }, meter });
    const stalled = await Promise.all(Array.from({ length: 50 }, () => enter(gateway)));
    for (const { client } of stalled) client.pause();
    const quick = await enter(gateway);
    const got: string[] = [];
    quick.client.on('message', (data) => got.push(data.toString()));
    const FRAMES = 1_000;
    for (let number = 0; number < FRAMES; number += 1) {
      const frame = textFrame(`${number} `.padEnd(16_000, 'x'));
      quick.connection.write(frame);
      for (const { connection } of stalled) if (!connection.congested()) connection.write(frame);
      if (number % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => got.length === FRAMES);
    expect(got.map((text) => Number.parseInt(text, 10))).toEqual([...got.keys()]);
    expect(stalled.every(({ connection }) => connection.congested())).toBe(true);
    const waiting = of('zeno_buffered_bytes');
    expect(waiting).toBeGreaterThan(stalled.length * outboxSoftBytes);
    // That the kernel has just taken the last of the quick one's may not be known yet.
    const most = outboxSoftBytes + textFrame('x'.repeat(16_000)).length;
    expect(waiting).toBeLessThanOrEqual((stalled.length + 1) * most);
  });
});
