import { describe, expect, test } from 'vitest';
import { auth } from '../../../src/actors/auth.ts';
import { runFinder } from '../../../src/actors/find-run.ts';
import { authName, hubName } from '../../../src/actors/names.ts';
import { sessions } from '../../../src/actors/session.ts';
import { supervisionFeed } from '../../../src/actors/supervision-feed.ts';
import { Turns } from '../../../src/lib/turns.ts';
import { parseSeriesId, type RunId, type UserId } from '../../../src/protocols/identity.ts';
import { type Limits, limitsWith } from '../../../src/protocols/limits.ts';
import type { HubCall, HubCast, HubPid, Start } from '../../../src/protocols/mailbox/hub.ts';
import type { SessionPid, Subject } from '../../../src/protocols/mailbox/session.ts';
import { noLog } from '../../../src/protocols/ports/log.ts';
import { registry } from '../../../src/runtime/registry.ts';
import { createSystem } from '../../../src/runtime/system.ts';
import { findSeries as findInCatalogue } from '../../../src/series/catalogue.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { ClientConnection } from '../../support/client-connection.ts';
import { countingMeter } from '../../support/counting-meter.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { settle } from '../../support/until.ts';
import { listeningServer } from './listening-server.ts';
import { at } from './positions.ts';

const run = 'leibniz' as RunId;

const findSeries = (text: string) => {
  const id = parseSeriesId(text);
  return id === null ? null : findInCatalogue(id);
};

class Stage {
  readonly meter = countingMeter();
  readonly clock = manualClock();
  readonly random = seededRandom(5);
  readonly limits: Limits;
  readonly system = createSystem({ name: 'stage', clock: this.clock, mailboxMax: 1_000 });
  readonly feed = supervisionFeed(this.system, this.clock, 100);
  readonly store = memoryStore({ estimates: 100, ageMs: 0, bytes: 2 ** 20 });
  readonly heard: HubCast[] = [];

  constructor(limits: Partial<Limits> = {}) {
    this.limits = limitsWith(limits);
  }

  async open(): Promise<this> {
    await this.system.spawn(registry(this.system), { id: 'registry' });
    await this.auth();
    await this.hub();
    return this;
  }

  auth() {
    const ended = { current: new Map() };
    return this.system.spawn(
      auth('the-token-of-this-stage', ended, { ...this, openVerifier: null, log: noLog }),
      {
        id: 'auth',
        name: authName,
      },
    );
  }

  async hub(): Promise<HubPid> {
    const name = hubName(run);
    const spawned = await this.system.spawn(listeningServer<HubCall, HubCast>(this.heard), {
      id: 'hub',
      name,
    });
    if (!spawned.ok) throw new Error('no hub');
    return spawned.pid;
  }

  async enter(start: Start = { kind: 'first' }, subject?: Subject) {
    const format = subject?.kind === 'commands' ? 'centrifuge-json' : 'sse';
    const client = new ClientConnection(format, this.limits.outboxSoftBytes);
    const visit = {
      id: 'visit',
      subject: subject ?? { kind: 'run' as const, run, start, everyMs: null },
      guest: { user: 'somebody' as UserId, credentials: { bearer: null, cookie: null }, request: 'r' },
      open: () => client,
    };
    const { limits, random, feed, store } = this;
    const finder = runFinder(this.system, findSeries);
    const guests = new Set<SessionPid>();
    const ports = {
      limits,
      random,
      feed,
      store,
      finder,
      version: '0.0.0',
      meter: this.meter,
      log: noLog,
      guests,
      reading: 'open' as const,
      looks: new Turns(limits.looksAtOnce),
    };
    const spawned = await this.system.spawn(sessions(ports)(visit));
    if (!spawned.ok) throw new Error('no session');
    await settle();
    return { client, pid: spawned.pid as SessionPid };
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settle();
  }

