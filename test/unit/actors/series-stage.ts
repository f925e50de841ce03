/**
 * A Series on a stage: real system, real mathematics and store; the test plays dispatcher, workers, hubs and time. Work is
 * done as a thread does it, by the definition itself, when the test hands it back.
 */
import { dispatcherName, lobbyName, runsName, seriesName } from '../../../src/actors/names.ts';
import { series } from '../../../src/actors/series.ts';
import { doTask } from '../../../src/kernels/thread-work.ts';
import type { NodeId } from '../../../src/protocols/identity.ts';
import { sharedRun } from '../../../src/protocols/identity.ts';
import { type Limits, limitsWith } from '../../../src/protocols/limits.ts';
import type { DispatcherCall, DispatcherCast } from '../../../src/protocols/mailbox/dispatcher.ts';
import type { HubCall, HubCast, HubPid, Standing } from '../../../src/protocols/mailbox/hub.ts';
import type { LobbyCast } from '../../../src/protocols/mailbox/lobby.ts';
import type { RunsCast } from '../../../src/protocols/mailbox/runs.ts';
import type {
  KnownDigits,
  SeriesCall,
  SeriesCast,
  SeriesPid,
  SeriesReport,
} from '../../../src/protocols/mailbox/series.ts';
import type { Outcome, Work } from '../../../src/protocols/ports/compute-thread.ts';
import { noMeter } from '../../../src/protocols/ports/meter.ts';
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
import { recordOf } from '../../support/run-record.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { settle } from '../../support/until.ts';

/** Work as the Series has given it. */
export type Given = Extract<DispatcherCast, { type: 'work' }>;

/** What a Series may do with its definition itself: of a heavy one's arithmetic, nothing. */
function onTheEventLoop(definition: SeriesDefinition): SeriesDefinition {
  const refuse = () => {
    throw new Error('that is a worker’s business');
  };
  return definition.heavy ? { ...definition, partial: refuse, merge: refuse, evaluate: refuse } : definition;
}

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
  readonly definition: SeriesDefinition;
  readonly record: RunRecord;
  readonly limits: Limits;
  readonly system: System = createSystem({ name: 'stage', clock: this.clock, mailboxMax: 10_000 });
  readonly events: RuntimeEvent[] = [];
  /** What the dispatcher, the lobby and the keeper of runs have heard. */
  readonly dispatched: DispatcherCast[] = [];
  readonly lobby: LobbyCast[] = [];
  readonly runs: RunsCast[] = [];
  supervisor: Pid | null = null;

  constructor(
    record: Partial<RunRecord> = {},
    limits: Partial<Limits> = {},
    definition: SeriesDefinition = leibniz,
  ) {
    this.definition = definition;
    this.system.onEvent((event) => this.events.push(event));
    this.limits = limitsWith({ rangeTermsFirst: 64, rangeTermsMax: 64, ...limits });
    this.record = recordOf(sharedRun(definition.id), { series: definition.id, ...record });
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
    const ports = { store, limits, node: 'n-test' as NodeId, random, meter: noMeter };
    const child = {
      id: 'series',
      name: seriesName(record.run),
      restart: 'transient' as const,
      start: () => series(onTheEventLoop(this.definition), record, ports),
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

  #seen = 0;

  /** Asks for work; null where the Series passes. */
  async pull(): Promise<Given | null> {
    await this.cast({ type: 'pull', budgetMs: 50 });
    const answers = this.dispatched
      .slice(this.#seen)
      .filter(({ type }) => type === 'work' || type === 'pass');
    this.#seen = this.dispatched.length;
    const answer = answers.at(-1);
    return answer?.type === 'work' ? answer : null;
  }

  /** Asks for work where there has to be some. */
  async pulled(): Promise<Given> {
    const given = await this.pull();
    if (given === null) throw new Error('the Series passed');
    return given;
  }

  /** What a worker makes of it. */
  outcome(work: Work): Outcome {
    const shop = { findSeries: () => ({ ...this.definition, kernel: null }), kernels: [], clock: this.clock };
    return doTask({ id: 0, work }, shop).outcome;
  }

  /** Hands work back, done, or with an outcome of the test's own. */
  async finish({ generation, work }: Given, outcome = this.outcome(work), elapsedMs = 1): Promise<void> {
    await this.cast({ type: 'done', generation, work, outcome, elapsedMs });
  }

  /** Hands work back as work that keeps ending its workers. */
  async block({ generation, work }: Given): Promise<void> {
    await this.cast({ type: 'blocked', generation, work, fault: 'out of memory' });
  }

  /** Pulls once and hands back at once what was given. */
  async serve(): Promise<Given | null> {
    const given = await this.pull();
    if (given !== null) await this.finish(given);
    return given;
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

  /** All digits that the run knows; answered when they are known. */
  async digits(): Promise<Answer<KnownDigits>> {
    const called = await this.system.call(
      this.series,
      (from: From<Answer<KnownDigits>>) => ({ type: 'digits', from }),
      60_000,
    );
    if (!called.ok) throw new Error(`the Series ended: ${JSON.stringify(called.reason)}`);
    return called.value;
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
