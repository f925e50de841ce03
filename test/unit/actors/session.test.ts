import { describe, expect, test } from 'vitest';
import { hubName } from '../../../src/actors/names.ts';
import type { RunId } from '../../../src/protocols/identity.ts';
import { registry } from '../../../src/runtime/registry.ts';
import type { ClientConnection } from '../../support/client-connection.ts';
import { settle } from '../../support/until.ts';
import { listeningServer } from './listening-server.ts';
import { at } from './positions.ts';
import { run, SessionStage } from './session-stage.ts';

describe('a session', () => {
  test('greets with a jittered delay, is let in, and joins the hub with where its client stands', async () => {
    const stage = await new SessionStage().open();
    const start = { kind: 'resume', position: at(7) } as const;
    const { client, pid } = await stage.enter(start);
    const delay = Number(/^retry: (\d+)\n\n$/.exec(client.text)?.[1]);
    expect(delay).toBeGreaterThanOrEqual(1_000);
    expect(delay).toBeLessThanOrEqual(3_000);
    expect(stage.subscriptions()).toMatchObject([{ session: pid, start }]);
  });

  test('pings as long as it lives', async () => {
    const stage = await new SessionStage({ ssePingMs: 15_000 }).open();
    const { client } = await stage.enter();
    for (let turn = 0; turn < 3; turn += 1) await stage.pass(15_000);
    expect(client.text.split(': ping\n\n')).toHaveLength(4);
  });

  test('waits while there is no hub or nobody to ask who it is, and then joins', async () => {
    const stage = new SessionStage();
    await stage.system.spawn(registry(stage.system), { id: 'registry' });
    const { client } = await stage.enter();
    await stage.pass(20);
    await stage.auth();
    await stage.pass(20);
    await stage.pass(20);
    expect(client.end).toBeNull();
    await stage.hub();
    await stage.pass(20);
    await stage.pass(20);
    expect(stage.subscriptions()).toHaveLength(1);
  });

  test('says goodbye when nobody lets it in for too long', async () => {
    const stage = new SessionStage({ authenticationMs: 10_000 });
    await stage.system.spawn(registry(stage.system), { id: 'registry' });
    const { client, pid } = await stage.enter();
    await stage.pass(9_999);
    expect(client.end).toBeNull();
    await stage.pass(1);
    expect(client.of('bye')).toHaveLength(1);
    expect([client.end, stage.system.alive(pid)]).toEqual(['closed', false]);
  });

  test('ends when its client goes', async () => {
    const stage = await new SessionStage().open();
    const { client, pid } = await stage.enter();
    client.leave();
    await settle();
    expect(stage.system.alive(pid)).toBe(false);
    expect(client.of('bye')).toEqual([]);
  });

  test('says goodbye when its run has ended, and when the node drains', async () => {
    const stage = await new SessionStage().open();
    const [one, two] = [await stage.enter(), await stage.enter()];
    stage.system.cast(one.pid, { type: 'ended', run });
    await settle();
    await stage.system.stop(two.pid, 'shutdown', 1_000);
    const reasons = [one, two].map(({ client }) => JSON.parse(client.of('bye')[0]?.data ?? '').reason);
    expect(reasons).toEqual(['ended', 'drain']);
    expect([one, two].map(({ client }) => client.end)).toEqual(['closed', 'closed']);
    expect([one, two].map(({ pid }) => stage.system.alive(pid))).toEqual([false, false]);
  });

  test('that is killed takes its own connection down at once, and no other', async () => {
    const stage = await new SessionStage().open();
    const [one, two] = [await stage.enter(), await stage.enter()];
    stage.system.exit(one.pid, 'kill');
    expect([one.client.end, two.client.end]).toEqual(['closed', null]);
    await settle();
    expect(stage.system.alive(two.pid)).toBe(true);
  });

  test('joins the next hub when its hub has died: where its outbox stands, or as it came if nothing was sent', async () => {
    const stage = await new SessionStage().open();
    const start = { kind: 'resume', position: at(7) } as const;
    const [served, unserved] = [await stage.enter(start), await stage.enter(start)];
    const first = stage.subscriptions().find(({ session: pid }) => pid.id === served.pid.id);
    first?.outbox.snapshot(at(9), 'first', null);
    stage.heard.length = 0;
    const hub = stage.system.whereis(hubName(run));
    if (hub !== null) stage.system.exit(hub, 'kill');
    await settle();
    await stage.hub();
    await stage.pass(20);
    const again = new Map(stage.subscriptions().map(({ session: pid, start: from }) => [pid.id, from]));
    expect(again.get(served.pid.id)).toEqual({ kind: 'continue' });
    expect(again.get(unserved.pid.id)).toEqual(start);
    expect([served.client.end, unserved.client.end]).toEqual([null, null]);
  });

  test('tells its hub that its client has drained', async () => {
    const stage = await new SessionStage().open();
    const { client, pid } = await stage.enter();
    client.drain();
    await settle();
    expect(stage.heard.at(-1)).toEqual({ type: 'drained', session: pid });
  });
});

