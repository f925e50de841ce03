import { describe, expect, test } from 'vitest';
import { createOutbox, type OutboxOptions } from '../../../src/actors/outbox.ts';
import { PageTurn } from '../../../src/actors/page-turn.ts';
import type { Outbox } from '../../../src/protocols/ports/outbox.ts';
import type { Position } from '../../../src/protocols/position.ts';
import { ClientConnection } from '../../support/client-connection.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { at, epoch, estimateAt, otherEpoch } from './positions.ts';

const quiet = {
  opening: { channel: 'r', command: null },
  mark: null,
  openingBytes: 1_000,
  turn: new PageTurn<Outbox>(),
  onTurn: () => {},
  onLost: () => {},
};

/** An outbox of a client that stands at offset 5 and has been sent nothing since. */
function standingAt5(options: { everyMs?: number; softBytes?: number } = {}) {
  const clock = manualClock();
  const { everyMs = 0, softBytes = 100 } = options;
  const client = new ClientConnection('sse', softBytes);
  const outbox = createOutbox(client, { clock, everyMs, ...quiet });
  outbox.recovered(at(5), { run: 'r', state: 'running', reason: null, recovered: true, missed: 0 }, []);
  return { clock, client, outbox };
}

function skips(client: ClientConnection): (string | number)[][] {
  return client.of('estimate').map(({ id, data }) => {
    const { n, skipped = 0 } = JSON.parse(data);
    return [id, n, skipped];
  });
}

describe('an outbox writes', () => {
  test('the next offset, and turns back what it had, what is too far ahead and what is of another epoch', () => {
    const { client, outbox } = standingAt5();
    expect(outbox.offer(estimateAt(5))).toBe('duplicate');
    expect(outbox.offer(estimateAt(1))).toBe('duplicate');
    expect(outbox.offer(estimateAt(7))).toBe('gap');
    expect(outbox.offer(estimateAt(6, otherEpoch))).toBe('other-epoch');
    expect(outbox.offer(estimateAt(6))).toBe('written');
    expect(outbox.offer(estimateAt(6))).toBe('duplicate');
    expect(client.ids).toEqual([`${epoch}:6`]);
  });

  test('nothing before the first frame has said where the client stands', () => {
    const client = new ClientConnection();
    const outbox = createOutbox(client, { clock: manualClock(), everyMs: 0, ...quiet });
    expect([outbox.position, outbox.offer(estimateAt(1))]).toEqual([null, 'gap']);
    expect(client.writes).toEqual([]);
  });

  test('the first estimate at once, though the client asked for an interval and has had an empty snapshot', () => {
    const client = new ClientConnection();
    const outbox = createOutbox(client, { clock: manualClock(), everyMs: 1_000, ...quiet });
    outbox.snapshot(at(0), 'first', null);
    expect([outbox.offer(estimateAt(1)), outbox.offer(estimateAt(2))]).toEqual(['written', 'held']);
  });

  test('the shared bytes themselves to a client that keeps up, not a copy', () => {
    const { client, outbox } = standingAt5();
    const estimate = estimateAt(6);
    outbox.offer(estimate);
    expect(client.writes.at(-1)).toBe(estimate.frame('sse', 0));
  });

  test('from history only what comes next, and throws on anything else', () => {
    const { client, outbox } = standingAt5();
    outbox.replay(estimateAt(6));
    for (const wrong of [estimateAt(6), estimateAt(8), estimateAt(7, otherEpoch)]) {
      expect(() => outbox.replay(wrong)).toThrow('history gave');
    }
    expect(client.ids).toEqual([`${epoch}:6`]);
  });

  test('a snapshot at any time, and goes on from there', () => {
    const { client, outbox } = standingAt5();
    outbox.snapshot(at(2, otherEpoch), 'epoch-changed', null);
    expect(outbox.offer(estimateAt(6))).toBe('other-epoch');
    expect(outbox.offer(estimateAt(3, otherEpoch))).toBe('written');
    expect(client.ids).toEqual([`${otherEpoch}:2`, `${otherEpoch}:3`]);
  });
});

describe('a client that is slow', () => {
  test('gets the newest estimate once it has drained, with the number of those it was spared', () => {
    const { client, outbox } = standingAt5({ softBytes: 10 });
    client.stall();
    expect(outbox.offer(estimateAt(6))).toBe('written');
    expect([7, 8, 9].map((offset) => outbox.offer(estimateAt(offset)))).toEqual([
      'held',
      'replaced',
      'replaced',
    ]);
    expect(outbox.congested()).toBe(true);
    outbox.release();
    expect(skips(client)).toEqual([[`${epoch}:6`, 6, 0]]);
    client.drain();
    outbox.release();
    outbox.release();
    expect(skips(client)).toEqual([
      [`${epoch}:6`, 6, 0],
      [`${epoch}:9`, 9, 2],
    ]);
    expect(outbox.offer(estimateAt(10))).toBe('written');
  });

  test('may have up to the soft limit waiting before anything is skipped', () => {
    const { client, outbox } = standingAt5({ softBytes: 2 * estimateAt(6).frame('sse', 0).length });
    client.stall();
    expect([6, 7, 8, 9].map((offset) => outbox.offer(estimateAt(offset)))).toEqual([
      'written',
      'written',
      'written',
      'held',
    ]);
  });

  test('with an estimate held is not offered a hole or another epoch over it', () => {
    const { client, outbox } = standingAt5({ softBytes: 0 });
    client.stall();
    outbox.offer(estimateAt(6));
    outbox.offer(estimateAt(7));
    expect(outbox.offer(estimateAt(7))).toBe('duplicate');
    expect(outbox.offer(estimateAt(9))).toBe('gap');
    expect(outbox.offer(estimateAt(8, otherEpoch))).toBe('other-epoch');
    expect(outbox.dueInMs()).toBeNull();
  });

  test('with an estimate held that is then replayed from history gets it once', () => {
    const { client, outbox } = standingAt5({ softBytes: 0 });
    client.stall();
    outbox.offer(estimateAt(6));
    outbox.offer(estimateAt(7));
    outbox.replay(estimateAt(7));
    client.drain();
    outbox.release();
    expect(client.ids).toEqual([`${epoch}:6`, `${epoch}:7`]);
  });
});

