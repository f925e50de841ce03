/** A session on a stage: real system, keeper of credentials and store; the test plays the client, the hubs and time. */
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
import { ClientConnection } from '../../support/client-connection.ts';
import { countingMeter } from '../../support/counting-meter.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { settle } from '../../support/until.ts';
import { listeningServer } from './listening-server.ts';

export const run = 'leibniz' as RunId;

const findSeries = (text: string) => {
  const id = parseSeriesId(text);
  return id === null ? null : findInCatalogue(id);
};

export class SessionStage {
  readonly meter = countingMeter();
  readonly clock = manualClock();
  readonly random = seededRandom(5);
  readonly limits: Limits;
  readonly system = createSystem({ name: 'stage', clock: this.clock, mailboxMax: 1_000 });
  readonly feed = supervisionFeed(this.system, this.clock, 100);
  readonly store = new FaultyStore({ estimates: 1_000, ageMs: 0, bytes: 2 ** 20 });
  readonly heard: HubCast[] = [];

  readonly #looks: Turns;

  constructor(limits: Partial<Limits> = {}) {
    this.limits = limitsWith(limits);
    this.#looks = new Turns(this.limits.looksAtOnce);
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

  async hub(of: RunId = run): Promise<HubPid> {
    const name = hubName(of);
    const spawned = await this.system.spawn(listeningServer<HubCall, HubCast>(this.heard), {
      id: `hub/${of}`,
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
      looks: this.#looks,
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
