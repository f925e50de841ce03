import { describe, expect, test } from 'vitest';
import type { NodeId, UserId } from '../../../src/protocols/identity.ts';
import type { Epoch } from '../../../src/protocols/position.ts';
import type { Estimate } from '../../../src/protocols/wire/estimate.ts';
import { leibniz } from '../../../src/series/leibniz.ts';
import { oracleFigures, oracleLeibniz, quantizedSum } from '../../support/oracle.ts';
import { settle } from '../../support/until.ts';
import { Stage, states, told } from './series-stage.ts';

/** The oracle's figures of leibniz at n. */
function truth(n: number) {
  return oracleFigures(oracleLeibniz, quantizedSum(oracleLeibniz, n), n);
}

function figures({ value, decimal, lower, upper, digits }: Estimate) {
  return { value, decimal, lower, upper, digits };
}

function expectTruth(estimates: readonly Estimate[]): void {
  for (const estimate of estimates) expect(figures(estimate), `n = ${estimate.n}`).toEqual(truth(estimate.n));
}

function expectContiguous(stage: Stage): void {
  const { commits } = stage.store;
  const epochs = Map.groupBy(commits, ({ epoch }) => epoch);
  for (const [, rows] of epochs) {
    expect(rows.map(({ offset }) => offset)).toEqual(rows.map((_, index) => index + 1));
  }
}

const walk = (termsPerSecond: number) => ({ mode: 'walk', termsPerSecond }) as const;

describe('a sprint', () => {
  test('publishes its first estimate as soon as its first range is done', async () => {
    const stage = await new Stage().open();
    const { heard } = await stage.hub();
    await stage.serve();
    expect(told(heard)).toEqual([{ offset: 1, n: 64 }]);
    expectTruth(stage.estimates);
  });

  test('publishes at most once in an interval, and what came meanwhile all at once', async () => {
    const stage = await new Stage({}, { sprintIntervalMs: 100 }).open();
    const { heard } = await stage.hub();
    for (let turn = 0; turn < 60; turn += 1) {
      await stage.serve();
      await stage.pass(10);
    }
    const times = stage.store.commits.map(({ atMs }) => atMs);
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(100);
    expect(times.length).toBe(7);
    expect(told(heard)).toHaveLength(stage.store.commits.length);
    expectContiguous(stage);
  });

  test('publishes only what is whole from the first term on, whatever order ranges come back in', async () => {
    const stage = await new Stage().open();
    await stage.hub();
    const ranges = [await stage.pull(), await stage.pull(), await stage.pull()].filter(
      (range) => range !== null,
    );
    expect(ranges.map(({ work: { from, to } }) => [from, to])).toEqual([
      [0, 64],
      [64, 128],
      [128, 192],
    ]);
    for (const range of ranges.toReversed().slice(0, 2)) await stage.finish(range);
    expect(stage.store.commits).toEqual([]);
    if (ranges[0] !== undefined) await stage.finish(ranges[0]);
    expect(stage.estimates.map(({ n }) => n)).toEqual([192]);
    expectTruth(stage.estimates);
  });

  test('gives no more ranges than may wait for the oldest one, and goes on when that is back', async () => {
    const stage = await new Stage({}, { rangesAheadMax: 3 }).open();
    await stage.hub();
    const first = await stage.pull();
    const others = [await stage.pull(), await stage.pull()];
    for (const range of others) if (range !== null) await stage.finish(range);
    expect(await stage.pull()).toBeNull();
    const wants = stage.wants();
    if (first !== null) await stage.finish(first);
    expect(stage.wants()).toBe(wants + 1);
    expect((await stage.pull())?.work.from).toBe(192);
  });

  test.each([1, 2, 3, 4, 5, 63, 64, 65, 130])(
    'with stopAt %i completes at exactly this n, and says so',
    async (stopAt) => {
      const stage = await new Stage({ stopAt }).open();
      const { heard } = await stage.hub();
      for (let turn = 0; turn < 5; turn += 1) {
        await stage.serve();
        await stage.pass(100);
      }
      expect(stage.estimates.at(-1)?.n).toBe(stopAt);
      expect(states(heard).at(-1)).toBe(`complete: it was to stop at n = ${stopAt}`);
      expect(await stage.pull()).toBeNull();
      expectTruth(stage.estimates);
      expectContiguous(stage);
    },
  );

  test('publishes what its series says beside its figures: named numbers, and the sum accelerated', async () => {
    const pairs = (n: number) => ({ pairs: String(n) });
    const definition = {
      ...leibniz,
      evaluate: (state: string, n: number) => ({ ...leibniz.evaluate(state, n), values: pairs(n) }),
    };
    const stage = await new Stage({}, {}, definition).open();
    await stage.hub();
    await stage.serve();
    expect(stage.estimates).toMatchObject([
      { n: 64, values: pairs(64), accelerated: leibniz.accelerate?.(64) },
    ]);
    const plain = await new Stage({}, {}, { ...leibniz, accelerate: null }).open();
    await plain.hub();
    await plain.serve();
    expect(Object.keys(plain.estimates[0] ?? {})).not.toContain('accelerated');
    expect(Object.keys(plain.estimates[0] ?? {})).not.toContain('values');
  });

  test('completes where its series has no more to say, with its reason, also after a crash', async () => {
    const exhausted = (n: number) => (n >= 128 ? 'the bounds have met' : null);
    const stage = await new Stage({ stopAt: 1_000 }, {}, { ...leibniz, exhausted }).open();
    const { heard } = await stage.hub();
    for (let turn = 0; turn < 4; turn += 1) {
      await stage.serve();
      await stage.pass(100);
    }
    expect(stage.estimates.map(({ n }) => n)).toEqual([64, 128]);
    expect(states(heard)).toEqual(['running', 'complete: the bounds have met']);
    stage.system.exit(stage.series, 'kill');
    await settle();
    expect(await stage.report()).toMatchObject({ state: 'complete', reason: 'the bounds have met' });
    expect(await stage.pull()).toBeNull();
  });

  test('that is paused or unwatched publishes nothing, not even a handful of terms before its end', async () => {
    const stage = await new Stage({ stopAt: 3, paused: true, policy: 'manual' }).open();
    await stage.hub();
    await stage.pass(1_000, 100);
    expect(stage.store.commits).toEqual([]);
    const unwatched = await new Stage({ stopAt: 3 }).open();
    await unwatched.pass(1_000, 100);
    expect(unwatched.store.commits).toEqual([]);
  });
});

