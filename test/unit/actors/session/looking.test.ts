/** History and presence_stats of clients that ask for more than a node can look up at once. */
import { expect, test } from 'vitest';
import type { NodeId } from '../../../../src/protocols/identity.ts';
import { nextOffset } from '../../../../src/protocols/position.ts';
import type { ClientConnection } from '../../../support/client-connection.ts';
import { settle } from '../../../support/until.ts';
import { at, epoch } from '../positions.ts';
import { run, SessionStage } from '../session-stage.ts';

class LookingStage extends SessionStage {
  /** A client that has been let in. */
  async client(): Promise<ClientConnection> {
    const { client } = await this.enter({ kind: 'first' }, { kind: 'commands' });
    client.say('{"connect":{},"id":1}');
    await settle();
    return client;
  }

  async commit(rows: number): Promise<void> {
    const wish = { run, version: 1, node: 'n' as NodeId, nonce: 'x', leaseMs: 1, freshEpoch: epoch };
    const claimed = await this.store.claim(wish);
    if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
    for (let n = 0; n < rows; n += 1) {
      const offset = nextOffset(at(n).offset);
      const estimate = `{"n":${offset}}`;
      const { holder } = claimed;
      const commit = {
        run,
        holder,
        epoch,
        offset,
        from: n,
        to: n + 1,
        state: '',
        curve: [],
        estimate,
        atMs: 0,
      };
      const committed = await this.store.commit(commit);
      if (committed.kind !== 'committed') throw new Error(committed.kind);
    }
  }

  async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn += 1) {
      this.clock.endTurn();
      await settle(10);
    }
  }
}

const ask = (from: number, count: number, limit: number) =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({ history: { channel: 'leibniz', limit }, id: from + index }),
  ).join('\n');

/** Ids of the commands that have been answered, and those among them that were refused. */
function answers({ writes }: ClientConnection): { ids: number[]; refused: number[] } {
  const replies = writes
    .map((frame) => frame.subarray((frame[1] ?? 0) < 126 ? 2 : (frame[1] ?? 0) < 127 ? 4 : 10))
    .map((payload) => JSON.parse(new TextDecoder().decode(payload)))
    .filter(({ id }) => id > 1);
  const refused = replies.filter(({ error }) => error?.code === 111).map(({ id }) => id);
  return { ids: replies.map(({ id }) => id), refused };
}

test('a client’s looks are answered one at a time, in the order it asked', async () => {
  const stage = await new LookingStage().open();
  await stage.commit(3);
  const client = await stage.client();
  const gate = Promise.withResolvers<void>();
  stage.store.gate = gate.promise;
  const before = stage.store.asked;
  client.say(`${ask(2, 3, 1)}\n{"presence_stats":{"channel":"lobby"},"id":5}\n{"ping":{},"id":6}`);
  await stage.turns(10);
  expect(stage.store.asked - before).toBe(1);
  expect(answers(client).ids).toEqual([6]);
  stage.store.gate = null;
  gate.resolve();
  await stage.turns(10);
  expect(answers(client)).toEqual({ ids: [6, 2, 3, 4, 5], refused: [] });
});

test('a node looks up so many at once, whoever asks, and leaves none out', async () => {
  const stage = await new LookingStage({ looksAtOnce: 2 }).open();
  await stage.commit(3);
  const clients: ClientConnection[] = [];
  for (let count = 0; count < 6; count += 1) clients.push(await stage.client());
  const gate = Promise.withResolvers<void>();
  stage.store.gate = gate.promise;
  for (const client of clients) client.say(ask(2, 2, 1));
  await stage.turns(10);
  expect(stage.store.atOnceMost).toBe(2);
  expect(stage.meter.limits).toEqual(Array.from({ length: 4 }, () => 'looksAtOnce'));
  stage.store.gate = null;
  gate.resolve();
  await stage.turns(20);
  for (const client of clients) expect(answers(client).ids).toEqual([2, 3]);
  expect(stage.store.atOnceMost).toBe(2);
});

test('nothing is looked up for a client that has not taken what it was sent, until it drains', async () => {
  const stage = await new LookingStage({ outboxSoftBytes: 100 }).open();
  await stage.commit(3);
  const client = await stage.client();
  client.stall();
  client.write(new Uint8Array([0x82, 99, ...new TextEncoder().encode(`{"pad":"${'x'.repeat(89)}"}`)]));
  client.write(new Uint8Array([0x82, 2, 123, 125]));
  const before = stage.store.asked;
  client.say(ask(2, 3, 3));
  await stage.turns(10);
  expect([answers(client).ids, stage.store.asked - before]).toEqual([[], 0]);
  // With one answer it has enough again.
  client.drain(true);
  await stage.turns(10);
  expect(answers(client).ids).toEqual([2]);
  client.drain();
  await stage.turns(10);
  expect(answers(client).ids).toEqual([2, 3, 4]);
});

test('a look costs by the rows it asks for: a flood of pages is refused, then ends the connection', async () => {
  const limits = { commandsBurst: 100, commandsPerSecond: 50, replayPage: 256 };
  const stage = await new LookingStage(limits).open();
  await stage.commit(3);
  const client = await stage.client();
  // A page costs as much as nine commands, and what is refused as much as one.
  client.say(ask(2, 60, -1));
  await stage.turns(40);
  const { ids, refused } = answers(client);
  expect([ids.length, refused.length]).toEqual([60, 49]);
  client.say(ask(62, 100, -1));
  await stage.turns(10);
  expect(client.text).toContain('"code":3013');
});

test('a look at a position alone costs no more than any other command', async () => {
  const stage = await new LookingStage({ commandsBurst: 100 }).open();
  await stage.commit(3);
  const client = await stage.client();
  client.say(ask(2, 100, 0));
  await stage.turns(150);
  const { ids, refused } = answers(client);
  expect([ids.length, refused]).toEqual([100, []]);
});

test('looks that wait for their turn are so many at most, and those beyond are refused', async () => {
  const stage = await new LookingStage({ commandsBurst: 10, commandsPerSecond: 50 }).open();
  await stage.commit(3);
  const client = await stage.client();
  stage.store.gate = new Promise(() => {});
  for (let second = 0; second < 3; second += 1) {
    client.say(ask(2 + 10 * second, 10, 0));
    await stage.turns(2);
    await stage.pass(1_000);
  }
  expect(answers(client).refused).toEqual(Array.from({ length: 20 }, (_, index) => 12 + index));
});
