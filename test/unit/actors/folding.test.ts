/** Runs of heavy and of sequential series: what workers do for them, one thing after the other. */
import { describe, expect, test, vi } from 'vitest';
import type { Limits } from '../../../src/protocols/limits.ts';
import type { FoldWork, RangeWork, Work } from '../../../src/protocols/ports/compute-thread.ts';
import type { RunRecord } from '../../../src/protocols/ports/store.ts';
import { leibniz } from '../../../src/series/leibniz.ts';
import { viete } from '../../../src/series/viete.ts';
import { digitByDigit, digitsOf, provenBy, repeatingDecimal } from '../../support/repeating-decimal.ts';
import { settle } from '../../support/until.ts';
import { type Given, Stage, states, told } from './series-stage.ts';

const walk = (termsPerSecond: number) => ({ mode: 'walk', termsPerSecond }) as const;

/** A run of the heavy series, in ranges of four terms. */
function heavy(
  record: Partial<RunRecord> = {},
  limits: Partial<Limits> = {},
  definition = repeatingDecimal(),
): Promise<Stage> {
  return new Stage(record, { rangeTermsFirst: 4, rangeTermsMax: 4, ...limits }, definition).open();
}

const range = (from: number, to: number, before: string | null = null): RangeWork => ({
  kind: 'range',
  series: repeatingDecimal().id,
  from,
  to,
  before,
  heavy: true,
  describe: false,
});

/** The fold that goes from the committed state at `from` to `to`, by parts that end where `ends` say. */
function fold(from: number, ...ends: readonly number[]): FoldWork {
  const cuts = [from, ...ends];
  const parts = ends.map((end, at) => digitsOf(cuts[at] ?? 0, end));
  const state = digitsOf(0, from);
  return { kind: 'fold', series: repeatingDecimal().id, from, to: ends.at(-1) ?? from, state, parts };
}

const workOf = (given: Given | null): Work | null => given?.work ?? null;

/** What is committed is the sum at its n, its figures are those at its n, and offsets have no gap. */
function expectTruth(stage: Stage): void {
  const { definition } = stage;
  for (const { state, to: n, estimate } of stage.store.commits) {
    expect(state, `n = ${n}`).toBe(digitsOf(0, n));
    const { value, decimal, lower, upper, digits } = definition.evaluate(digitsOf(0, n), n);
    expect(JSON.parse(estimate), `n = ${n}`).toMatchObject({ n, value, decimal, lower, upper, digits });
  }
  for (const [, rows] of Map.groupBy(stage.store.commits, ({ epoch }) => epoch))
    expect(rows.map(({ offset }) => offset)).toEqual(rows.map((_, index) => index + 1));
  // It may have been killed, but it has not crashed.
  expect(stage.exits().filter((reason) => reason !== 'other')).toEqual([]);
}