describe('a run without watchers', () => {
  test('rests a moment after the last has left, publishes what is done, and goes on with the next one', async () => {
    const stage = await new Stage({}, { restMs: 500 }).open();
    const { pid, heard } = await stage.hub(1);
    await stage.serve();
    await stage.serve();
    await stage.cast({ type: 'watchers', hub: pid, watchers: 0 });
    await stage.pass(499);
    expect((await stage.report()).state).toBe('running');
    await stage.pass(1);
    expect(states(heard)).toEqual(['running', 'idle']);
    expect(stage.dispatched.at(-1)?.type).toBe('rest');
    expect(stage.estimates.at(-1)?.n).toBe(128);
    expect(await stage.pull()).toBeNull();
    await stage.cast({ type: 'watchers', hub: pid, watchers: 1 });
    expect(states(heard).at(-1)).toBe('running');
    expect((await stage.pull())?.work.from).toBe(128);
  });

  test('does not rest between two page loads', async () => {
    const stage = await new Stage({}, { restMs: 500 }).open();
    const { pid, heard } = await stage.hub(1);
    await stage.cast({ type: 'watchers', hub: pid, watchers: 0 });
    await stage.pass(400);
    await stage.cast({ type: 'watchers', hub: pid, watchers: 1 });
    await stage.pass(400);
    await stage.cast({ type: 'watchers', hub: pid, watchers: 0 });
    await stage.pass(400);
    expect(states(heard)).toEqual(['running']);
  });

  test('has lost its watchers when their hub has ended', async () => {
    const stage = await new Stage().open();
    const { pid } = await stage.hub(3);
    expect((await stage.report()).watchers).toBe(3);
    stage.system.exit(pid, 'kill');
    await settle();
    await stage.pass(500);
    expect(await stage.report()).toMatchObject({ watchers: 0, state: 'idle' });
  });

  test('goes on all the same if its policy is continuous', async () => {
    const stage = await new Stage({ policy: 'continuous' }).open();
    await stage.pass(5_000, 1_000);
    expect((await stage.report()).state).toBe('running');
    expect(await stage.serve()).not.toBeNull();
  });

  test('that is private says that it has expired, again and again until somebody ends it', async () => {
    const stage = await new Stage({ user: 'u' as UserId }, { privateRunIdleMs: 1_000 }).open();
    await stage.pass(2_000, 1_000);
    expect(stage.runs).toEqual([
      { type: 'expired', run: 'leibniz' },
      { type: 'expired', run: 'leibniz' },
    ]);
  });

  test('that is private does not expire while it is watched', async () => {
    const stage = await new Stage({ user: 'u' as UserId }, { privateRunIdleMs: 1_000 }).open();
    await stage.hub(1);
    await stage.pass(5_000, 1_000);
    expect(stage.runs).toEqual([]);
  });
});

