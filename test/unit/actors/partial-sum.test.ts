/** Requests for a partial: the process behind one, with the test as its dispatcher, and what is asked and answered. */
import { describe, expect, test } from 'vitest';
import { dispatcherName, partialsName } from '../../../src/actors/names.ts';
import { partialAnswer } from '../../../src/actors/partial-answer.ts';
import { partialSum } from '../../../src/actors/partial-sum.ts';
import { doTask } from '../../../src/kernels/thread-work.ts';
import { type Limits, limitsWith } from '../../../src/protocols/limits.ts';
import type { DispatcherCall, DispatcherCast, GiverCast } from '../../../src/protocols/mailbox/dispatcher.ts';
import type {
  PartialRequest,
  PartialSumCall,
  SummedPartial,
} from '../../../src/protocols/mailbox/partial-sum.ts';
import { type Answer, done } from '../../../src/protocols/refusal.ts';
import type { From } from '../../../src/runtime/call.ts';
import type { Pid } from '../../../src/runtime/pid.ts';
import { registry } from '../../../src/runtime/registry.ts';
import type { RuntimeEvent } from '../../../src/runtime/runtime-event.ts';
import type { ServerMessage, ServerPid } from '../../../src/runtime/server-message.ts';
import { createSystem } from '../../../src/runtime/system.ts';
import type { SeriesDefinition } from '../../../src/series/definition.ts';
import { leibniz } from '../../../src/series/leibniz.ts';
import { dynamicSupervisor } from '../../../src/supervision/supervisor.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { digitByDigit, digitsOf, repeatingDecimal } from '../../support/repeating-decimal.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { settle } from '../../support/until.ts';
import { listeningServer } from './listening-server.ts';

type Given = Extract<DispatcherCast, { type: 'work' }>;

const light = repeatingDecimal({ heavy: false });

/** A dispatcher that does what the test says, and the supervisor of partials beside it. */
class Stage {
  readonly clock = manualClock();
  readonly system = createSystem({ name: 'stage', clock: this.clock, mailboxMax: 10_000 });
  readonly heard: DispatcherCast[] = [];
  readonly events: RuntimeEvent[] = [];
  readonly definition: SeriesDefinition;
  readonly limits: Limits;
  /** A worker is at it, not the event loop. */
  working = false;
  #seen = 0;

  constructor(definition: SeriesDefinition = light, limits: Partial<Limits> = {}) {
    this.system.onEvent((event) => this.events.push(event));
    this.definition = definition;
    this.limits = limitsWith({ rangeTermsFirst: 4, rangeTermsMax: 4, ...limits });
  }

  async open({ dispatcher = true, partials = true } = {}): Promise<this> {
    const { system } = this;
    await system.spawn(registry(system), { id: 'registry' });
    if (dispatcher)
      await system.spawn(listeningServer<DispatcherCall, DispatcherCast>(this.heard), {
        name: dispatcherName,
      });
    const all = dynamicSupervisor<PartialRequest, ServerMessage<PartialSumCall, GiverCast>>(
      {
        strategy: 'simple_one_for_one',
        maxChildren: this.limits.partialsAtOnce,
        child: (request) => ({
          id: request.id,
          restart: 'temporary',
          start: () => partialSum(request, this.definition, this.limits),
        }),
      },
      { random: seededRandom(1) },
    );
    if (partials) await system.spawn(all, { id: 'partials', name: partialsName });
    return this;
  }

  /** The process behind a request for [from, to), with nobody asking yet. */
  async sum(from: number, to: number): Promise<ServerPid<PartialSumCall, GiverCast>> {
    const request = { id: 'x', series: this.definition.id, from, to };
    const behaviour = partialSum(request, this.definition, this.limits);
    const spawned = await this.system.spawn(behaviour, { id: 'x' });
    if (!spawned.ok) throw new Error('not started');
    return spawned.pid;
  }

  async ask(pid: ServerPid<PartialSumCall, GiverCast>): Promise<Answer<string>> {
    const called = await this.system.call(
      pid,
      (from: From<Answer<SummedPartial>>) => ({ type: 'sum', from }),
      Number.POSITIVE_INFINITY,
    );
    if (!called.ok) throw new Error(`it ended: ${JSON.stringify(called.reason)}`);
    return called.value.ok ? done(called.value.value.partial) : called.value;
  }

  /** A whole request, as a client makes it. */
  answer(from: number, to: number, id = 'x', gone = new AbortController().signal) {
    return partialAnswer(this.definition, { from, to }, id, gone, this);
  }

