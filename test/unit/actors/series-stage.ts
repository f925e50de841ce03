/**
 * A Series on a stage: real system, real mathematics and store; the test plays dispatcher, hubs and time. Ranges are
 * computed by the definition itself when the test hands them back.
 */
import { dispatcherName, lobbyName, runsName, seriesName } from '../../../src/actors/names.ts';
import { series } from '../../../src/actors/series.ts';
import type { NodeId } from '../../../src/protocols/identity.ts';
import { sharedRun } from '../../../src/protocols/identity.ts';
import { type Limits, limitsWith } from '../../../src/protocols/limits.ts';
import type { DispatcherCall, DispatcherCast } from '../../../src/protocols/mailbox/dispatcher.ts';
import type { HubCall, HubCast, HubPid, Standing } from '../../../src/protocols/mailbox/hub.ts';
import type { LobbyCast } from '../../../src/protocols/mailbox/lobby.ts';
import type { RunsCast } from '../../../src/protocols/mailbox/runs.ts';
import type {
  SeriesCall,
  SeriesCast,
  SeriesPid,
  SeriesReport,
} from '../../../src/protocols/mailbox/series.ts';
import type { RunRecord } from '../../../src/protocols/ports/store.ts';
import type { Position } from '../../../src/protocols/position.ts';
import type { Answer } from '../../../src/protocols/refusal.ts';
import { type Estimate, readEstimate } from '../../../src/protocols/wire/estimate.ts';
import type { RunPatch } from '../../../src/protocols/wire/run-view.ts';
import type { From } from '../../../src/runtime/call.ts';
import { genServer } from '../../../src/runtime/gen-server.ts';
import type { Pid } from '../../../src/runtime/pid.ts';
import { registry } from '../../../src/runtime/registry.ts';
import type { RuntimeEvent } from '../../../src/runtime/runtime-event.ts';
import { createSystem, type System } from '../../../src/runtime/system.ts';
import type { SeriesDefinition } from '../../../src/series/definition.ts';
import { leibniz } from '../../../src/series/leibniz.ts';
import { supervisor } from '../../../src/supervision/supervisor.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { settle } from '../../support/until.ts';

type RangeCast = Extract<DispatcherCast, { type: 'range' }>;

/** Writes down what it is cast. */
function listener<Cast, Call = never>(heard: Cast[]) {
  return genServer<null, Call, Cast>({
    init: () => null,
    handleCast(message) {
      heard.push(message);
      return null;
    },
  });
}

export class Stage {
  readonly clock: ManualClock = manualClock(Date.parse('2026-11-22T16:00:00Z'));
  readonly random = seededRandom(1);
  readonly store = new FaultyStore();
  readonly definition: SeriesDefinition = leibniz;
  readonly record: RunRecord;
  readonly limits: Limits;
  readonly system: System = createSystem({ name: 'stage', clock: this.clock, mailboxMax: 10_000 });
  readonly events: RuntimeEvent[] = [];
  /** What the dispatcher, the lobby and the keeper of runs have heard. */
  readonly dispatched: DispatcherCast[] = [];
  readonly lobby: LobbyCast[] = [];
  readonly runs: RunsCast[] = [];
  supervisor: Pid | null = null;

  constructor(record: Partial<RunRecord> = {}, limits: Partial<Limits> = {}) {
    this.system.onEvent((event) => this.events.push(event));
    this.limits = limitsWith({ rangeTermsFirst: 64, rangeTermsMax: 64, ...limits });
    this.record = {
      run: sharedRun(leibniz.id),
      series: leibniz.id,
      pace: { mode: 'sprint' },
      policy: 'on-demand',
      paused: false,
      stopAt: null,
      user: null,
      createdAt: 0,
      ...record,
    };
  }

  /** Everybody in place, the Series under a supervisor that restarts it. */
  async open(): Promise<this> {
    const { system, store, limits, random, record } = this;
    await system.spawn(registry(system), { id: 'registry' });
    const dispatcher = genServer<null, DispatcherCall, DispatcherCast>({
      init: () => null,
      handleCast: (message) => {
        this.dispatched.push(message);
        return null;
      },
    });
    await system.spawn(dispatcher, { id: 'dispatcher', name: dispatcherName });
    await system.spawn(listener(this.lobby), { id: 'lobby', name: lobbyName });
    await system.spawn(listener(this.runs), { id: 'runs', name: runsName });
    const ports = { store, limits, node: 'n-test' as NodeId, random };
    const child = {
      id: 'series',
      name: seriesName(record.run),
      restart: 'transient' as const,
      start: () => series(this.definition, record, ports),
    };
    const started = await system.spawn(
      supervisor({ strategy: 'one_for_one', intensity: 10, children: [child] }, { random }),
      { id: 'sup' },
    );
    if (!started.ok) throw new Error('not started');
    this.supervisor = started.pid;
    await settle();
    return this;
  }