  subscriptions() {
    return this.heard.flatMap((message) => (message.type === 'subscribe' ? [message] : []));
  }
}

describe('a session', () => {
  test('greets with a jittered delay, is let in, and joins the hub with where its client stands', async () => {
    const stage = await new Stage().open();
    const start = { kind: 'resume', position: at(7) } as const;
    const { client, pid } = await stage.enter(start);
    const delay = Number(/^retry: (\d+)\n\n$/.exec(client.text)?.[1]);
    expect(delay).toBeGreaterThanOrEqual(1_000);
    expect(delay).toBeLessThanOrEqual(3_000);
    expect(stage.subscriptions()).toMatchObject([{ session: pid, start }]);
  });

  test('pings as long as it lives', async () => {
    const stage = await new Stage({ ssePingMs: 15_000 }).open();
    const { client } = await stage.enter();
    for (let turn = 0; turn < 3; turn += 1) await stage.pass(15_000);
    expect(client.text.split(': ping\n\n')).toHaveLength(4);
  });

  test('waits while there is no hub or nobody to ask who it is, and then joins', async () => {
    const stage = new Stage();
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
    const stage = new Stage({ authenticationMs: 10_000 });
    await stage.system.spawn(registry(stage.system), { id: 'registry' });
    const { client, pid } = await stage.enter();
    await stage.pass(9_999);
    expect(client.end).toBeNull();
    await stage.pass(1);
    expect(client.of('bye')).toHaveLength(1);
    expect([client.end, stage.system.alive(pid)]).toEqual(['closed', false]);
  });

  test('ends when its client goes', async () => {
    const stage = await new Stage().open();
    const { client, pid } = await stage.enter();
    client.leave();
    await settle();
    expect(stage.system.alive(pid)).toBe(false);
    expect(client.of('bye')).toEqual([]);
  });

  test('says goodbye when its run has ended, and when the node drains', async () => {
    const stage = await new Stage().open();
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
    const stage = await new Stage().open();
    const [one, two] = [await stage.enter(), await stage.enter()];
    stage.system.exit(one.pid, 'kill');
    expect([one.client.end, two.client.end]).toEqual(['closed', null]);
    await settle();
    expect(stage.system.alive(two.pid)).toBe(true);
  });

  test('joins the next hub when its hub has died: where its outbox stands, or as it came if nothing was sent', async () => {
    const stage = await new Stage().open();
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
    const stage = await new Stage().open();
    const { client, pid } = await stage.enter();
    client.drain();
    await settle();
    expect(stage.heard.at(-1)).toEqual({ type: 'drained', session: pid });
  });
});

describe('a session of the supervision feed', () => {
  test('shows what was and what comes, numbered; a reader that does not keep up misses some', async () => {
    const stage = await new Stage({ outboxSoftBytes: 500 }).open();
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
    const stage = await new Stage().open();
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
    const stage = await new Stage({ authenticationMs: 5_000 }).open();
    const { client } = await stage.enter(first, commands);
    await stage.pass(4_999);
    expect([client.end, client.writes]).toEqual([null, []]);
    await stage.pass(1);
    expect(said(client)).toEqual([{ push: { disconnect: { code: 3502, reason: 'stale' } } }]);
  });

  test('holds what is said before it is known who says it, and answers connect first', async () => {
    const stage = new Stage();
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
    const stage = new Stage({ authenticationMs: 5_000 });
    await stage.system.spawn(registry(stage.system), { id: 'registry' });
    const { client } = await stage.enter(first, commands);
    client.say('{"connect":{},"id":1}');
    await settle();
    await stage.pass(5_000);
    expect(said(client)).toEqual([{ push: { disconnect: { code: 3004, reason: 'internal server error' } } }]);
  });

  test('lets go who says more than can be held', async () => {
    const stage = new Stage({ commandsHeld: 5 });
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
    const stage = await new Stage({ subscribeMs: 3_000 }).open();
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