describe('a sprint of a heavy series', () => {
  test('publishes only what a fold has brought, at the n that the fold went to', async () => {
    const stage = await heavy();
    const { heard } = await stage.hub();
    expect(workOf(await stage.serve())).toEqual(range(0, 4));
    await stage.pass(1_000, 100);
    expect(stage.store.commits).toEqual([]);
    const first = await stage.pulled();
    expect(first.work).toEqual(fold(0, 4));
    // Terms that are done meanwhile are not in it.
    expect(workOf(await stage.serve())).toEqual(range(4, 8));
    await stage.finish(first);
    expect(told(heard)).toEqual([{ offset: 1, n: 4 }]);
    expectTruth(stage);
  });

  test.each([
    [2 ** 14, 16],
    [5_000, 5],
  ])('of %i terms in all begins with %i of them, however many others begin with', async (termsMax, terms) => {
    const stage = await new Stage({}, {}, repeatingDecimal({ termsMax })).open();
    await stage.hub();
    expect(workOf(await stage.pull())).toEqual(range(0, terms));
  });

  test('has one fold out at a time, and ranges beside it', async () => {
    const stage = await heavy();
    const { heard } = await stage.hub();
    await stage.serve();
    const first = await stage.pulled();
    expect(first.work).toEqual(fold(0, 4));
    for (const from of [4, 8, 12]) {
      expect(workOf(await stage.serve())).toEqual(range(from, from + 4));
      await stage.pass(1_000, 100);
    }
    await stage.finish(first);
    await stage.pass(100);
    expect(workOf(await stage.serve())).toEqual(fold(4, 8, 12, 16));
    expect(told(heard).map(({ n }) => n)).toEqual([4, 16]);
    expectTruth(stage);
  });

  test('goes no further than twice its newest fold, so that it is seen to grow', async () => {
    const stage = await heavy({}, { rangeTermsFirst: 1_000, rangeTermsMax: 1_000 });
    const { heard } = await stage.hub();
    expect(workOf(await stage.serve())).toEqual(range(0, 16));
    expect(workOf(await stage.serve())).toEqual(fold(0, 16));
    expect(workOf(await stage.serve())).toEqual(range(16, 32));
    await stage.pass(1_000, 100);
    const second = await stage.pulled();
    expect(second.work).toEqual(fold(16, 32));
    // A fold under way counts: the other workers need not wait for it.
    expect(workOf(await stage.serve())).toEqual(range(32, 64));
    expect(await stage.pull()).toBeNull();
    await stage.finish(second);
    expect(told(heard).map(({ n }) => n)).toEqual([16, 32]);
    expectTruth(stage);
  });

  test('folds what is whole from the first term on, in its order, whatever order ranges come back in', async () => {
    const stage = await heavy();
    const { heard } = await stage.hub();
    const ranges = [await stage.pulled(), await stage.pulled(), await stage.pulled(), await stage.pulled()];
    const [first, second, third, fourth] = ranges;
    if (first && second && third && fourth)
      for (const given of [fourth, second, first]) await stage.finish(given);
    const out = await stage.pulled();
    expect(out.work).toEqual(fold(0, 4, 8));
    if (third) await stage.finish(third);
    await stage.finish(out);
    await stage.pass(100);
    expect(workOf(await stage.serve())).toEqual(fold(8, 12, 16));
    expect(told(heard).map(({ n }) => n)).toEqual([8, 16]);
    expectTruth(stage);
  });

  test('publishes no more often than others, and leaves workers twice the time that its last fold took', async () => {
    const stage = await heavy({}, { sprintIntervalMs: 100 });
    await stage.hub();
    await stage.serve();
    await stage.finish(await stage.pulled(), undefined, 10);
    await stage.serve();
    await stage.pass(99);
    expect((await stage.serve())?.work.kind).toBe('range');
    await stage.pass(1);
    await stage.finish(await stage.pulled(), undefined, 400);
    expect(stage.estimates.map(({ n }) => n)).toEqual([4, 12]);
    await stage.serve();
    await stage.pass(799);
    expect((await stage.serve())?.work.kind).toBe('range');
    await stage.pass(1);
    expect(workOf(await stage.serve())).toEqual(fold(12, 16, 20));
    expectTruth(stage);
  });

  test('gives no more ranges while as many as may wait for a fold do, and goes on when it is back', async () => {
    const stage = await heavy({}, { rangesAheadMax: 3 });
    await stage.hub();
    await stage.serve();
    const out = await stage.pulled();
    expect(out.work.kind).toBe('fold');
    for (const from of [4, 8]) expect(workOf(await stage.serve())).toEqual(range(from, from + 4));
    expect(await stage.pull()).toBeNull();
    const wants = stage.wants();
    await stage.finish(out);
    expect(stage.wants()).toBe(wants + 1);
    expect(workOf(await stage.serve())).toEqual(range(12, 16));
    expectTruth(stage);
  });

  test.each([1, 4, 6])('with stopAt %i completes at exactly this n at once, and says why', async (stopAt) => {
    const stage = await heavy({ stopAt });
    const { heard } = await stage.hub();
    for (let turn = 0; turn < 4; turn += 1) await stage.serve();
    expect(told(heard).at(-1)?.n).toBe(stopAt);
    expect(states(heard).at(-1)).toBe(`complete: it was to stop at n = ${stopAt}`);
    expect(await stage.pull()).toBeNull();
    expectTruth(stage);
  });

  test('completes with the reason of its series where that has no more to say', async () => {
    const exhausted = (n: number) => (n >= 4 ? 'it has said all' : null);
    const stage = await heavy({ stopAt: 100 }, {}, repeatingDecimal({ exhausted }));
    const { heard } = await stage.hub();
    await stage.serve();
    await stage.serve();
    expect(states(heard)).toEqual(['running', 'complete: it has said all']);
    expect(await stage.pull()).toBeNull();
  });

  test('that a fold of an earlier beginning comes back to drops it', async () => {
    const stage = await heavy();
    const { heard } = await stage.hub();
    await stage.serve();
    const old = await stage.pulled();
    expect(old.work.kind).toBe('fold');
    await stage.ask((from) => ({ type: 'reset', from }));
    await stage.serve();
    await stage.finish(old);
    expect(stage.store.commits).toEqual([]);
    // Only the fold of this beginning counts, and it was given although the old one never came back in time.
    expect(workOf(await stage.serve())).toEqual(fold(0, 4));
    expect(told(heard)).toEqual([{ offset: 1, n: 4 }]);
    expectTruth(stage);
  });

  test('crashes where a worker brings something else than it was given, and publishes nothing of it', async () => {
    const stage = await heavy();
    await stage.hub();
    await stage.serve();
    const out = await stage.pulled();
    const next = await stage.pulled();
    await stage.finish(next, stage.outcome(out.work));
    expect(stage.exits()).toEqual(['a fold came back for a range of repeating']);
    expect(stage.store.commits).toEqual([]);
  });

  test('waits while the store does not answer, and publishes what was folded once it does', async () => {
    const stage = await heavy({}, { storeRetryMinMs: 50, storeRetryMaxMs: 400 });
    const { heard } = await stage.hub();
    await stage.serve();
    const out = await stage.pulled();
    stage.store.mode = 'down';
    await stage.finish(out);
    expect(states(heard).at(-1)).toBe('waiting: the disk is full');
    expect(await stage.pull()).toBeNull();
    stage.store.mode = 'well';
    await stage.pass(400, 50);
    expect(told(heard)).toEqual([{ offset: 1, n: 4 }]);
    expect(workOf(await stage.serve())).toEqual(range(4, 8));
    expectTruth(stage);
  });
});

