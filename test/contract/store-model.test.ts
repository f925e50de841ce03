/** Any sequence of operations is answered by every home as the model answers it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeId, RunId } from '../../src/protocols/identity.ts';
import type { Commit, HistoryBounds, Holder, Store } from '../../src/protocols/ports/store.ts';
import type { Epoch, Offset } from '../../src/protocols/position.ts';
import { recordOf } from '../support/run-record.ts';
import { homes } from './store-homes.ts';
import {
  afterClaim,
  afterCommit,
  afterEpochStart,
  emptyModel,
  historyOf,
  type Model,
  withoutRun,
  withRecord,
} from './store-model.ts';
import { at } from './store-sample.ts';

const bounds: HistoryBounds = { estimates: 3, ageMs: 100, bytes: 60 };
const nowhere = at('0000000000000000' as Epoch, 0);

const run = fc.constantFrom('leibniz', 'basel~abcd').map((id) => id as RunId);
const stale = fc.boolean();
/** Mostly right, so that histories grow. */
const flaw = fc.option(fc.constantFrom('repeat', 'skip', 'terms', 'epoch', 'holder'), { freq: 4 });

const operation = fc.oneof(
  fc.record({ op: fc.constant('put'), run, createdAt: fc.nat(3), paused: fc.boolean() }),
  fc.record({ op: fc.constant('list') }),
  { weight: 1, arbitrary: fc.record({ op: fc.constant('remove'), run }) },
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constant('claim'), run, version: fc.integer({ min: 1, max: 2 }) }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      op: fc.constant('commit'),
      run,
      flaw,
      terms: fc.integer({ min: 1, max: 9 }),
      estimate: fc.string({ unit: 'grapheme', maxLength: 30 }),
      passedMs: fc.integer({ min: -60, max: 120 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('epoch'),
      run,
      stale,
      from: fc.constantFrom('nothing', 'checkpoint'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('history'),
      run,
      stale,
      back: fc.integer({ min: -2, max: 8 }),
      limit: fc.nat(5),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('read'), run }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer One> ? One : never;

/** The store and the model side by side, and what both are told alike. */
class Trial {
  readonly #store: Store;
  #model: Model = emptyModel;
  #nowMs = 1_000;
  #epochs = 0;
  /** The last token of each run, removed ones too. */
  readonly #tokens = new Map<RunId, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  async step(step: Operation): Promise<void> {
    switch (step.op) {
      case 'put': {
        const record = recordOf(step.run, { createdAt: step.createdAt, paused: step.paused });
        this.#model = withRecord(this.#model, record);
        return this.#same(await this.#store.putRun(record), { kind: 'done' });
      }
      case 'list': {
        const runs = [...this.#model.records.values()].toSorted(
          (one, two) => one.createdAt - two.createdAt || (one.run < two.run ? -1 : 1),
        );
        return this.#same(await this.#store.listRuns(), { kind: 'runs', runs });
      }
      case 'remove':
        this.#model = withoutRun(this.#model, step.run);
        return this.#same(await this.#store.removeRun(step.run), { kind: 'done' });
      case 'claim':
        return this.#claim(step.run, step.version);
      case 'commit': {
        this.#nowMs += step.passedMs;
        const commit = this.#commitOf(step);
        const [model, answer] = afterCommit(this.#model, commit, bounds);
        this.#model = model;
        return this.#same(await this.#store.commit(commit), answer);
      }
      case 'epoch': {
        const start = {
          run: step.run,
          holder: this.#holder(step.run, step.stale),
          epoch: this.#freshEpoch(),
          from: step.from,
        };
        const [model, answer] = afterEpochStart(this.#model, start);
        this.#model = model;
        return this.#same(await this.#store.beginEpoch(start), answer);
      }
      case 'history': {
        const top = this.#checkpoint(step.run)?.position ?? nowhere;
        const offset = Math.max(0, top.offset - step.back);
        const after = at(step.stale ? nowhere.epoch : top.epoch, offset);
        const answer = await this.#store.readAfter(step.run, after, step.limit);
        return this.#same(answer, historyOf(this.#model, step.run, after, step.limit));
      }
      case 'read': {
        const checkpoint = this.#checkpoint(step.run);
        const expected =
          checkpoint === undefined ? { kind: 'unknown-run' } : { kind: 'checkpoint', checkpoint };
        return this.#same(await this.#store.read(step.run), expected);
      }
    }
  }

  async #claim(run: RunId, version: number): Promise<void> {
    const freshEpoch = this.#freshEpoch();
    const claim = { run, version, node: 'one' as NodeId, nonce: 'me', leaseMs: 1, freshEpoch };
    const answer = await this.#store.claim(claim);
    if (answer.kind !== 'claimed') throw new Error(`the claim was answered ${answer.kind}`);
    const token = Number(/^me\|(\d+)$/.exec(answer.holder)?.[1]);
    expect(token).toBeGreaterThan(this.#tokens.get(run) ?? 0);
    this.#tokens.set(run, token);
    this.#model = afterClaim(this.#model, run, version, freshEpoch, answer.holder);
    this.#same(answer.checkpoint, this.#checkpoint(run));
  }

  #commitOf(step: Extract<Operation, { estimate: string }>): Commit {
    const { position, n } = this.#checkpoint(step.run) ?? { position: nowhere, n: 0 };
    const ahead = step.flaw === 'repeat' ? 0 : step.flaw === 'skip' ? 2 : 1;
    const from = step.flaw === 'terms' ? n + 1 : n;
    return {
      run: step.run,
      holder: this.#holder(step.run, step.flaw === 'holder'),
      epoch: step.flaw === 'epoch' ? ('ffffffffffffffff' as Epoch) : position.epoch,
      offset: (position.offset + ahead) as Offset,
      from,
      to: from + step.terms,
      state: `after ${from + step.terms}`,
      curve: [[from + step.terms, 1 / step.terms]],
      estimate: step.estimate,
      atMs: this.#nowMs,
    };
  }

  #holder(run: RunId, stale: boolean): Holder {
    const holder = this.#model.runs.get(run)?.holder;
    return stale || holder === undefined ? ('me|0' as Holder) : holder;
  }

  #checkpoint(run: RunId) {
    return this.#model.runs.get(run)?.checkpoint;
  }

  #freshEpoch(): Epoch {
    this.#epochs += 1;
    return this.#epochs.toString(16).padStart(16, 'e') as Epoch;
  }

  #same(answer: unknown, expected: unknown): void {
    expect(answer).toStrictEqual(expected);
  }
}

describe.each(homes)('a store in $name', (home) => {
  it('answers any sequence of operations as the model does', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 120, size: 'max' }), async (steps) => {
        await using opened = await home.open(bounds);
        const trial = new Trial(opened.store);
        for (const step of steps) await trial.step(step);
      }),
      { numRuns: home.durable ? 60 : 400 },
    );
  });
});
