/** A Hub on a stage: real system, store and outboxes; the test plays the Series, the clients and time. */
import { hub } from '../../../src/actors/hub.ts';
import { hubName, runsName, seriesName } from '../../../src/actors/names.ts';
import { createOutbox, type OutboxOptions } from '../../../src/actors/outbox.ts';
import { PageTurn } from '../../../src/actors/page-turn.ts';
import type { NodeId, RunId, UserId } from '../../../src/protocols/identity.ts';
import { type Limits, limitsWith } from '../../../src/protocols/limits.ts';
import type { HubCast, HubPid, Standing, Start } from '../../../src/protocols/mailbox/hub.ts';
import type { RunsCall, RunsCast } from '../../../src/protocols/mailbox/runs.ts';
import type { SeriesCast } from '../../../src/protocols/mailbox/series.ts';
import type { SessionCast, SessionPid } from '../../../src/protocols/mailbox/session.ts';
import type { Outbox } from '../../../src/protocols/ports/outbox.ts';
import type { Holder } from '../../../src/protocols/ports/store.ts';
import { type Epoch, nextOffset, type Position } from '../../../src/protocols/position.ts';
import { done } from '../../../src/protocols/refusal.ts';
import { genServer } from '../../../src/runtime/gen-server.ts';
import { registry } from '../../../src/runtime/registry.ts';
import type { RuntimeEvent } from '../../../src/runtime/runtime-event.ts';
import { createSystem, type System } from '../../../src/runtime/system.ts';
import { supervisor } from '../../../src/supervision/supervisor.ts';
import { ClientConnection } from '../../support/client-connection.ts';
import { type CountingMeter, countingMeter } from '../../support/counting-meter.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { recordOf } from '../../support/run-record.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { settle } from '../../support/until.ts';
import { at, epoch } from './positions.ts';

const someUser = 'somebody' as UserId;

/** A client with its outbox and the session that stands in for it. */
export interface Watcher {
  readonly client: ClientConnection;
  readonly outbox: Outbox;
  readonly session: SessionPid;
  readonly heard: SessionCast[];
}

export class HubStage {
  readonly run = 'leibniz' as RunId;
  readonly clock: ManualClock = manualClock();
  readonly store: FaultyStore;
  readonly limits: Limits;
  readonly system: System = createSystem({ name: 'stage', clock: this.clock, mailboxMax: 100_000 });
  readonly meter: CountingMeter = countingMeter();
  readonly events: RuntimeEvent[] = [];
  /** What the Series has heard. */
  readonly heard: SeriesCast[] = [];
  #holder = '' as Holder;
  #n = 0;
  #position: Position = at(0);

  constructor(limits: Partial<Limits> = {}) {
    this.limits = limitsWith({ outboxSoftBytes: 200, ...limits });
    const { historyEstimates: estimates, historyBytes: bytes } = this.limits;
    this.store = new FaultyStore({ estimates, ageMs: 0, bytes });
    this.system.onEvent((event) => this.events.push(event));
  }

  async open(): Promise<this> {
    const { system, run, store, limits, meter } = this;
    await system.spawn(registry(system));
    const series = genServer<null, never, SeriesCast>({
      init: () => null,
      handleCast: (message) => {
        this.heard.push(message);
        return null;
      },
    });
    await system.spawn(series, { id: 'series', name: seriesName(run) as never });
    await this.claim();
    const random = seededRandom(2);
    const child = {
      id: 'hub',
      name: hubName(run),
      restart: 'transient' as const,
      start: () => hub(run, { store, limits, random, meter }),
    };
    await system.spawn(
      supervisor({ strategy: 'one_for_one', intensity: 10, children: [child] }, { random }),
      { id: 'sup' },
    );
    await settle();
    return this;
  }

  private async claim(): Promise<void> {
    const claimed = await this.store.claim({
      run: this.run,
      version: 1,
      node: 'n' as NodeId,
      nonce: 'x',
      leaseMs: 1,
      freshEpoch: epoch,
    });
    if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
    this.#holder = claimed.holder;
  }

  get hub(): HubPid {
    const pid = this.system.whereis(hubName(this.run));
    if (pid === null) throw new Error('there is no hub');
    return pid;
  }

  get position(): Position {
    return this.#position;
  }

  tell(message: HubCast): void {
    this.system.cast(this.hub, message);
  }