describe('a fold that keeps ending its workers', () => {
  test('blocks the run, which says so, until somebody says retry and it is due again', async () => {
    const stage = await heavy();
    const { heard } = await stage.hub();
    await stage.serve();
    const bad = await stage.pulled();
    await stage.block(bad);
    expect(states(heard).at(-1)).toBe('blocked: the fold to n = 4 keeps ending its worker: out of memory');
    await stage.pass(1_000, 100);
    expect(await stage.pull()).toBeNull();
    const wants = stage.wants();
    await stage.ask((from) => ({ type: 'retry', from }));
    expect(stage.wants()).toBe(wants + 1);
    expect(workOf(await stage.serve())).toEqual(fold(0, 4));
    expect(told(heard).map(({ n }) => n)).toEqual([4]);
    expect(workOf(await stage.serve())).toEqual(range(4, 8));
    expectTruth(stage);
  });

  test('loses nothing of the ranges that came back meanwhile', async () => {
    const stage = await heavy();
    await stage.hub();
    await stage.serve();
    const bad = await stage.pulled();
    const other = await stage.pulled();
    await stage.block(bad);
    await stage.finish(other);
    await stage.ask((from) => ({ type: 'retry', from }));
    expect(workOf(await stage.serve())).toEqual(fold(0, 4, 8));
    expectTruth(stage);
  });
});