describe('a session of the supervision feed', () => {
  test('shows what was and what comes, numbered; a reader that does not keep up misses some', async () => {
    const stage = await new SessionStage({ outboxSoftBytes: 500 }).open();
    const { client } = await stage.enter({ kind: 'first' }, { kind: 'supervision' });
    const seqs = () => client.frames.map(({ data }) => JSON.parse(data).seq);
    const before = seqs().length;
    expect(seqs()).toEqual(stage.feed.recent().map(({ seq }) => seq));
    client.stall();
    for (let turn = 0; turn < 20; turn += 1) await stage.system.spawn(listeningServer());
    client.drain();
    await stage.system.spawn(listeningServer());
    await settle();
    expect(seqs().length - before).toBeLessThan(15);
    expect(seqs().at(-1)).toBe(stage.feed.recent().at(-1)?.seq);
  });

  test('hears nothing any more once it has ended', async () => {
    const stage = await new SessionStage().open();
    const { client, pid } = await stage.enter({ kind: 'first' }, { kind: 'supervision' });
    stage.system.exit(pid, 'kill');
    const { length } = client.writes;
    await stage.system.spawn(listeningServer());
    expect(client.writes).toHaveLength(length);
  });
});

describe('a session of a client that gives commands', () => {
  const commands = { kind: 'commands' } as const;
  const first = { kind: 'first' } as const;
  /** All objects it was sent. */
  const said = (client: ClientConnection) =>
    client.writes.map((frame) =>
      JSON.parse(new TextDecoder().decode(frame.subarray((frame[1] ?? 0) < 126 ? 2 : 4))),
    );

  test('waits for connect, and calls a client stale that never says it', async () => {
    const stage = await new SessionStage({ authenticationMs: 5_000 }).open();
    const { client } = await stage.enter(first, commands);
    await stage.pass(4_999);
    expect([client.end, client.writes]).toEqual([null, []]);
    await stage.pass(1);
    expect(said(client)).toEqual([{ push: { disconnect: { code: 3502, reason: 'stale' } } }]);
  });

  test('holds what is said before it is known who says it, and answers connect first', async () => {
    const stage = new SessionStage();
    await stage.system.spawn(registry(stage.system), { id: 'registry' });
    const { client, pid } = await stage.enter(first, commands);
    client.say('{"connect":{},"id":1}\n{"ping":{},"id":2}');
    await settle();
    client.say('{"ping":{},"id":3}');
    await settle();
    expect(client.writes).toEqual([]);
    await stage.auth();
    await stage.pass(20);
    await stage.pass(20);
    expect(said(client)).toMatchObject([
      { id: 1, connect: {} },
      { id: 2, ping: {} },
      { id: 3, ping: {} },
    ]);
    expect(stage.system.alive(pid)).toBe(true);
  });

  test('sends away, to come back, who could not be identified for too long', async () => {
    const stage = new SessionStage({ authenticationMs: 5_000 });
    await stage.system.spawn(registry(stage.system), { id: 'registry' });
    const { client } = await stage.enter(first, commands);
    client.say('{"connect":{},"id":1}');
    await settle();
    await stage.pass(5_000);
    expect(said(client)).toEqual([{ push: { disconnect: { code: 3004, reason: 'internal server error' } } }]);
  });

  test('lets go who says more than can be held', async () => {
    const stage = new SessionStage({ commandsHeld: 5 });
    await stage.system.spawn(registry(stage.system), { id: 'registry' });
    const { client } = await stage.enter(first, commands);
    client.say('{"connect":{},"id":1}');
    await settle();
    client.say(Array.from({ length: 6 }, (_, at) => `{"ping":{},"id":${at + 2}}`).join('\n'));
    await settle();
    expect(said(client)).toMatchObject([{ push: { disconnect: { code: 3013 } } }]);
    expect(stage.meter.limits).toEqual(['commandsHeld']);
  });

  test('answers a subscribe that cannot be served in time by an error that passes', async () => {
    const stage = await new SessionStage({ subscribeMs: 3_000 }).open();
    const { client } = await stage.enter(first, commands);
    client.say('{"connect":{},"id":1}\n{"subscribe":{"channel":"leibniz"},"id":2}');
    await settle();
    // The hub of this stage writes down what it hears and answers nothing.
    expect(stage.subscriptions()).toHaveLength(1);
    await stage.pass(3_000);
    expect(said(client).at(-1)).toMatchObject({ id: 2, error: { code: 100, temporary: true } });
    expect(stage.meter.limits).toEqual(['subscribeMs']);
    expect(stage.heard.at(-1)).toMatchObject({ type: 'unsubscribe' });
    client.say('{"subscribe":{"channel":"leibniz"},"id":3}');
    await settle();
    expect(stage.subscriptions()).toHaveLength(2);
  });
});

