import { describe, expect, test } from 'vitest';
import { createOutbox } from '../../../src/actors/outbox.ts';
import { PageTurn } from '../../../src/actors/page-turn.ts';
import type { UserId } from '../../../src/protocols/identity.ts';
import type { ConnectionFormat } from '../../../src/protocols/ports/connection.ts';
import type { Outbox } from '../../../src/protocols/ports/outbox.ts';
import type { SubscribeCommand } from '../../../src/protocols/wire/frame-codec.ts';
import { ClientConnection } from '../../support/client-connection.ts';
import { settle } from '../../support/until.ts';
import { HubStage, offsets, type Watcher, whole } from './hub-stage.ts';
import { at, epoch, otherEpoch } from './positions.ts';

describe('a client that comes for the first time', () => {
  test('gets where the run stands, then everything that is committed from then on', async () => {
    const stage = await new HubStage().open();
    await stage.publish(3);
    const { client } = await stage.watch();
    await settle();
    await stage.publish(2);
    await settle();
    expect(client.frames.map(({ event, id }) => [event, id])).toEqual([
      ['snapshot', `${epoch}:3`],
      ['estimate', `${epoch}:4`],
      ['estimate', `${epoch}:5`],
    ]);
  });

  test('to a run without an estimate is told so, and gets the first one', async () => {
    const stage = await new HubStage().open();
    const { client } = await stage.watch();
    await settle();
    await stage.publish();
    await settle();
    expect(client.of('snapshot')[0]?.data).toContain('"offset":0,"estimate":null');
    expect(offsets(client)).toEqual([0, 1]);
  });

  test('is sent the same bytes as everybody, encoded once', async () => {
    const stage = await new HubStage().open();
    const [one, two] = [await stage.watch(), await stage.watch()];
    await settle();
    await stage.publish();
    await settle();
    expect(one.client.writes.at(-1)).toBe(two.client.writes.at(-1));
  });

  test('waits while the store does not answer, and is served when it does', async () => {
    const stage = await new HubStage().open();
    await stage.publish(2);
    stage.store.mode = 'down';
    const { client } = await stage.watch();
    await settle();
    await stage.pass(5_000);
    expect(client.writes).toEqual([]);
    stage.store.mode = 'well';
    await stage.pass(5_000);
    expect(offsets(client)).toEqual([2]);
  });
});