describe('a client that asked for an interval', () => {
  test('gets one estimate in it, the newest, and is told what was skipped', () => {
    const { clock, client, outbox } = standingAt5({ everyMs: 1_000 });
    expect(outbox.offer(estimateAt(6))).toBe('written');
    clock.advance(300);
    expect([7, 8].map((offset) => outbox.offer(estimateAt(offset)))).toEqual(['held', 'replaced']);
    expect(outbox.dueInMs()).toBe(700);
    clock.advance(699);
    outbox.release();
    expect(client.ids).toHaveLength(1);
    clock.advance(1);
    expect(outbox.dueInMs()).toBe(0);
    outbox.release();
    expect(skips(client).at(-1)).toEqual([`${epoch}:8`, 8, 1]);
    expect(outbox.dueInMs()).toBeNull();
  });

  test('gets the next one at once when the interval passed without any', () => {
    const { clock, outbox } = standingAt5({ everyMs: 1_000 });
    outbox.offer(estimateAt(6));
    clock.advance(1_000);
    expect(outbox.offer(estimateAt(7))).toBe('written');
  });
});

describe('the first words of a resume', () => {
  const change = { run: 'r', state: 'running', reason: null, recovered: true, missed: 9 } as const;
  const rows = Array.from({ length: 9 }, (_, index) => {
    const { position, estimate } = estimateAt(6 + index);
    return { offset: position.offset, estimate };
  });
  const outboxOf = (client: ClientConnection, options: Partial<OutboxOptions>) =>
    createOutbox(client, { clock: manualClock(), everyMs: 0, ...quiet, ...options });

  test('bring along as many of the missed rows as have room, in order, and the rest is replayed', () => {
    const client = new ClientConnection();
    const outbox = outboxOf(client, { openingBytes: 300 });
    outbox.recovered(at(5), change, rows);
    expect(client.writes).toHaveLength(1);
    expect(client.ids).toEqual([6, 7, 8, 9].map((offset) => `${epoch}:${offset}`));
    expect(outbox.position).toEqual(at(9));
    expect(outbox.replay(estimateAt(10))).toBe(true);
  });

  test('bring none along to a client that is congested, nor are more replayed to it', () => {
    const client = new ClientConnection('sse', 10);
    client.stall();
    client.write(new Uint8Array(11));
    const outbox = outboxOf(client, { openingBytes: 1_000 });
    outbox.recovered(at(5), change, rows);
    expect([client.ids, outbox.position]).toEqual([[], at(5)]);
    expect(outbox.replay(estimateAt(6))).toBe(false);
    client.drain();
    expect(outbox.replay(estimateAt(6))).toBe(true);
  });

  test('are owed to who gave a command, until they or others have been said', () => {
    const command = { id: 1, recovering: true, strict: false, ttl: null };
    const [quietly, told, left] = [
      {},
      { opening: { channel: 'r', command } },
      { opening: { channel: 'r', command } },
    ].map((options) => outboxOf(new ClientConnection('centrifuge-json'), options));
    left?.end();
    expect([quietly, told, left].map((outbox) => outbox?.owesReply)).toEqual([false, true, false]);
    told?.recovered(at(5), change, []);
    expect(told?.owesReply).toBe(false);
  });
});

describe('a stream of several runs', () => {
  const bytes = new TextEncoder();
  const mark = ({ offset }: Position) => bytes.encode(`id: r@${epoch}:${offset}\n`);

  test('has each mark in one piece with what it stands before', () => {
    const client = new ClientConnection('sse-runs');
    const outbox = createOutbox(client, { clock: manualClock(), everyMs: 0, ...quiet, mark });
    outbox.snapshot(at(5), 'first', '{"n":5}');
    outbox.offer(estimateAt(6));
    outbox.replay(estimateAt(7));
    const pieces = client.writes.map((piece) => new TextDecoder().decode(piece).split('\n').slice(0, 2));
    expect(pieces).toEqual([
      [`id: r@${epoch}:5`, 'event: snapshot'],
      [`id: r@${epoch}:6`, 'event: estimate'],
      [`id: r@${epoch}:7`, 'event: estimate'],
    ]);
  });
});