describe('a walk', () => {
  test('takes one term at a time in its own time, and has the oracle’s bits at every n', async () => {
    const stage = await new Stage({ pace: walk(10) }).open();
    const { heard } = await stage.hub();
    await stage.pass(1_200, 100);
    expect(told(heard).map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    expectTruth(stage.estimates);
    expectContiguous(stage);
  });

  test('asks no worker for anything', async () => {
    const stage = await new Stage({ pace: walk(10) }).open();
    await stage.hub();
    await stage.pass(1_000, 100);
    expect(stage.dispatched).toEqual([]);
    expect(await stage.pull()).toBeNull();
  });

  test('ends at stopAt', async () => {
    const stage = await new Stage({ pace: walk(10), stopAt: 6 }).open();
    const { heard } = await stage.hub();
    await stage.pass(2_000, 100);
    expect(told(heard).map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(states(heard).at(-1)).toBe('complete: it was to stop at n = 6');
  });

  test('stands still while nobody watches, and does not catch up', async () => {
    const stage = await new Stage({ pace: walk(10) }).open();
    const { pid } = await stage.hub();
    await stage.pass(200, 100);
    await stage.cast({ type: 'watchers', hub: pid, watchers: 0 });
    await stage.pass(500, 100);
    const { length } = stage.store.commits;
    await stage.pass(5_000, 100);
    expect(stage.store.commits).toHaveLength(length);
    await stage.cast({ type: 'watchers', hub: pid, watchers: 1 });
    await stage.pass(100);
    expect(stage.store.commits.length - length).toBeLessThanOrEqual(2);
  });

  test.each([1, 2, 3, 4, 5])(
    'of %i terms, a sprint and a walk again have the bits of one run',
    async (terms) => {
      const stage = await new Stage({ pace: walk(10) }).open();
      const { heard } = await stage.hub();
      await stage.pass((terms - 1) * 100, 100);
      expect(stage.estimates.at(-1)?.n).toBe(terms);
      await stage.change({ pace: { mode: 'sprint' } });
      for (let turn = 0; turn < 3; turn += 1) {
        await stage.serve();
        await stage.pass(100);
      }
      const late = await stage.pull();
      await stage.change({ pace: walk(10) });
      await stage.pass(300, 100);
      if (late !== null) await stage.finish(late);
      await stage.pass(300, 100);
      await stage.change({ pace: { mode: 'sprint' } });
      await stage.serve();
      await stage.pass(100);
      expect(stage.exits()).toEqual([]);
      const ns = told(heard).map(({ n }) => n);
      expect(ns).toEqual(ns.toSorted((a, b) => a - b));
      expect(new Set(ns).size).toBe(ns.length);
      expectTruth(stage.estimates);
      expectContiguous(stage);
    },
  );
});

describe('a change', () => {
  test('to paused stops the run until it is taken back, and neither is lost by a crash', async () => {
    const stage = await new Stage({ policy: 'continuous' }).open();
    await stage.serve();
    expect(await stage.change({ paused: true })).toMatchObject({ ok: true, value: { state: 'paused' } });
    expect(await stage.pull()).toBeNull();
    stage.system.exit(stage.series, 'kill');
    await settle();
    expect((await stage.report()).state).toBe('paused');
    await stage.change({ paused: false });
    expect((await stage.report()).state).toBe('running');
  });

  test('is told to the keeper of runs, and what it does not name stays', async () => {
    const stage = await new Stage({ stopAt: 100 }).open();
    await stage.change({ policy: 'continuous' });
    expect(stage.runs).toEqual([{ type: 'changed', record: { ...stage.record, policy: 'continuous' } }]);
  });

  test('that cannot be stored is refused, and the run stays as it was', async () => {
    const stage = await new Stage({ policy: 'continuous' }).open();
    stage.store.mode = 'down';
    expect(await stage.change({ paused: true })).toMatchObject({ ok: false, code: 'not-ready' });
    expect((await stage.report()).record.paused).toBe(false);
  });

  test('right after another loses nothing of it', async () => {
    const stage = await new Stage({ policy: 'continuous' }).open();
    const both = [stage.change({ pace: walk(7) }), stage.change({ paused: true })];
    await Promise.all(both);
    expect((await stage.report()).record).toMatchObject({ pace: walk(7), paused: true });
    const listed = await stage.store.listRuns();
    expect(listed.kind === 'runs' && listed.runs[0]).toMatchObject({ pace: walk(7), paused: true });
  });
});

describe('when the store', () => {
  test('does not answer, the run waits, says why, and goes on without a gap', async () => {
    const stage = await new Stage({}, { storeRetryMinMs: 50, storeRetryMaxMs: 400 }).open();
    const { heard } = await stage.hub();
    await stage.serve();
    stage.store.mode = 'down';
    await stage.serve();
    await stage.pass(100);
    expect(states(heard).at(-1)).toBe('waiting: the disk is full');
    expect(await stage.pull()).toBeNull();
    await stage.pass(2_000, 50);
    stage.store.mode = 'well';
    await stage.pass(400, 50);
    expect(states(heard).at(-1)).toBe('running');
    expect(told(heard)).toEqual([
      { offset: 1, n: 64 },
      { offset: 2, n: 128 },
    ]);
    expect((await stage.serve())?.work.from).toBe(128);
    expect(stage.exits()).toEqual([]);
  });

  test('does not answer the first claim, who asks is told so, and the run begins once it does', async () => {
    const stage = new Stage();
    stage.store.mode = 'down';
    await stage.open();
    expect(await stage.ask((from) => ({ type: 'report', from }))).toMatchObject({
      ok: false,
      code: 'not-ready',
    });
    stage.store.mode = 'well';
    await stage.pass(100);
    expect(await stage.report()).toMatchObject({ position: { offset: 0 }, estimate: null });
  });

  test('has done a commit and its answer was lost, the estimate is published once', async () => {
    const stage = await new Stage().open();
    const { heard } = await stage.hub();
    stage.store.mode = 'deaf';
    await stage.serve();
    expect(stage.store.commits).toHaveLength(1);
    expect(told(heard)).toEqual([]);
    stage.store.mode = 'well';
    await stage.pass(100);
    expect(told(heard)).toEqual([{ offset: 1, n: 64 }]);
    await stage.serve();
    await stage.pass(100);
    expect(told(heard).at(-1)).toEqual({ offset: 2, n: 128 });
    expect(stage.exits()).toEqual([]);
  });

  test('has given the run to another, it crashes without publishing and begins from what is stored', async () => {
    const stage = await new Stage().open();
    const { heard } = await stage.hub();
    await stage.serve();
    await stage.pass(100);
    const stolen = {
      run: stage.record.run,
      version: leibniz.version,
      node: 'n' as NodeId,
      nonce: 'x',
      leaseMs: 1,
    };
    await stage.store.claim({ ...stolen, freshEpoch: 'f'.repeat(16) as Epoch });
    await stage.serve();
    await stage.pass(100);
    expect(stage.exits()).toEqual(['leibniz has been claimed by another process']);
    expect(told(heard)).toHaveLength(1);
    expect((await stage.report()).position.offset).toBe(1);
    await stage.hub();
    expect((await stage.serve())?.work.from).toBe(64);
    await stage.pass(100);
    expectTruth(stage.estimates);
    expectContiguous(stage);
  });

  test.each(['before', 'after'])(
    'has lost what clients have seen, a new epoch begins (it is claimed %s the hub attaches)',
    async (order) => {
      const stage = await new Stage().open();
      await stage.hub();
      for (let turn = 0; turn < 3; turn += 1) {
        await stage.serve();
        await stage.pass(100);
      }
      const { position } = await stage.report();
      expect(position.offset).toBe(3);
      await stage.store.forgetAfter(stage.record.run, 1, leibniz.version);
      const gate = Promise.withResolvers<void>();
      stage.store.gate = gate.promise;
      stage.system.exit(stage.series, 'kill');
      await settle();
      if (order === 'before') gate.resolve();
      await settle();
      const { heard } = await stage.hub(1, position);
      gate.resolve();
      stage.store.gate = null;
      await settle();
      const now = await stage.report();
      expect(now.position.epoch).not.toBe(position.epoch);
      await stage.serve();
      expect(told(heard)).toEqual([{ offset: 1, n: 128 }]);
      expectTruth(stage.estimates);
    },
  );

  test('knows an estimate before the Series has heard that it is committed, nothing is lost and no epoch begins', async () => {
    const stage = await new Stage().open();
    await stage.hub();
    const gate = Promise.withResolvers<void>();
    stage.store.gate = gate.promise;
    await stage.serve();
    const [commit] = stage.store.commits;
    if (commit === undefined) throw new Error('not committed');
    // A hub has read it from history already.
    await stage.hub(1, { epoch: commit.epoch, offset: commit.offset });
    stage.store.gate = null;
    gate.resolve();
    await settle();
    expect((await stage.report()).position).toEqual({ epoch: commit.epoch, offset: 1 });
  });
});

describe('a reset', () => {
  test('begins a new epoch from nothing, and takes no range of the old one', async () => {
    const stage = await new Stage().open();
    const { heard } = await stage.hub();
    await stage.serve();
    const old = await stage.pull();
    const before = (await stage.report()).position.epoch;
    const answer = await stage.ask((from) => ({ type: 'reset', from }));
    expect(answer).toMatchObject({ ok: true, value: { position: { offset: 0 }, estimate: null, curve: [] } });
    expect(answer.ok && answer.value.position.epoch).not.toBe(before);
    if (old !== null) await stage.finish(old, { kind: 'range', partial: 'abc' });
    await stage.pass(100);
    expect((await stage.serve())?.work.from).toBe(0);
    await stage.pass(100);
    expect(told(heard).map(({ offset, n }) => [offset, n])).toEqual([
      [1, 64],
      [1, 64],
    ]);
    expect(stage.exits()).toEqual([]);
  });

  test('that the store does not answer is refused, and the run comes back where it was', async () => {
    const stage = await new Stage().open();
    await stage.hub();
    await stage.serve();
    const { position } = await stage.report();
    stage.store.mode = 'down';
    expect(await stage.ask((from) => ({ type: 'reset', from }))).toMatchObject({
      ok: false,
      code: 'not-ready',
    });
    stage.store.mode = 'well';
    await stage.pass(200, 50);
    expect((await stage.report()).position).toEqual(position);
    expect((await stage.serve())?.work.from).toBe(64);
  });
});

describe('a range that keeps ending its workers', () => {
  test('blocks the run, which says where, until somebody says retry and it is given first', async () => {
    const stage = await new Stage().open();
    const { heard } = await stage.hub();
    const [bad, good] = [await stage.pull(), await stage.pull()];
    if (bad === null || good === null) throw new Error('no ranges');
    await stage.block(bad);
    await stage.finish(good);
    expect(states(heard).at(-1)).toBe('blocked: the range [0, 64) keeps ending its worker: out of memory');
    expect(await stage.pull()).toBeNull();
    await stage.ask((from) => ({ type: 'retry', from }));
    expect(await stage.pull()).toMatchObject({ work: { from: 0, to: 64 } });
    await stage.finish(bad);
    expect(stage.estimates.at(-1)?.n).toBe(128);
    expectTruth(stage.estimates);
  });
});

describe('a blocked range that is walked through after all', () => {
  test('is not added twice by the sprint that follows', async () => {
    const stage = await new Stage().open();
    await stage.hub();
    const [bad, good] = [await stage.pull(), await stage.pull()];
    if (bad === null || good === null) throw new Error('no ranges');
    await stage.block(bad);
    await stage.finish(good);
    await stage.change({ pace: walk(10) });
    await stage.ask((from) => ({ type: 'retry', from }));
    await stage.pass(800, 100);
    const walked = stage.estimates.at(-1)?.n ?? 0;
    expect(walked).toBeGreaterThan(4);
    await stage.change({ pace: { mode: 'sprint' } });
    expect((await stage.serve())?.work.from).toBe(walked - (walked % 4));
    await stage.pass(100);
    expect(stage.exits()).toEqual([]);
    expect(stage.estimates.at(-1)?.n).toBeGreaterThan(walked);
    expectTruth(stage.estimates);
    expectContiguous(stage);
  });
});

describe('a range that is out when a walk begins', () => {
  test('is not added when it comes back', async () => {
    const stage = await new Stage().open();
    await stage.hub();
    const range = await stage.pull();
    if (range === null) throw new Error('no range');
    await stage.change({ pace: walk(10) });
    await stage.pass(300, 100);
    await stage.finish(range);
    await stage.pass(300, 100);
    const ns = stage.estimates.map(({ n }) => n);
    expect(ns.length).toBeGreaterThan(4);
    expect(ns).toEqual(ns.map((_, index) => index + 1));
    expectTruth(stage.estimates);
  });
});

describe('the end', () => {
  test('in order commits what is computed; the next life goes on from there', async () => {
    const stage = await new Stage().open();
    await stage.hub();
    await stage.serve();
    await stage.serve();
    expect(stage.estimates.map(({ n }) => n)).toEqual([64]);
    await stage.system.stop(stage.series, 'shutdown', 1_000);
    expect(stage.estimates.map(({ n }) => n)).toEqual([64, 128]);
    expectTruth(stage.estimates);
    expectContiguous(stage);
  });

  test('by a kill commits nothing more', async () => {
    const stage = await new Stage().open();
    await stage.hub();
    await stage.serve();
    await stage.serve();
    stage.system.exit(stage.series, 'kill');
    await settle();
    expect(stage.estimates.map(({ n }) => n)).toEqual([64]);
    expect((await stage.report()).position.offset).toBe(1);
  });

  test('by two different results for one range commits neither of them', async () => {
    const stage = await new Stage().open();
    await stage.hub();
    await stage.serve();
    const second = await stage.pull();
    if (second === null) throw new Error('no range');
    await stage.finish(second, { kind: 'range', partial: 'abc' });
    await stage.finish(second);
    expect(stage.exits()).toEqual(['conflict result for the range [64, 128) of leibniz at n = 128']);
    expect(stage.estimates.map(({ n }) => n)).toEqual([64]);
    expect((await stage.report()).position.offset).toBe(1);
  });
});

test('the lobby hears every change of state at once, progress now and then, and everything when it asks', async () => {
  const stage = await new Stage({}, { lobbyIntervalMs: 250, sprintIntervalMs: 10 }).open();
  const { pid } = await stage.hub();
  stage.lobby.length = 0;
  for (let turn = 0; turn < 50; turn += 1) {
    await stage.serve();
    await stage.pass(10);
  }
  expect(stage.store.commits.length).toBeGreaterThan(40);
  expect(stage.lobby.length).toBeLessThanOrEqual(3);
  await stage.pass(250);
  const last = stage.lobby.at(-1);
  expect(last?.type === 'put' && last.item.offset).toBe(stage.store.commits.length);
  await stage.change({ paused: true });
  expect(stage.lobby.at(-1)).toMatchObject({ item: { state: 'paused' } });
  const { length } = stage.lobby;
  await stage.cast({ type: 'announce' });
  expect(stage.lobby).toHaveLength(length + 1);
  await stage.cast({ type: 'watchers', hub: pid, watchers: 1 });
  expect(stage.lobby).toHaveLength(length + 1);
});