describe('a client that resumes', () => {
  test('is told how many it missed, gets exactly these, then what is live', async () => {
    const stage = await new HubStage().open();
    await stage.publish(10);
    const { client } = await stage.watch({ kind: 'resume', position: at(4) });
    await settle();
    await stage.publish(2);
    await settle();
    expect(client.frames[0]).toMatchObject({ event: 'state', id: null });
    expect(JSON.parse(client.frames[0]?.data ?? '')).toMatchObject({ recovered: true, missed: 6 });
    expect(offsets(client)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    expect(client.of('estimate').map(({ data }) => data)).toContain('{"n":5}');
  });

  test('at the top has missed nothing', async () => {
    const stage = await new HubStage().open();
    await stage.publish(4);
    const { client } = await stage.watch({ kind: 'resume', position: at(4) });
    await settle();
    expect(client.frames).toHaveLength(1);
    expect(JSON.parse(client.frames[0]?.data ?? '')).toMatchObject({ recovered: true, missed: 0 });
  });

  test('reads a long history page by page, while more is committed', async () => {
    const stage = await new HubStage({ replayPage: 7, outboxSoftBytes: 1e6 }).open();
    await stage.publish(100);
    const { client } = await stage.watch({ kind: 'resume', position: at(0) });
    await stage.publish(50);
    await settle(100);
    expect(whole(client, 0)).toBe(150);
  });

  test('reads on only as fast as it takes what it gets', async () => {
    const soft = 500;
    const stage = await new HubStage({ replayPage: 40, outboxSoftBytes: soft }).open();
    await stage.publish(100);
    const { client } = await stage.watch({ kind: 'resume', position: at(0) });
    client.stall();
    await settle();
    for (let drains = 0; drains < 5; drains += 1) {
      const before = client.text.length;
      client.drain(true);
      await settle();
      // The frame with which it had enough, and no other after it.
      const longest = client.writes.at(-1)?.length ?? 0;
      expect(client.text.length - before).toBeGreaterThan(soft);
      expect(client.text.length - before).toBeLessThanOrEqual(soft + longest);
    }
    client.drain();
    await settle(100);
    expect(whole(client, 0)).toBe(100);
  });

  test.each([
    ['another epoch', 'epoch-changed', at(3, otherEpoch)],
    ['a position above the top', 'bad-position', at(99)],
    ['a position that is no longer kept', 'history-gone', at(1)],
  ])('from %s gets a snapshot that says %s', async (_what, reason, position) => {
    const stage = await new HubStage({ historyEstimates: 5 }).open();
    await stage.publish(20);
    const { client } = await stage.watch({ kind: 'resume', position });
    await settle();
    await stage.publish();
    await settle();
    expect(JSON.parse(client.frames[0]?.data ?? '')).toEqual({
      recovered: false,
      reason,
      epoch,
      offset: 20,
      estimate: { n: 20 },
    });
    expect(offsets(client)).toEqual([20, 21]);
  });

  test('with a position that can’t be read is told so', async () => {
    const stage = await new HubStage().open();
    await stage.publish(2);
    const { client } = await stage.watch({ kind: 'bad-position' });
    await settle();
    expect(JSON.parse(client.frames[0]?.data ?? '')).toMatchObject({ reason: 'bad-position', offset: 2 });
  });
});

describe('publishing', () => {
  test('while clients subscribe, a thousand times over, loses none and repeats none', async () => {
    const stage = await new HubStage({ replayPage: 3, outboxSoftBytes: 1e9 }).open();
    await stage.publish(2);
    const clients: { client: Awaited<ReturnType<typeof stage.watch>>['client']; from: number }[] = [];
    for (let round = 0; round < 1_000; round += 1) {
      const resume = round % 2 === 0;
      const from = Math.max(0, stage.position.offset - (round % 5));
      const start = resume ? ({ kind: 'resume', position: at(from) } as const) : ({ kind: 'first' } as const);
      const { client } = await stage.watch(start);
      clients.push({ client, from: resume ? from : -1 });
      // Now before, now after, now between the hub's question to the store and its answer.
      if (round % 3 !== 0) await stage.publish(round % 3);
      if (round % 7 === 0) await settle(round % 4);
    }
    await stage.publish(3);
    await settle(200);
    const top = stage.position.offset;
    for (const { client, from } of clients) expect(whole(client, from)).toBe(top);
    expect(stage.crashes).toBe(0);
  });

  test('a new epoch gives every client a snapshot of it, also who came while it began', async () => {
    const stage = await new HubStage().open();
    await stage.publish(3);
    stage.tell({ type: 'standing', standing: stage.standing() });
    const early = await stage.watch();
    await settle();
    await stage.renew(otherEpoch);
    const late = await stage.watch();
    await settle();
    stage.tell({ type: 'standing', standing: stage.standing() });
    await settle();
    expect(early.client.ids).toEqual([`${epoch}:3`, `${otherEpoch}:0`]);
    expect(JSON.parse(early.client.frames.at(-1)?.data ?? '')).toMatchObject({ reason: 'epoch-changed' });
    expect(late.client.ids.at(-1)).toBe(`${otherEpoch}:0`);
    await stage.publish(2);
    await settle();
    for (const { client } of [early, late]) {
      expect(client.ids.slice(-2)).toEqual([`${otherEpoch}:1`, `${otherEpoch}:2`]);
    }
  });

  test('a page that was read before a new epoch is not mixed with it', async () => {
    const stage = await new HubStage().open();
    await stage.publish(6);
    stage.tell({ type: 'standing', standing: stage.standing() });
    await settle();
    const gate = Promise.withResolvers<void>();
    stage.store.gate = gate.promise;
    const { client } = await stage.watch({ kind: 'resume', position: at(3) });
    await settle();
    stage.store.gate = null;
    await stage.renew(otherEpoch);
    stage.tell({ type: 'standing', standing: stage.standing() });
    await settle();
    gate.resolve();
    await settle();
    await stage.publish();
    await settle();
    expect(client.ids).toEqual([`${otherEpoch}:0`, `${otherEpoch}:1`]);
  });

  test('a change of state is told once, also to a client that is still reading history', async () => {
    const stage = await new HubStage({ replayPage: 1, outboxSoftBytes: 0 }).open();
    await stage.publish(3);
    stage.tell({ type: 'standing', standing: stage.standing() });
    const live = await stage.watch();
    const reading = await stage.watch({ kind: 'resume', position: at(0) });
    reading.client.stall();
    await settle();
    for (let times = 0; times < 2; times += 1) {
      stage.tell({ type: 'standing', standing: stage.standing({ state: 'paused' }) });
    }
    await settle();
    reading.client.drain();
    await settle();
    const paused = { run: 'leibniz', state: 'paused', reason: null };
    expect(live.client.of('state').map(({ data }) => JSON.parse(data))).toEqual([paused]);
    expect(
      reading.client
        .of('state')
        .slice(1)
        .map(({ data }) => JSON.parse(data)),
    ).toEqual([paused]);
    expect(whole(reading.client, 0)).toBe(3);
  });
});

describe('a client that is slow', () => {
  test('falls behind alone: it gets the newest when it drains, others get every one', async () => {
    const stage = await new HubStage({ outboxSoftBytes: 100 }).open();
    const [slow, quick] = [await stage.watch(), await stage.watch()];
    await settle();
    slow.client.stall();
    await stage.publish(500);
    await settle();
    expect(whole(quick.client, -1)).toBe(500);
    expect(offsets(slow.client).length).toBeLessThan(10);
    slow.client.drain();
    await settle();
    expect(whole(slow.client, -1)).toBe(500);
    await stage.publish();
    await settle();
    expect(offsets(slow.client).at(-1)).toBe(501);
  });

  test('gets the newest when its interval has passed, though it drained before that and nothing more came', async () => {
    const stage = await new HubStage({ outboxSoftBytes: 0 }).open();
    const { client } = await stage.watch({ kind: 'first' }, 1_000);
    await settle();
    await stage.pass(1_000);
    client.stall();
    await stage.publish(4);
    await settle();
    client.drain();
    await settle();
    expect(offsets(client)).toEqual([0, 1]);
    await stage.pass(1_000);
    expect(whole(client, -1)).toBe(4);
  });

  test('that asked for an interval gets the newest in each', async () => {
    const stage = await new HubStage({ outboxSoftBytes: 1e6 }).open();
    const { client } = await stage.watch({ kind: 'first' }, 1_000);
    await settle();
    for (let turn = 0; turn < 40; turn += 1) {
      await stage.publish();
      await stage.pass(100);
    }
    await stage.pass(1_000);
    // The first at once, then one in each of four seconds.
    expect(client.of('estimate').length).toBe(5);
    expect(whole(client, -1)).toBe(40);
  });

  test('with an estimate held while it reads what was lost between gets each once', async () => {
    const stage = await new HubStage({ outboxSoftBytes: 1e6 }).open();
    const { client } = await stage.watch({ kind: 'first' }, 1_000);
    await settle();
    await stage.publish(2);
    await settle();
    const gate = Promise.withResolvers<void>();
    // Two commits of which the hub hears only the second: the client reads history, with an estimate held.
    await stage.commit();
    const unheard = await stage.commit();
    stage.store.gate = gate.promise;
    stage.tell({ type: 'estimate', ...unheard });
    await settle();
    await stage.pass(1_000);
    stage.store.gate = null;
    gate.resolve();
    await settle();
    expect(whole(client, -1)).toBe(4);
    expect(stage.crashes).toBe(0);
  });
});

describe('a hub', () => {
  test('that is killed leaves nothing missing: the next one continues where each client stands', async () => {
    const stage = await new HubStage().open();
    const watchers = [await stage.watch(), await stage.watch()];
    await settle();
    await stage.publish(3);
    await settle();
    stage.system.exit(stage.hub, 'kill');
    await stage.commit();
    await stage.commit();
    await settle();
    for (const { session, outbox } of watchers) {
      const user = 'somebody' as UserId;
      stage.tell({ type: 'subscribe', session, user, outbox, start: { kind: 'continue' } });
    }
    await stage.publish(1);
    await settle();
    for (const { client } of watchers) expect(whole(client, -1)).toBe(6);
    expect(watchers[0]?.client.text).toBe(watchers[1]?.client.text);
  });

  test('gives a page that an earlier subscription asked for to no later one of the same session', async () => {
    const stage = await new HubStage().open();
    await stage.publish(3);
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    stage.store.gate = gate;
    const { session, client: before } = await stage.watch();
    await settle();
    const client = new ClientConnection();
    const { clock } = stage;
    const opening = { channel: stage.run, command: null };
    const outbox = createOutbox(client, {
      clock,
      everyMs: 0,
      opening,
      mark: null,
      openingBytes: 1_000,
      turn: new PageTurn(),
      onTurn: () => {},
      onLost: () => {},
    });
    stage.tell({ type: 'unsubscribe', session });
    const start = { kind: 'resume', position: at(1) } as const;
    stage.tell({ type: 'subscribe', session, user: 'somebody' as UserId, outbox, start });
    open();
    await settle();
    expect(before.frames).toEqual([]);
    expect(client.frames.map(({ event }) => event)).toEqual(['state', 'estimate', 'estimate']);
  });

  test('tells the Series how many watch, and what it has shown when the Series comes back', async () => {
    const stage = await new HubStage().open();
    const one = await stage.watch();
    await stage.watch();
    await stage.publish(2);
    await settle();
    stage.system.exit(one.session, 'kill');
    await settle();
    const counts = stage.heard.flatMap((message) => (message.type === 'watchers' ? [message.watchers] : []));
    expect(counts).toEqual([1, 2, 1]);
    expect(stage.heard[0]).toMatchObject({ type: 'attach', watchers: 0, shown: null });
  });

  test('without clients goes after a while, not before, and not while there is one', async () => {
    const stage = await new HubStage({ hubLingerMs: 10_000 }).open();
    const { hub } = stage;
    const { session } = await stage.watch();
    await settle();
    await stage.pass(60_000);
    expect(stage.system.alive(hub)).toBe(true);
    stage.system.exit(session, 'kill');
    await settle();
    await stage.pass(9_999);
    expect(stage.system.alive(hub)).toBe(true);
    await stage.pass(1);
    expect(stage.system.alive(hub)).toBe(false);
    expect(stage.crashes).toBe(0);
  });

  test('of a run that has ended says so to every session and goes', async () => {
    const stage = await new HubStage().open();
    const { hub } = stage;
    const { heard } = await stage.watch();
    stage.tell({ type: 'ended' });
    await settle();
    expect(heard).toEqual([{ type: 'ended', run: stage.run }]);
    expect(stage.system.alive(hub)).toBe(false);
  });
});

describe('a client of a run that does not run', () => {
  test('is told so, whether it or the Series was there first', async () => {
    const stage = await new HubStage().open();
    const early = await stage.watch();
    await settle();
    stage.tell({ type: 'standing', standing: stage.standing({ state: 'paused' }) });
    await settle();
    const late = await stage.watch();
    await settle();
    for (const { client } of [early, late]) {
      expect(client.frames.map(({ event }) => event)).toEqual(['snapshot', 'state']);
      expect(client.of('state')[0]?.data).toContain('"state":"paused"');
    }
    stage.tell({ type: 'standing', standing: stage.standing({ state: 'running' }) });
    await settle();
    expect(late.client.of('state')).toHaveLength(2);
  });
});

describe('a hub whose run has no Series (any more)', () => {
  test('ends with its clients when the keeper of runs knows no such run', async () => {
    const stage = await new HubStage().open();
    const { heard } = await stage.watch();
    await settle();
    const keeper = await stage.keeper(null);
    await stage.endSeries();
    expect(keeper.asked).toBeGreaterThan(0);
    expect(heard).toEqual([{ type: 'ended', run: stage.run }]);
    expect(stage.hubs).toBe(0);
  });

  test('waits for it while the keeper knows the run, or is not there itself', async () => {
    const stage = await new HubStage().open();
    const { heard } = await stage.watch();
    await settle();
    await stage.endSeries();
    await stage.pass(20);
    await stage.keeper(stage.run);
    await stage.pass(20);
    expect(heard).toEqual([]);
    expect(stage.hubs).toBe(1);
  });
});

test('a thousand clients at once have only so many pages on their way, and all are served', async () => {
  const stage = await new HubStage({ replaysAtOnce: 4 }).open();
  await stage.publish(3);
  const watchers = await Promise.all(
    Array.from({ length: 1_000 }, () => stage.watch({ kind: 'resume', position: at(1) })),
  );
  await settle(2_000);
  expect(stage.store.atOnceMost).toBeLessThanOrEqual(4);
  expect(stage.meter.limits).toEqual(Array.from({ length: 996 }, () => 'replaysAtOnce'));
  expect(stage.meter.now('zeno_subscriptions')).toEqual([{ [stage.run]: 1_000 }]);
  for (const { client } of watchers) expect(offsets(client)).toEqual([2, 3]);
});

test('who waits behind a client that is congested, or gone, is served all the same', async () => {
  const stage = await new HubStage({ replaysAtOnce: 1, outboxSoftBytes: 10 }).open();
  await stage.publish(3);
  const answer = Promise.withResolvers<void>();
  stage.store.gate = answer.promise;
  const resume = { kind: 'resume', position: at(1) } as const;
  const watchers = [];
  for (let count = 0; count < 4; count += 1) watchers.push(await stage.watch(resume));
  await settle();
  const [first, congested, gone, last] = watchers;
  congested?.client.stall();
  congested?.client.write(new Uint8Array(100));
  if (gone !== undefined) stage.system.exit(gone.session, 'kill');
  await settle();
  answer.resolve();
  await settle();
  for (const watcher of [first, last]) expect(watcher && offsets(watcher.client)).toEqual([2, 3]);
});

describe('a client that comes back to many runs at once', () => {
  const soft = 2_000;
  const runs = 12;
  const resume = { kind: 'resume', position: at(0) } as const;
  const page = 30;

  /** Every seat has a hub of its own on a node; to what is tested here one hub for all of them is as good. */
  async function comesBack(format: ConnectionFormat, command: SubscribeCommand | null) {
    const stage = await new HubStage({ outboxSoftBytes: soft, replayPage: page }).open();
    await stage.publish(100);
    const client = new ClientConnection(format, soft);
    const turn = new PageTurn<Outbox>();
    const seats: Watcher[] = [];
    const opening = { channel: stage.run, command };
    client.stall();
    for (let count = 0; count < runs; count += 1) {
      seats.push(await stage.seat(client, { turn, opening, start: resume }));
    }
    client.listen({
      drained: () => {
        for (const { session } of seats) stage.tell({ type: 'drained', session });
      },
      closed: () => {},
      received: () => {},
    });
    await settle(50);
    return { stage, client, seats };
  }

  test('never has more waiting than its pace allows and one frame, and one page on its way', async () => {
    const { stage, client, seats } = await comesBack('sse', null);
    expect(stage.store.atOnceMost).toBe(1);
    for (let drains = 0; seats.some(({ outbox }) => outbox.position?.offset !== 100); drains += 1) {
      expect(drains).toBeLessThan(200);
      const longest = Math.max(...client.writes.map(({ length }) => length));
      const before = client.text.length;
      client.drain(true);
      await settle(50);
      expect(client.text.length - before).toBeLessThanOrEqual(soft + longest);
    }
    expect(stage.store.atOnceMost).toBe(1);
    expect(client.of('estimate')).toHaveLength(runs * 100);
  });

  test('has all its subscribes answered at once, with no more rows than may wait for it', async () => {
    const command = { id: 1, recovering: true, strict: false, ttl: null };
    const { stage, client, seats } = await comesBack('centrifuge-json', command);
    for (const { outbox } of seats) expect(outbox.position).not.toBeNull();
    expect(client.text.match(/"recovered":true/g)?.length).toBe(2 * runs);
    const offset = seats.reduce((sum, { outbox }) => sum + (outbox.position?.offset ?? 0), 0);
    expect(offset).toBeGreaterThan(0);
    // An answer without rows has less than 400 bytes here.
    expect(client.text.length).toBeLessThan(2 * soft + runs * 400);
    client.drain();
    await settle(400);
    for (const { outbox } of seats) expect(outbox.position?.offset).toBe(100);
    expect(client.text.match(/"n":/g)?.length).toBe(runs * 100);
    expect(stage.crashes).toBe(0);
  });

  test('is served in all of them though one goes, and the hub dies', async () => {
    const { stage, client, seats } = await comesBack('sse', null);
    const [first, ...others] = seats;
    first?.outbox.end();
    stage.system.exit(stage.hub, 'kill');
    await settle();
    for (const { session, outbox } of others) {
      outbox.passTurn();
      const start = outbox.position === null ? resume : ({ kind: 'continue' } as const);
      stage.tell({ type: 'subscribe', session, user: 'somebody' as UserId, outbox, start });
    }
    client.drain();
    await settle(400);
    for (const { outbox } of others) expect(outbox.position?.offset).toBe(100);
  });
});

test('a client that takes little at a time has pages read for it that are about as long', async () => {
  const stage = await new HubStage({ outboxSoftBytes: 200, replayPage: 64 }).open();
  await stage.publish(64);
  const { client } = await stage.watch({ kind: 'resume', position: at(0) });
  client.stall();
  let rows = 0;
  const { readAfter } = stage.store;
  stage.store.readAfter = async (run, after, limit) => {
    const page = await readAfter(run, after, limit);
    if (page.kind === 'rows') rows += page.rows.length;
    return page;
  };
  for (let drains = 0; drains < 64; drains += 1) {
    client.drain(true);
    await settle();
  }
  expect(whole(client, 0)).toBe(64);
  expect(rows).toBeLessThan(3 * 64);
});