describe('a client of several runs', () => {
  const other = 'basel' as RunId;
  const start = { kind: 'resume', position: at(1) } as const;

  /** The test is the hubs of both; that of the first has a page on its way, and the other one waits for its turn. */
  async function onePageOnItsWay() {
    const stage = await new SessionStage().open();
    const hubs = stage.system.whereis(hubName(run));
    await stage.hub(other);
    const runs = [run, other].map((of) => ({ run: of, start }));
    const { pid } = await stage.enter(start, { kind: 'runs', runs, ended: [], everyMs: null });
    const [first, second] = stage.subscriptions().map(({ outbox }) => outbox);
    if (first === undefined || second === undefined || hubs === null) throw new Error('not seated');
    expect([first.mayRead(), second.mayRead()]).toEqual([true, false]);
    const told = () => stage.heard.filter(({ type }) => type === 'drained').length;
    await settle();
    expect(told()).toBe(0);
    return { stage, pid, first, second, told, hub: hubs };
  }

  test('has a page of one at a time on its way, and the next is told when its turn has come', async () => {
    const { first, second, told } = await onePageOnItsWay();
    first.passTurn();
    await settle();
    expect([told(), first.mayRead(), second.mayRead()]).toEqual([1, false, true]);
  });

  test('is read on for when the run whose page was on its way ends', async () => {
    const { stage, pid, second, told } = await onePageOnItsWay();
    stage.system.cast(pid, { type: 'ended', run });
    await settle();
    expect([told(), second.mayRead()]).toEqual([1, true]);
  });

  test('is read on for when the hub whose page was on its way dies', async () => {
    const { stage, hub, second, told } = await onePageOnItsWay();
    stage.system.exit(hub, 'kill');
    await settle();
    expect([told(), second.mayRead()]).toEqual([1, true]);
  });
});