test('a range of a heavy series that keeps ending its workers keeps nothing back that was done before it', async () => {
  const stage = await heavy();
  const { heard } = await stage.hub();
  const [first, bad] = [await stage.pulled(), await stage.pulled()];
  await stage.block(bad);
  await stage.finish(first);
  expect(workOf(await stage.serve())).toEqual(fold(0, 4));
  expect(told(heard).map(({ n }) => n)).toEqual([4]);
  expect(states(heard).at(-1)).toBe('blocked: the range [4, 8) keeps ending its worker: out of memory');
  await stage.ask((from) => ({ type: 'retry', from }));
  expect(workOf(await stage.serve())).toEqual(range(4, 8));
  await stage.pass(100);
  expect(workOf(await stage.serve())).toEqual(fold(4, 8));
  expectTruth(stage);
});

describe('a walk of a heavy series', () => {
  /** Lets `steps` steps pass, each done by a worker as soon as it is due. */
  async function steps(stage: Stage, count: number): Promise<Work[]> {
    const works: Work[] = [];
    for (let step = 0; step < count; step += 1) {
      for (let given = await stage.serve(); given !== null; given = await stage.serve())
        works.push(given.work);
      await stage.pass(100);
    }
    return works;
  }

  test('takes exactly one term a step, through a worker', async () => {
    const stage = await heavy({ pace: walk(10) });
    const { heard } = await stage.hub();
    expect(await steps(stage, 5)).toEqual([0, 1, 2, 3, 4].flatMap((n) => [range(n, n + 1), fold(n, n + 1)]));
    expect(told(heard).map(({ n }) => n)).toEqual([1, 2, 3, 4, 5]);
    expectTruth(stage);
  });

  test('waits for its worker, wanting one once and turning no wheels, and does not catch up', async () => {
    const stage = await heavy({ pace: walk(10) });
    const { heard } = await stage.hub();
    const reads = vi.spyOn(stage.clock, 'monotonicMs');
    await stage.pass(1_000, 100);
    expect(stage.wants()).toBe(1);
    // A run that does anything reads the clock; here a handful of timers are due.
    expect(reads.mock.calls.length).toBeLessThan(50);
    const given = await stage.pulled();
    await stage.pass(1_000, 100);
    await stage.finish(given);
    await stage.serve();
    expect(told(heard).map(({ n }) => n)).toEqual([1]);
    expect(await stage.pull()).toBeNull();
    expect(reads.mock.calls.length).toBeLessThan(100);
    expectTruth(stage);
  });

  test('ends at stopAt', async () => {
    const stage = await heavy({ pace: walk(10), stopAt: 3 });
    const { heard } = await stage.hub();
    await steps(stage, 6);
    expect(told(heard).map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(states(heard).at(-1)).toBe('complete: it was to stop at n = 3');
  });

  test('publishes first what a sprint before it has left, and a sprint goes on from its last step', async () => {
    const stage = await heavy();
    const { heard } = await stage.hub();
    await stage.serve();
    await stage.serve();
    await stage.serve();
    const late = await stage.pulled();
    expect(late.work).toEqual(range(8, 12));
    await stage.change({ pace: walk(10) });
    await stage.finish(late);
    expect(workOf(await stage.serve())).toEqual(fold(4, 8));
    expect(await steps(stage, 3)).toEqual([range(8, 9), fold(8, 9), range(9, 10), fold(9, 10)]);
    const step = await stage.pulled();
    expect(step.work).toEqual(range(10, 11));
    await stage.change({ pace: { mode: 'sprint' } });
    expect(workOf(await stage.serve())).toEqual(range(10, 14));
    await stage.finish(step);
    await stage.pass(100);
    expect(workOf(await stage.serve())).toEqual(fold(10, 14));
    expect(told(heard).map(({ n }) => n)).toEqual([4, 8, 9, 10, 14]);
    expectTruth(stage);
  });

  test('stands still while nobody watches, and after a crash goes on with the term behind the last', async () => {
    const stage = await heavy({ pace: walk(10) });
    const { pid } = await stage.hub();
    await steps(stage, 2);
    await stage.serve();
    await stage.serve();
    await stage.cast({ type: 'watchers', hub: pid, watchers: 0 });
    await stage.pass(1_000, 100);
    const { length } = stage.store.commits;
    await steps(stage, 5);
    expect(stage.store.commits.length - length).toBeLessThanOrEqual(1);
    const { n } = stage.estimates.at(-1) ?? { n: 0 };
    stage.system.exit(stage.series, 'kill');
    await settle();
    await stage.hub();
    expect(await steps(stage, 1)).toEqual([range(n, n + 1), fold(n, n + 1)]);
    expectTruth(stage);
  });
});

describe('a sequential series', () => {
  test('has one range out at a time, and gives each the state before it', async () => {
    const stage = await heavy({}, {}, digitByDigit());
    const { heard } = await stage.hub();
    const first = await stage.pulled();
    expect(first.work).toEqual(range(0, 4, ''));
    expect(await stage.pull()).toBeNull();
    const wants = stage.wants();
    await stage.finish(first);
    expect(stage.wants()).toBe(wants + 1);
    const out = await stage.pulled();
    expect(out.work).toEqual({ ...fold(0, 4), parts: ['3074'] });
    // Its states come one behind the other, folded or not.
    for (const from of [4, 8]) {
      const next = await stage.pulled();
      expect(next.work).toEqual(range(from, from + 4, digitsOf(0, from)));
      expect(await stage.pull()).toBeNull();
      await stage.finish(next);
    }
    await stage.finish(out);
    expect(workOf(await stage.serve())).toEqual(range(12, 16, digitsOf(0, 12)));
    await stage.pass(100);
    await stage.serve();
    expect(told(heard).map(({ n }) => n)).toEqual([4, 16]);
    expectTruth(stage);
  });

  test('that is light is merged here, and gives each range the state before it all the same', async () => {
    const stage = await heavy({}, {}, digitByDigit({ heavy: false }));
    await stage.hub();
    expect(workOf(await stage.serve())).toEqual({ ...range(0, 4, ''), heavy: false });
    const second = await stage.pulled();
    expect(second.work).toEqual({ ...range(4, 8, digitsOf(0, 4)), heavy: false });
    expect(await stage.pull()).toBeNull();
    await stage.finish(second);
    expect(workOf(await stage.serve())).toEqual({ ...range(8, 12, digitsOf(0, 8)), heavy: false });
    await stage.pass(100);
    expect(stage.estimates.map(({ n }) => n)).toEqual([4, 12]);
    expectTruth(stage);
  });

  test('goes on from the state that is stored after a crash', async () => {
    const stage = await heavy({}, {}, digitByDigit());
    await stage.hub();
    await stage.serve();
    await stage.serve();
    await stage.serve();
    stage.system.exit(stage.series, 'kill');
    await settle();
    await stage.hub();
    expect(workOf(await stage.serve())).toEqual(range(4, 8, digitsOf(0, 4)));
    expectTruth(stage);
  });

  test('gives a range that was blocked and retried the state before it', async () => {
    const stage = await heavy({}, {}, digitByDigit());
    await stage.hub();
    await stage.serve();
    await stage.serve();
    await stage.block(await stage.pulled());
    expect(await stage.pull()).toBeNull();
    await stage.ask((from) => ({ type: 'retry', from }));
    expect(workOf(await stage.serve())).toEqual(range(4, 8, digitsOf(0, 4)));
    expectTruth(stage);
  });

  test('of the catalogue goes by it: Viète’s product, at once and step by step, is the one of its definition', async () => {
    const stage = await new Stage({}, { rangeTermsMax: 64 }, viete).open();
    await stage.hub();
    for (let turn = 0; turn < 8; turn += 1) {
      await stage.serve();
      await stage.pass(50);
    }
    await stage.change({ pace: walk(20) });
    for (let turn = 0; turn < 12; turn += 1) {
      await stage.serve();
      await stage.pass(25);
    }
    expect(stage.store.commits.length).toBeGreaterThan(5);
    for (const { state, to: n, estimate } of stage.store.commits) {
      expect(state).toBe(viete.partial(0, n, viete.empty));
      const { lower, upper } = viete.evaluate(state, n);
      expect(JSON.parse(estimate)).toMatchObject({ n, lower, upper });
    }
  });
});

describe('with a fold under way', () => {
  /** Four terms with a fold, four more with a worker. */
  async function under(record: Partial<RunRecord> = {}) {
    const stage = await heavy(record, { restMs: 500 });
    const { pid, heard } = await stage.hub();
    await stage.serve();
    const out = await stage.pulled();
    const next = await stage.pulled();
    expect([out.work, next.work]).toEqual([fold(0, 4), range(4, 8)]);
    return { stage, pid, heard, out, next };
  }

  test('a run that is paused publishes what was out, once it is back and folded, and then does nothing', async () => {
    const { stage, heard, out, next } = await under();
    await stage.change({ paused: true });
    expect(stage.dispatched.at(-1)?.type).toBe('rest');
    await stage.finish(out);
    expect(told(heard).map(({ n }) => n)).toEqual([4]);
    await stage.finish(next);
    expect(stage.dispatched.at(-1)?.type).toBe('want');
    expect(workOf(await stage.serve())).toEqual(fold(4, 8));
    expect(told(heard).map(({ n }) => n)).toEqual([4, 8]);
    expect(stage.dispatched.at(-1)?.type).toBe('rest');
    await stage.pass(5_000, 500);
    expect(await stage.pull()).toBeNull();
    expect(states(heard).at(-1)).toBe('paused');
    expectTruth(stage);
  });

  test('a run whose last watcher leaves rests, publishes what was out, and goes on with the next one', async () => {
    const { stage, pid, heard, out, next } = await under();
    await stage.cast({ type: 'watchers', hub: pid, watchers: 0 });
    await stage.pass(500);
    expect(states(heard)).toEqual(['running', 'idle']);
    await stage.finish(next);
    await stage.finish(out);
    expect(workOf(await stage.serve())).toEqual(fold(4, 8));
    expect(await stage.pull()).toBeNull();
    expect(told(heard).map(({ n }) => n)).toEqual([4, 8]);
    await stage.cast({ type: 'watchers', hub: pid, watchers: 1 });
    expect(workOf(await stage.serve())).toEqual(range(8, 12));
    expectTruth(stage);
  });

  test.each(['shutdown', 'kill'] as const)(
    'a run that ends by %s commits nothing that was not folded, and the next life computes it again',
    async (reason) => {
      const { stage, out, next } = await under();
      await stage.finish(out);
      await stage.finish(next);
      await stage.pass(100);
      const second = await stage.pulled();
      expect(second.work).toEqual(fold(4, 8));
      if (reason === 'kill') stage.system.exit(stage.series, 'kill');
      else await stage.system.stop(stage.series, 'shutdown', 1_000);
      await settle();
      expect(stage.estimates.map(({ n }) => n)).toEqual([4]);
      if (reason === 'kill') {
        await stage.hub();
        expect(workOf(await stage.serve())).toEqual(range(4, 8));
      }
      expectTruth(stage);
    },
  );

  test('a run that is stopped while what was folded is being committed loses nothing of it', async () => {
    const { stage, out } = await under();
    const gate = Promise.withResolvers<void>();
    stage.store.gate = gate.promise;
    await stage.finish(out);
    stage.store.gate = null;
    const stopped = stage.system.stop(stage.series, 'shutdown', 1_000);
    gate.resolve();
    await stopped;
    expect(stage.estimates.map(({ n }) => n)).toEqual([4]);
    expectTruth(stage);
  });

  test('another pace drops the fold, keeps what it was of, and folds it anew', async () => {
    const { stage, heard, out, next } = await under();
    await stage.change({ pace: walk(10) });
    await stage.finish(out);
    await stage.finish(next);
    expect(stage.store.commits).toEqual([]);
    expect(workOf(await stage.serve())).toEqual(fold(0, 4));
    await stage.pass(100);
    expect(workOf(await stage.serve())).toEqual(range(4, 5));
    expect(told(heard).map(({ n }) => n)).toEqual([4]);
    expectTruth(stage);
  });
});

describe('digits', () => {
  /** A run with `ranges` ranges of four terms folded and published. */
  async function published(ranges: number, record: Partial<RunRecord> = {}): Promise<Stage> {
    const stage = await heavy(record);
    await stage.hub();
    for (let turn = 0; turn < ranges; turn += 1) {
      await stage.serve();
      await stage.serve();
      await stage.pass(100);
    }
    expect(stage.estimates.at(-1)?.n).toBe(4 * ranges);
    return stage;
  }

  async function restarted(stage: Stage): Promise<void> {
    stage.system.exit(stage.series, 'kill');
    await settle();
  }

  test('that the newest estimate proved are told at once, with its place', async () => {
    const stage = await published(2);
    const { position } = await stage.report();
    const wants = stage.wants();
    expect(await stage.digits()).toEqual({ ok: true, value: { position, n: 8, known: provenBy(8) } });
    expect(stage.wants()).toBe(wants);
  });

  test('that are being folded beyond are not told before they are committed', async () => {
    const stage = await published(1);
    await stage.serve();
    const out = await stage.pulled();
    expect(await stage.digits()).toMatchObject({ value: { n: 4, known: provenBy(4) } });
    const gate = Promise.withResolvers<void>();
    stage.store.gate = gate.promise;
    await stage.finish(out);
    expect(await stage.digits()).toMatchObject({ value: { n: 4, known: provenBy(4) } });
    stage.store.gate = null;
    gate.resolve();
    await settle();
    expect(await stage.digits()).toMatchObject({ value: { n: 8, known: provenBy(8) } });
  });

  test.each([{}, { paused: true }, { stopAt: 8 }])(
    'that a restart has lost are found by one fold of nothing for all who ask (%j)',
    async (change) => {
      const stage = await published(2, { stopAt: change.stopAt ?? null });
      if (change.paused) await stage.change({ paused: true });
      await restarted(stage);
      const asked = [stage.digits(), stage.digits()];
      await settle();
      const given = await stage.pulled();
      expect(given.work).toEqual(fold(8));
      expect(await stage.pull()).toBeNull();
      const third = stage.digits();
      await stage.finish(given);
      const { position } = await stage.report();
      const known = { ok: true, value: { position, n: 8, known: provenBy(8) } };
      expect(await Promise.all([...asked, third])).toEqual([known, known, known]);
      expect(await stage.digits()).toEqual(known);
      expect(await stage.pull()).toBeNull();
      expect(stage.store.commits).toHaveLength(2);
    },
  );

  test('that nobody asks for after a restart are not looked for', async () => {
    const stage = await published(1);
    await restarted(stage);
    await stage.pass(1_000, 100);
    expect(await stage.pull()).toBeNull();
  });

  test('asked for while a run goes on after a restart come with its next estimate', async () => {
    const stage = await published(1);
    await restarted(stage);
    await stage.hub();
    await stage.serve();
    const asked = stage.digits();
    await settle();
    expect(workOf(await stage.serve())).toEqual(fold(4, 8));
    expect(await asked).toMatchObject({ value: { n: 8, known: provenBy(8) } });
    expectTruth(stage);
  });

  test('whose finding is under way hold back nothing: what comes meanwhile is folded behind them', async () => {
    const stage = await published(1);
    await restarted(stage);
    const asked = stage.digits();
    await settle();
    const lookup = await stage.pulled();
    expect(lookup.work).toEqual(fold(4));
    await stage.hub();
    await stage.serve();
    await stage.finish(lookup);
    expect(await asked).toMatchObject({ value: { n: 4, known: provenBy(4) } });
    expect(workOf(await stage.serve())).toEqual(fold(4, 8));
    expect(stage.estimates.map(({ n }) => n)).toEqual([4, 8]);
    expectTruth(stage);
  });

  test('that the commit on its way proves are waited for, and no worker is asked for others', async () => {
    const stage = await published(1);
    await restarted(stage);
    await stage.hub();
    await stage.serve();
    const gate = Promise.withResolvers<void>();
    stage.store.gate = gate.promise;
    expect(workOf(await stage.serve())).toEqual(fold(4, 8));
    const asked = stage.digits();
    await settle();
    expect(workOf(await stage.pull())).toEqual(range(8, 12));
    stage.store.gate = null;
    gate.resolve();
    expect(await asked).toMatchObject({ value: { n: 8, known: provenBy(8) } });
    expectTruth(stage);
  });

  test('are found of what is published alone, though more is done that is not folded yet', async () => {
    const stage = await published(1);
    await restarted(stage);
    await stage.hub();
    const [first, second] = [await stage.pulled(), await stage.pulled()];
    await stage.change({ paused: true });
    await stage.finish(first);
    // It folds once, when the other range is back too.
    expect(await stage.pull()).toBeNull();
    const asked = stage.digits();
    await settle();
    expect(workOf(await stage.serve())).toEqual(fold(4));
    expect(await asked).toMatchObject({ value: { n: 4, known: provenBy(4) } });
    await stage.finish(second);
    expect(workOf(await stage.serve())).toEqual(fold(4, 8, 12));
    expectTruth(stage);
  });

  test('are waited for by a thousand at once, who are forgotten once they have their answer', async () => {
    const stage = await published(1);
    await restarted(stage);
    for (let round = 0; round < 2; round += 1) {
      const asked = Array.from({ length: 1_000 }, () => stage.digits());
      await settle();
      if (round === 0) {
        expect(await stage.digits()).toMatchObject({ ok: false, code: 'not-ready' });
        await stage.serve();
      }
      expect((await Promise.all(asked)).every(({ ok }) => ok)).toBe(true);
    }
    expect(await stage.digits()).toMatchObject({ ok: true });
  });

  test('that no worker survives finding are refused, until somebody says retry', async () => {
    const stage = await published(1);
    await restarted(stage);
    const asked = stage.digits();
    await settle();
    await stage.block(await stage.pulled());
    expect(await asked).toMatchObject({ ok: false, code: 'not-ready', detail: /keeps ending its worker/ });
    expect(await stage.digits()).toMatchObject({ ok: false, code: 'not-ready' });
    await stage.ask((from) => ({ type: 'retry', from }));
    const again = stage.digits();
    await settle();
    expect(workOf(await stage.serve())).toEqual(fold(4));
    expect(await again).toMatchObject({ ok: true, value: { n: 4 } });
  });

  test('of a run without an estimate are none, and no worker is asked for them', async () => {
    const stage = await heavy();
    expect(await stage.digits()).toMatchObject({ value: { n: 0, known: '' } });
    expect(stage.dispatched).toEqual([]);
  });

  test('of a reset run are none, whatever was known before', async () => {
    const stage = await published(1);
    await stage.ask((from) => ({ type: 'reset', from }));
    expect(await stage.digits()).toMatchObject({ value: { n: 0, known: '', position: { offset: 0 } } });
  });

  test('of a run that has no place yet are not ready, and it says why', async () => {
    const stage = new Stage({}, {}, repeatingDecimal());
    stage.store.mode = 'down';
    await stage.open();
    expect(await stage.digits()).toMatchObject({ ok: false, code: 'not-ready', detail: /the disk is full/ });
  });

  test('of a light series are what both ends of its newest estimate have in common', async () => {
    const stage = await new Stage({}, {}, leibniz).open();
    await stage.hub();
    for (let turn = 0; turn < 20; turn += 1) {
      await stage.serve();
      await stage.pass(100);
    }
    const { lower, upper, n } = stage.estimates.at(-1) ?? { lower: null, upper: null, n: 0 };
    const answer = await stage.digits();
    expect(answer).toMatchObject({ value: { n, known: '3.14' } });
    for (const end of [lower, upper]) expect(end?.startsWith('3.14')).toBe(true);
    await restarted(stage);
    expect(await stage.digits()).toEqual(answer);
  });
});