  /** Commits the next estimate; it is in the store when this resolves, and nobody has been told. */
  async commit(): Promise<{ position: Position; estimate: string }> {
    const position = { ...this.#position, offset: nextOffset(this.#position.offset) };
    const estimate = `{"n":${position.offset}}`;
    const answer = await this.store.commit({
      run: this.run,
      holder: this.#holder,
      ...position,
      from: this.#n,
      to: this.#n + 4,
      state: '0',
      curve: [],
      estimate,
      atMs: 0,
    });
    if (answer.kind !== 'committed') throw new Error(answer.kind);
    this.#position = position;
    this.#n += 4;
    return { position, estimate };
  }

  /** Commits and tells the hub, as the Series does; the hub hears it in one of its next turns. */
  async publish(times = 1): Promise<void> {
    for (let time = 0; time < times; time += 1) this.tell({ type: 'estimate', ...(await this.commit()) });
  }

  /** Begins an epoch in the store; nobody has been told. */
  async renew(next: Epoch): Promise<void> {
    const started = await this.store.beginEpoch({
      run: this.run,
      holder: this.#holder,
      epoch: next,
      from: 'nothing',
    });
    if (started.kind !== 'started') throw new Error(started.kind);
    this.#position = started.checkpoint.position;
    this.#n = 0;
  }

  standing(changes: Partial<Standing> = {}): Standing {
    const estimate = this.#position.offset === 0 ? null : `{"n":${this.#position.offset}}`;
    return { position: this.#position, estimate, state: 'running', reason: null, ...changes };
  }

  async watch(start: Start = { kind: 'first' }, everyMs = 0): Promise<Watcher> {
    const client = new ClientConnection('sse', this.limits.outboxSoftBytes);
    const watcher = await this.seat(client, { everyMs, start });
    client.listen({
      drained: () => this.tell({ type: 'drained', session: watcher.session }),
      closed: () => {},
      received: () => {},
    });
    return watcher;
  }

  /** A seat of a client that may have others, and that has to be told when it drains. */
  async seat(
    client: ClientConnection,
    { start, ...options }: Partial<OutboxOptions> & { readonly start: Start },
  ): Promise<Watcher> {
    const { clock, limits } = this;
    const outbox = createOutbox(client, {
      clock,
      everyMs: 0,
      opening: { channel: this.run, command: null },
      mark: null,
      openingBytes: limits.outboxSoftBytes,
      turn: new PageTurn(),
      onTurn: () => this.tell({ type: 'drained', session: pid }),
      onLost: () => {},
      ...options,
    });
    const heard: SessionCast[] = [];
    const session = genServer<null, never, SessionCast>({
      init: () => null,
      handleCast(message) {
        heard.push(message);
        return null;
      },
    });
    const spawned = await this.system.spawn(session);
    if (!spawned.ok) throw new Error('no session');
    const { pid } = spawned;
    this.tell({ type: 'subscribe', session: pid, user: someUser, outbox, start });
    return { client, outbox, session: pid, heard };
  }

  /** The hub ended unwillingly so many times. */
  get crashes(): number {
    return this.events.filter(({ type }) => type === 'restart').length;
  }

  /** A keeper of runs that knows this run alone, or none. */
  async keeper(known: RunId | null): Promise<{ asked: number }> {
    const seen = { asked: 0 };
    const server = genServer<null, RunsCall, RunsCast>({
      init: () => null,
      handleCall: (request, _state, ctx) => {
        if (request.type !== 'find') throw new Error(request.type);
        seen.asked += 1;
        const { run } = request;
        const record = run === known ? recordOf(run) : null;
        ctx.reply(request.from, done(record));
        return null;
      },
    });
    await this.system.spawn(server, { name: runsName });
    return seen;
  }

  async endSeries(): Promise<void> {
    const series = this.system.whereis(seriesName(this.run));
    if (series !== null) await this.system.stop(series, 'shutdown', 1_000);
    await settle();
  }

  get hubs(): number {
    return [...this.system.processes()].filter(({ path }) => path === 'sup/hub').length;
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settle();
  }
}

/** Offsets of what a client was sent, as a reader notes them. */
export function offsets(client: ClientConnection): number[] {
  return client.ids.map((id) => Number(id.split(':')[1]));
}

/** Asserts by a throw that nothing is missing, doubled or out of order after the first frame; conflation says what it skips. */
export function whole(client: ClientConnection, from: number): number {
  let has = from;
  for (const { event, id, data } of client.frames) {
    if (id === null) continue;
    const offset = Number(id.split(':')[1]);
    const { skipped = 0 } = JSON.parse(data);
    if (event === 'estimate' && offset !== has + 1 + skipped) {
      throw new Error(`${offset} (${skipped} skipped) came after ${has}`);
    }
    has = offset;
  }
  return has;
}