  get series(): SeriesPid {
    const pid = this.system.whereis(seriesName(this.record.run));
    if (pid === null) throw new Error('there is no Series');
    return pid;
  }

  async cast(message: SeriesCast): Promise<void> {
    this.system.cast(this.series, message);
    await settle();
  }

  /** Lets time pass in steps, so that what a timer began is done before the next. */
  async pass(ms: number, stepMs = ms): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.clock.advance(Math.min(stepMs, ms - passed));
      await settle();
    }
  }

  /** A hub with so many watchers attaches; what it is told is in `heard`. */
  async hub(watchers = 1, shown: Position | null = null): Promise<{ pid: HubPid; heard: HubCast[] }> {
    const heard: HubCast[] = [];
    const spawned = await this.system.spawn(listener<HubCast, HubCall>(heard));
    if (!spawned.ok) throw new Error('no hub');
    await this.cast({ type: 'attach', hub: spawned.pid, watchers, shown });
    return { pid: spawned.pid, heard };
  }

  /** Ranges that were given and not handed back yet, oldest first. */
  readonly given: RangeCast[] = [];
  #seen = 0;

  /** Asks for a range; null where the Series passes. */
  async pull(): Promise<RangeCast | null> {
    await this.cast({ type: 'pull', budgetMs: 50 });
    const answers = this.dispatched
      .slice(this.#seen)
      .filter(({ type }) => type === 'range' || type === 'pass');
    this.#seen = this.dispatched.length;
    const answer = answers.at(-1);
    return answer?.type === 'range' ? answer : null;
  }

  /** Hands a range back, computed by the definition, or with a text of the test's own. */
  async finish(range: RangeCast, partial = this.definition.partial(range.from, range.to)): Promise<void> {
    const { generation, from, to } = range;
    await this.cast({ type: 'partial', generation, from, to, partial, elapsedMs: 1 });
  }

  /** Pulls one range and hands it back at once. */
  async serve(): Promise<RangeCast | null> {
    const range = await this.pull();
    if (range !== null) await this.finish(range);
    return range;
  }

  ask(build: (from: From<Answer<SeriesReport>>) => SeriesCall): Promise<Answer<SeriesReport>> {
    return this.system.call(this.series, build, 60_000).then((called) => {
      if (!called.ok) throw new Error(`the Series ended: ${JSON.stringify(called.reason)}`);
      return called.value;
    });
  }

  async report(): Promise<SeriesReport> {
    const answer = await this.ask((from) => ({ type: 'report', from }));
    if (!answer.ok) throw new Error(answer.detail);
    return answer.value;
  }

  async change(patch: RunPatch): Promise<Answer<SeriesReport>> {
    const answer = await this.ask((from) => ({ type: 'change', patch, from }));
    await settle();
    return answer;
  }

  /** What has been committed, as clients read it. */
  get estimates(): Estimate[] {
    return this.store.commits.map(({ estimate }) => readEstimate(estimate));
  }

  exits(): string[] {
    return this.events.flatMap((event) =>
      event.type === 'exit' && event.path === 'sup/series'
        ? [typeof event.reason === 'object' && 'error' in event.reason ? event.reason.error.message : 'other']
        : [],
    );
  }

  wants(): number {
    return this.dispatched.filter(({ type }) => type === 'want').length;
  }
}

/** Ns and offsets of the estimates a hub was told. */
export function told(heard: readonly HubCast[]): { offset: number; n: number }[] {
  return heard.flatMap((message) =>
    message.type === 'estimate'
      ? [{ offset: message.position.offset as number, n: readEstimate(message.estimate).n }]
      : [],
  );
}

/** The states a hub was told, each once. */
export function states(heard: readonly HubCast[]): string[] {
  const all = heard.flatMap((message) => (message.type === 'standing' ? [message.standing] : []));
  const words = all.map(({ state, reason }: Standing) => (reason === null ? state : `${state}: ${reason}`));
  return words.filter((word, index) => word !== words[index - 1]);
}