  /** Pulls whoever wanted first; null where it passes, or has ended. */
  async pull(budgetMs = 50): Promise<Given | null> {
    const wanting = this.heard.find(({ type }) => type === 'want');
    if (wanting?.type !== 'want') throw new Error('nobody wants');
    this.#seen = this.heard.length;
    this.system.cast(wanting.giver, { type: 'pull', budgetMs });
    await settle();
    const answer = this.heard.slice(this.#seen).find(({ type }) => type === 'work' || type === 'pass');
    if (answer === undefined && this.alive(wanting.giver)) throw new Error('no answer to a pull');
    return answer?.type === 'work' ? answer : null;
  }

  async pulled(): Promise<Given> {
    const given = await this.pull();
    if (given === null) throw new Error('it passed');
    return given;
  }

  async finish({ giver: series, generation, work }: Given, elapsedMs = 1): Promise<void> {
    const shop = { findSeries: () => ({ ...this.definition, kernel: null }), kernels: [], clock: this.clock };
    this.working = true;
    const { outcome } = doTask({ id: 0, work }, shop);
    this.working = false;
    this.system.cast(series, { type: 'done', generation, work, outcome, elapsedMs });
    await settle();
  }

  /** Serves until nothing more is given. */
  async serve(): Promise<void> {
    for (let given = await this.pull(); given !== null; given = await this.pull()) await this.finish(given);
  }

  wants(): number {
    return this.heard.filter(({ type }) => type === 'want').length;
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settle();
  }

  alive(pid: Pid): boolean {
    return this.system.alive(pid);
  }

  crashes(): string[] {
    return this.events.flatMap((event) =>
      event.type === 'exit' && typeof event.reason === 'object' && 'error' in event.reason
        ? [event.reason.error.message]
        : [],
    );
  }
}

const bounds = ({ work }: Given) => [work.from, work.to];

describe('the process behind a partial', () => {
  test('gives a range to each pull, until there are no more', async () => {
    const stage = await new Stage().open();
    await stage.sum(3, 14);
    expect(stage.wants()).toBe(1);
    const given = [await stage.pulled(), await stage.pulled(), await stage.pulled()];
    expect(given.map(bounds)).toEqual([
      [3, 7],
      [7, 11],
      [11, 14],
    ]);
    expect(given.map(({ work }) => work)).toMatchObject(
      given.map(() => ({ kind: 'range', series: light.id, before: null })),
    );
    expect(await stage.pull()).toBeNull();
  });

  test('makes ranges as long as workers have time for, once it knows how fast they are', async () => {
    const stage = await new Stage(light, { rangeTermsMax: 1_000 }).open();
    await stage.sum(0, 1_000);
    await stage.finish(await stage.pulled(), 4);
    // A term takes a millisecond; no range is more than eight times the one before it.
    expect((await stage.pull(20))?.work).toMatchObject({ from: 4, to: 24 });
    expect((await stage.pull(900))?.work).toMatchObject({ from: 24, to: 184 });
  });

  test('makes no range shorter than its series says is worth one, but for the last', async () => {
    const costly = repeatingDecimal({ heavy: false, leastRange: (from) => (from < 30 ? 30 : 50) });
    const stage = await new Stage(costly, { rangeTermsMax: 40 }).open();
    await stage.sum(0, 75);
    await stage.finish(await stage.pulled(), 1_000);
    const given = [await stage.pulled(), await stage.pulled()];
    expect(given.map(bounds)).toEqual([
      [30, 70],
      [70, 75],
    ]);
  });

  test.each([
    ['in order', [0, 1, 2]],
    ['backwards', [2, 1, 0]],
    ['the middle one last', [2, 0, 1]],
  ])('merges its parts in their order when they come %s', async (_how, order) => {
    const stage = await new Stage().open();
    const pid = await stage.sum(3, 14);
    const asked = stage.ask(pid);
    const given = [await stage.pulled(), await stage.pulled(), await stage.pulled()];
    for (const place of order) {
      const part = given[place];
      if (part !== undefined) await stage.finish(part);
    }
    expect(await asked).toEqual({ ok: true, value: digitsOf(3, 14) });
    await settle();
    expect(stage.alive(pid)).toBe(false);
  });

  test('gives the range of a heavy series in one piece, so that nothing is merged here', async () => {
    const merge = (a: string, b: string) => {
      if (a !== '' && b !== '') throw new Error('that is a worker’s business');
      return a + b;
    };
    const stage = await new Stage(repeatingDecimal({ merge })).open();
    const asked = stage.ask(await stage.sum(5, 500));
    const given = await stage.pulled();
    expect(bounds(given)).toEqual([5, 500]);
    expect(await stage.pull()).toBeNull();
    await stage.finish(given);
    expect(await asked).toEqual({ ok: true, value: digitsOf(5, 500) });
  });

  test.each([
    [true, [[0, 10]]],
    [
      false,
      [
        [0, 4],
        [4, 8],
        [8, 10],
      ],
    ],
  ])(
    'sums a sequential series (heavy: %s) range by range, each from the state before it',
    async (heavy, ranges) => {
      const stage = await new Stage(digitByDigit({ heavy })).open();
      const asked = stage.ask(await stage.sum(0, 10));
      for (const range of ranges) {
        const wants = stage.wants();
        const given = await stage.pulled();
        expect(bounds(given)).toEqual(range);
        expect(given.work).toMatchObject({ before: digitsOf(0, range[0] ?? 0) });
        expect(await stage.pull()).toBeNull();
        await stage.finish(given);
        // It had passed; it says so when it can give more.
        expect(stage.wants()).toBe(wants + (range[1] === 10 ? 0 : 1));
      }
      expect(await asked).toEqual({ ok: true, value: digitsOf(0, 10) });
    },
  );

  test('has no more ranges out and waiting than a run may have, and goes on when the oldest is back', async () => {
    const stage = await new Stage(light, { rangesAheadMax: 3 }).open();
    const asked = stage.ask(await stage.sum(0, 20));
    const [first, second, third] = [await stage.pulled(), await stage.pulled(), await stage.pulled()];
    await stage.finish(third);
    await stage.finish(second);
    expect(await stage.pull()).toBeNull();
    const wants = stage.wants();
    await stage.finish(first);
    expect(stage.wants()).toBe(wants + 1);
    await stage.serve();
    expect(await asked).toEqual({ ok: true, value: digitsOf(0, 20) });
  });

  test('keeps its answer for who asks after it is there, and ends with it', async () => {
    const stage = await new Stage().open();
    const pid = await stage.sum(0, 4);
    await stage.finish(await stage.pulled());
    expect(stage.alive(pid)).toBe(true);
    expect(await stage.ask(pid)).toEqual({ ok: true, value: digitsOf(0, 4) });
    await settle();
    expect(stage.alive(pid)).toBe(false);
  });

  test('says that it took too long to who waits, and ends by itself where nobody does', async () => {
    const stage = await new Stage(light, { partialMs: 1_000 }).open();
    const asked = stage.ask(await stage.sum(0, 8));
    await stage.finish(await stage.pulled());
    const forgotten = await stage.sum(0, 8);
    await stage.pass(999);
    expect(stage.alive(forgotten)).toBe(true);
    await stage.pass(1);
    expect(await asked).toMatchObject({ ok: false, code: 'not-ready', detail: /longer than 1000 ms/ });
    expect(stage.alive(forgotten)).toBe(false);
    expect(stage.crashes()).toEqual([]);
  });

  test('says so where its range keeps ending its worker', async () => {
    const stage = await new Stage().open();
    const asked = stage.ask(await stage.sum(0, 8));
    const { giver: series, generation, work } = await stage.pulled();
    stage.system.cast(series, { type: 'blocked', generation, work, fault: 'out of memory' });
    expect(await asked).toMatchObject({
      ok: false,
      code: 'not-ready',
      detail: /keeps ending its worker: out of memory/,
    });
  });

  test('crashes rather than answer with what was brought twice, or for nothing that it gave', async () => {
    const stage = await new Stage().open();
    await stage.sum(0, 8);
    const given = await stage.pulled();
    await stage.finish(given);
    await stage.finish({ ...given, work: { ...given.work, to: 5 } });
    expect(stage.crashes()).toEqual(['foreign result for the range [0, 5) of a partial at n = 4']);
  });
});

describe('a request for a partial', () => {
  test('is answered with the text, its description, and what it is of', async () => {
    const stage = await new Stage(leibniz, { rangeTermsMax: 64 }).open();
    const asked = stage.answer(8, 200);
    await settle();
    await stage.serve();
    const partial = leibniz.partial(8, 200);
    expect(await asked).toEqual({
      ok: true,
      value: {
        series: 'leibniz',
        version: leibniz.version,
        grain: leibniz.grain,
        from: 8,
        to: 200,
        partial,
        ...leibniz.describe(partial),
      },
    });
  });

  test('of a heavy series is described by the worker that sums it, never here', async () => {
    const describe = (text: string) => {
      if (!stage.working) throw new Error('that is a worker’s business');
      return {
        monoid: 'state' as const,
        values: { length: String(text.length) },
        scale: null,
        decimal: null,
      };
    };
    const merge = () => {
      throw new Error('so is that');
    };
    const stage: Stage = await new Stage(repeatingDecimal({ describe, merge })).open();
    const asked = stage.answer(5, 500);
    await settle();
    await stage.serve();
    expect(await asked).toMatchObject({
      ok: true,
      value: { partial: digitsOf(5, 500), values: { length: '495' } },
    });
    expect(stage.crashes()).toEqual([]);
  });

  test('whose asker goes away ends its process, and leaves its place to others', async () => {
    const stage = await new Stage(light, { partialsAtOnce: 1 }).open();
    const asker = new AbortController();
    const asked = stage.answer(0, 40, 'a', asker.signal);
    await settle();
    expect(await stage.pull()).not.toBeNull();
    asker.abort();
    expect(await asked).toMatchObject({ ok: false, code: 'not-ready' });
    await settle();
    expect(await stage.pull()).toBeNull();
    const next = stage.answer(0, 0, 'b');
    expect(await next).toMatchObject({ ok: true });
    expect(stage.crashes()).toEqual([]);
  });

  test('whose asker has gone before it begins is not summed', async () => {
    const stage = await new Stage(light).open();
    expect(await stage.answer(0, 40, 'a', AbortSignal.abort())).toMatchObject({
      ok: false,
      code: 'not-ready',
    });
    await settle();
    expect(await stage.pull()).toBeNull();
  });

  test('for no terms is the empty partial, and needs no worker', async () => {
    const stage = await new Stage(leibniz).open();
    expect(await stage.answer(8, 8)).toMatchObject({ ok: true, value: { partial: '0', from: 8, to: 8 } });
  });

  const faults: [what: string, definition: SeriesDefinition, from: number, to: number, path: string][] = [
    ['an end beyond what the series honours', leibniz, 2 ** 50 - 8, 2 ** 50, 'to'],
    ['an end beyond what is summed of a heavy series', repeatingDecimal(), 0, 4_097, 'to'],
    ['an end before the beginning', leibniz, 8, 4, 'from'],
    ['more terms than are summed for one request', leibniz, 4, 8 + 2 ** 28, 'to'],
    ['a beginning within a grain', leibniz, 2, 8, 'from'],
    ['an end within a grain', leibniz, 4, 6, 'to'],
    ['a beginning amid a sequential series', digitByDigit(), 3, 6, 'from'],
  ];
  test.each(faults)(
    'with %s is refused by name, and starts nothing',
    async (_what, definition, from, to, path) => {
      const stage = await new Stage(definition).open();
      const answer = await stage.answer(from, to);
      expect(answer).toMatchObject({ ok: false, code: 'bad-request', errors: [{ path }] });
      expect(answer.ok ? '' : answer.detail).toMatch(new RegExp(`^${path} must .*\\.$`));
      expect(stage.heard).toEqual([]);
    },
  );

  test.each([
    ['the greatest end of a heavy series', repeatingDecimal(), 4_095, 4_096],
    ['the last grain that the series honours', leibniz, 2 ** 50 - 8, 2 ** 50 - 4],
  ])('with %s is summed', async (_what, definition, from, to) => {
    const stage = await new Stage(definition).open();
    const asked = stage.answer(from, to);
    await settle();
    await stage.serve();
    expect(await asked).toMatchObject({ ok: true, value: { partial: definition.partial(from, to) } });
  });

  test('beyond as many as are summed at once is refused, and taken again when one of them is done', async () => {
    const stage = await new Stage(light, { partialsAtOnce: 2 }).open();
    const first = stage.answer(0, 4, 'a');
    await settle();
    const second = stage.answer(0, 4, 'b');
    await settle();
    expect(await stage.answer(0, 4, 'c')).toMatchObject({
      ok: false,
      code: 'too-many-requests',
      limit: 'partialsAtOnce',
    });
    await stage.serve();
    expect(await first).toMatchObject({ ok: true });
    await settle();
    const fourth = stage.answer(0, 4, 'd');
    await settle();
    expect(stage.wants()).toBe(3);
    await stage.pass(stage.limits.partialMs);
    for (const late of [second, fourth]) expect(await late).toMatchObject({ ok: false, code: 'not-ready' });
  });

  test.each([
    ['the dispatcher', { dispatcher: false }],
    ['their supervisor', { partials: false }],
  ])('while %s is being restarted is not ready, and says so at once', async (_who, there) => {
    const stage = await new Stage().open(there);
    expect(await stage.answer(0, 4)).toMatchObject({ ok: false, code: 'not-ready', detail: /Try again/ });
  });

  test('whose process is killed is not ready, and says so at once', async () => {
    const stage = await new Stage().open();
    const asked = stage.answer(0, 4);
    await settle();
    const { giver: series } = await stage.pulled();
    stage.system.exit(series, 'kill');
    expect(await asked).toMatchObject({ ok: false, code: 'not-ready', detail: /Try again/ });
  });
});
