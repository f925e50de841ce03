/** Every promise of the Store port, once for each of its homes. */
import { describe, expect, it } from 'vitest';
import type { RunId, UserId } from '../../src/protocols/identity.ts';
import type { Commit } from '../../src/protocols/ports/store.ts';
import type { Offset } from '../../src/protocols/position.ts';
import { recordOf } from '../support/run-record.ts';
import { homes, type roomy } from './store-homes.ts';
import {
  at,
  basel,
  claimed,
  claimOf,
  commitAll,
  commitOf,
  epochA,
  epochB,
  epochC,
  leibniz,
  offsetsAfter,
  oldestOffset,
} from './store-sample.ts';

const beginning = (epoch = epochA) => ({
  position: at(epoch, 0),
  n: 0,
  state: '',
  curve: [],
  estimate: null,
});

const tokenOf = (holder: string) => Number(holder.slice(holder.lastIndexOf('|') + 1));

describe.each(homes)('a store in $name', (home) => {
  describe('records', () => {
    it('lists records as they were put, in the order of their creation', async () => {
      await using opened = await home.open();
      const walking = recordOf('leibniz~walk1' as RunId, {
        pace: { mode: 'walk', termsPerSecond: 0.1 },
        policy: 'manual',
        paused: true,
        stopAt: 2 ** 53 - 1,
        user: 'anonymous@::1' as UserId,
        createdAt: 1_764_000_000_000,
      });
      const late = recordOf(leibniz, { createdAt: 1_764_000_000_001 });
      const early = recordOf(basel, { createdAt: 5 });
      for (const record of [walking, late, early]) await opened.store.putRun(record);
      expect(await opened.store.listRuns()).toStrictEqual({ kind: 'runs', runs: [early, walking, late] });
    });

    it('lists runs of the same moment in the order of their ids', async () => {
      await using opened = await home.open();
      for (const run of ['b', 'c', 'a'] as RunId[]) await opened.store.putRun(recordOf(run));
      const listed = await opened.store.listRuns();
      expect(listed.kind === 'runs' && listed.runs.map(({ run }) => run)).toEqual(['a', 'b', 'c']);
    });

    it('replaces a record without touching checkpoint, holder or history', async () => {
      await using opened = await home.open();
      const { store } = opened;
      await store.putRun(recordOf(leibniz));
      const { holder } = await claimed(store, leibniz);
      await commitAll(store, leibniz, holder, 1, 2);
      const before = await store.read(leibniz);
      const paused = recordOf(leibniz, { paused: true });
      expect(await store.putRun(paused)).toEqual({ kind: 'done' });
      expect(await store.listRuns()).toStrictEqual({ kind: 'runs', runs: [paused] });
      expect(await store.read(leibniz)).toStrictEqual(before);
      expect(await offsetsAfter(store, leibniz, at(epochA, 0))).toEqual([1, 2]);
      expect(await store.commit(commitOf(leibniz, holder, 3))).toEqual({ kind: 'committed' });
    });

    it('a record alone has no checkpoint, a claim alone no record', async () => {
      await using opened = await home.open();
      await opened.store.putRun(recordOf(leibniz));
      await claimed(opened.store, basel);
      expect(await opened.store.read(leibniz)).toEqual({ kind: 'unknown-run' });
      expect(await opened.store.listRuns()).toMatchObject({ runs: [{ run: leibniz }] });
    });

    it('removing a run drops record, checkpoint and history, and fences its holder', async () => {
      await using opened = await home.open();
      const { store } = opened;
      await store.putRun(recordOf(leibniz));
      const { holder } = await claimed(store, leibniz);
      await commitAll(store, leibniz, holder, 1, 3);
      expect(await store.removeRun(leibniz)).toEqual({ kind: 'done' });
      expect(await store.listRuns()).toEqual({ kind: 'runs', runs: [] });
      expect(await store.read(leibniz)).toEqual({ kind: 'unknown-run' });
      expect(await store.readAfter(leibniz, at(epochA, 0), 9)).toEqual({ kind: 'unknown-run' });
      expect(await store.commit(commitOf(leibniz, holder, 4))).toEqual({ kind: 'fenced' });
    });

    it('removing a run that is not there is fine, and leaves the others', async () => {
      await using opened = await home.open();
      await claimed(opened.store, basel);
      expect(await opened.store.removeRun(leibniz)).toEqual({ kind: 'done' });
      expect(await opened.store.read(basel)).toMatchObject({ kind: 'checkpoint' });
    });

    it('a run begun again after its removal begins from nothing', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await commitAll(store, leibniz, holder, 1, 3);
      await store.removeRun(leibniz);
      expect((await claimed(store, leibniz, { freshEpoch: epochB })).checkpoint).toStrictEqual(
        beginning(epochB),
      );
      expect(await store.readAfter(leibniz, at(epochB, 0), 9)).toMatchObject({ kind: 'rows', rows: [] });
    });
  });

  describe('claims', () => {
    it('the first claim of a run begins it: n 0, offset 0, no state, the fresh epoch', async () => {
      await using opened = await home.open();
      const { checkpoint } = await claimed(opened.store, leibniz);
      expect(checkpoint).toStrictEqual(beginning());
      expect(await opened.store.read(leibniz)).toStrictEqual({ kind: 'checkpoint', checkpoint });
    });

    it('a holder is <nonce>|<token>', async () => {
      await using opened = await home.open();
      const { holder } = await claimed(opened.store, leibniz, { nonce: 'ab12' });
      expect(holder).toMatch(/^ab12\|[1-9][0-9]*$/);
    });

    it('a claim of the same version goes on from the checkpoint in the stored epoch', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await commitAll(store, leibniz, holder, 1, 2);
      const { checkpoint } = await claimed(store, leibniz, { nonce: 'next', freshEpoch: epochB });
      expect(checkpoint).toStrictEqual({
        position: at(epochA, 2),
        n: 20,
        state: 'state 2',
        curve: [[20, 0.5]],
        estimate: '{"n":20}',
      });
      expect(await offsetsAfter(store, leibniz, at(epochA, 0))).toEqual([1, 2]);
    });

    it.each([2, 0])('a claim of another version (%i) begins a new epoch without history', async (version) => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz, { version: 1 });
      await commitAll(store, leibniz, holder, 1, 2);
      const { checkpoint } = await claimed(store, leibniz, { version, freshEpoch: epochB });
      expect(checkpoint).toStrictEqual(beginning(epochB));
      expect(await store.readAfter(leibniz, at(epochA, 1), 9)).toStrictEqual({
        kind: 'gap',
        reason: 'epoch-changed',
        top: at(epochB, 0),
        oldest: 1,
        estimate: null,
      });
      const again = await claimed(store, leibniz, { version, freshEpoch: epochC });
      expect(again.checkpoint.position.epoch).toBe(epochB);
    });

    it('a new claim fences the earlier holder at once, also of the same node and nonce', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const first = await claimed(store, leibniz, { nonce: 'same' });
      const second = await claimed(store, leibniz, { nonce: 'same' });
      expect(await store.commit(commitOf(leibniz, first.holder, 1))).toEqual({ kind: 'fenced' });
      expect(await store.commit(commitOf(leibniz, second.holder, 1))).toEqual({ kind: 'committed' });
    });

    it('the token rises with every claim of a run, over its removal too', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const tokens: number[] = [];
      for (const version of [1, 1, 2, 2]) {
        tokens.push(tokenOf((await claimed(store, leibniz, { version })).holder));
      }
      await store.removeRun(leibniz);
      tokens.push(tokenOf((await claimed(store, leibniz)).holder));
      expect(tokens).toEqual(tokens.toSorted((a, b) => a - b));
      expect(new Set(tokens).size).toBe(tokens.length);
    });

    it('runs are claimed and fenced apart', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const one = await claimed(store, leibniz, { nonce: 'x' });
      const two = await claimed(store, basel, { nonce: 'x' });
      expect(await store.commit(commitOf(leibniz, one.holder, 1))).toEqual({ kind: 'committed' });
      expect(await store.commit(commitOf(basel, two.holder, 1))).toEqual({ kind: 'committed' });
      expect(await store.read(basel)).toMatchObject({ checkpoint: { position: at(epochA, 1) } });
    });
  });

  describe('commits', () => {
    it('a commit moves checkpoint and history together, to the letter', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      const commit = commitOf(leibniz, holder, 1, {
        to: 2 ** 53 - 1,
        state: `${'9'.repeat(5_000)}/\u0001 "π" 🜁`,
        curve: [
          [1, 0.1 + 0.2],
          [2 ** 53 - 1, 5e-324],
        ],
        estimate: '{ "decimal":"3.10",\n "π":"\\u0000 🜁", "rate":1e3 }',
      });
      expect(await store.commit(commit)).toEqual({ kind: 'committed' });
      const { to: n, state, curve, estimate } = commit;
      const checkpoint = { position: at(epochA, 1), n, state, curve, estimate };
      expect(await store.read(leibniz)).toStrictEqual({ kind: 'checkpoint', checkpoint });
      expect(await store.readAfter(leibniz, at(epochA, 0), 9)).toStrictEqual({
        kind: 'rows',
        top: at(epochA, 1),
        rows: [{ offset: 1, estimate }],
      });
    });

    it.each<[string, Partial<Commit>]>([
      ['skips an offset', { offset: 4 as Offset }],
      ['repeats an offset', { offset: 2 as Offset }],
      ['leaves out terms', { from: 21, to: 30 }],
      ['takes terms twice', { from: 19, to: 30 }],
      ['is of another epoch', { epoch: epochB }],
    ])('a commit that %s changes nothing and answers what is stored', async (_, change) => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await commitAll(store, leibniz, holder, 1, 2);
      const before = await store.read(leibniz);
      expect(await store.commit(commitOf(leibniz, holder, 3, change))).toStrictEqual({
        kind: 'gap',
        position: at(epochA, 2),
        n: 20,
      });
      expect(await store.read(leibniz)).toStrictEqual(before);
      expect(await offsetsAfter(store, leibniz, at(epochA, 0))).toEqual([1, 2]);
    });

    it('a commit that was applied already answers with its own position and n', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await commitAll(store, leibniz, holder, 1, 1);
      const commit = commitOf(leibniz, holder, 2);
      expect(await store.commit(commit)).toEqual({ kind: 'committed' });
      const own = { kind: 'gap', position: at(epochA, 2), n: commit.to };
      expect(await store.commit(commit)).toStrictEqual(own);
      expect(await store.commit(commit)).toStrictEqual(own);
    });

    it('a fenced holder learns that it is fenced, even where its commit has a gap', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await claimed(store, leibniz, { nonce: 'other' });
      expect(await store.commit(commitOf(leibniz, holder, 7))).toEqual({ kind: 'fenced' });
    });

    it('nobody holds a run that was never claimed', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, basel);
      expect(await store.commit(commitOf(leibniz, holder, 1))).toEqual({ kind: 'fenced' });
    });

    it('what the caller changes afterwards does not change what is stored', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      const curve: [number, number][] = [[10, 1]];
      await store.commit(commitOf(leibniz, holder, 1, { curve }));
      curve.push([20, 2]);
      expect(await store.read(leibniz)).toMatchObject({ checkpoint: { curve: [[10, 1]] } });
    });

    it.each<[string, Partial<Commit>]>([
      ['does not move on', { to: 0 }],
      ['ends in no whole number', { to: 1.5 }],
      ['has no time', { atMs: Number.NaN }],
      ['has a curve that text cannot hold', { curve: [[1, Number.POSITIVE_INFINITY]] }],
    ])('a commit that %s is a bug: it throws and changes nothing', async (_, change) => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await expect(store.commit(commitOf(leibniz, holder, 1, change))).rejects.toThrow();
      expect(await store.read(leibniz)).toMatchObject({ checkpoint: beginning() });
      expect(await store.commit(commitOf(leibniz, holder, 1))).toEqual({ kind: 'committed' });
    });
  });

  describe('epochs', () => {
    it('an epoch from nothing is a reset: n 0, no state, no history, the same holder', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await commitAll(store, leibniz, holder, 1, 3);
      const started = await store.beginEpoch({ run: leibniz, holder, epoch: epochB, from: 'nothing' });
      expect(started).toStrictEqual({ kind: 'started', checkpoint: beginning(epochB) });
      expect(await store.read(leibniz)).toStrictEqual({ kind: 'checkpoint', checkpoint: beginning(epochB) });
      expect(await offsetsAfter(store, leibniz, at(epochA, 3))).toBe('epoch-changed');
      expect(await store.commit(commitOf(leibniz, holder, 1, { epoch: epochB }))).toEqual({
        kind: 'committed',
      });
    });

    it('an epoch from the checkpoint keeps n, state and curve, and has neither estimate nor history', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await commitAll(store, leibniz, holder, 1, 3);
      const checkpoint = {
        position: at(epochB, 0),
        n: 30,
        state: 'state 3',
        curve: [[30, 1 / 3]],
        estimate: null,
      };
      const started = await store.beginEpoch({ run: leibniz, holder, epoch: epochB, from: 'checkpoint' });
      expect(started).toStrictEqual({ kind: 'started', checkpoint });
      expect((await claimed(store, leibniz)).checkpoint).toStrictEqual(checkpoint);
      expect(await store.readAfter(leibniz, at(epochB, 0), 9)).toStrictEqual({
        kind: 'rows',
        top: at(epochB, 0),
        rows: [],
      });
    });

    it('the first commit after an epoch from the checkpoint has offset 1 and goes on from n', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await commitAll(store, leibniz, holder, 1, 3);
      await store.beginEpoch({ run: leibniz, holder, epoch: epochB, from: 'checkpoint' });
      const next = { epoch: epochB, from: 30, to: 40 };
      expect(await store.commit(commitOf(leibniz, holder, 4, next))).toStrictEqual({
        kind: 'gap',
        position: at(epochB, 0),
        n: 30,
      });
      expect(await store.commit(commitOf(leibniz, holder, 1, next))).toEqual({ kind: 'committed' });
      expect(await offsetsAfter(store, leibniz, at(epochB, 0))).toEqual([1]);
    });

    it.each(['nothing', 'checkpoint'] as const)('a start of an epoch (%s) may be repeated', async (from) => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await commitAll(store, leibniz, holder, 1, 3);
      const started = await store.beginEpoch({ run: leibniz, holder, epoch: epochB, from });
      expect(await store.beginEpoch({ run: leibniz, holder, epoch: epochB, from })).toStrictEqual(started);
    });

    it('only the holder begins an epoch', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await claimed(store, leibniz, { nonce: 'other' });
      const start = { holder, epoch: epochB, from: 'nothing' } as const;
      expect(await store.beginEpoch({ run: leibniz, ...start })).toEqual({ kind: 'fenced' });
      expect(await store.beginEpoch({ run: basel, ...start })).toEqual({ kind: 'fenced' });
      expect(await store.read(leibniz)).toMatchObject({ checkpoint: beginning() });
    });

    it('an epoch of one run leaves the history of the others', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const one = await claimed(store, leibniz);
      const two = await claimed(store, basel);
      await commitAll(store, leibniz, one.holder, 1, 2);
      await commitAll(store, basel, two.holder, 1, 2);
      await store.beginEpoch({ run: leibniz, holder: one.holder, epoch: epochB, from: 'nothing' });
      expect(await offsetsAfter(store, basel, at(epochA, 0))).toEqual([1, 2]);
    });
  });

  describe('reading on from a position', () => {
    const three = { estimates: 3, ageMs: 0, bytes: 1_000_000 };

    it('rows follow the position, ascending, at most as many as asked for, with the newest position', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await commitAll(store, leibniz, holder, 1, 5);
      expect(await store.readAfter(leibniz, at(epochA, 2), 2)).toStrictEqual({
        kind: 'rows',
        top: at(epochA, 5),
        rows: [
          { offset: 3, estimate: '{"n":30}' },
          { offset: 4, estimate: '{"n":40}' },
        ],
      });
      expect(await store.readAfter(leibniz, at(epochA, 2), 0)).toMatchObject({ rows: [] });
    });

    it('at the top there is nothing to read, and that is no gap', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await commitAll(store, leibniz, holder, 1, 2);
      expect(await store.readAfter(leibniz, at(epochA, 2), 9)).toStrictEqual({
        kind: 'rows',
        top: at(epochA, 2),
        rows: [],
      });
    });

    it('a position above the top is a bad one', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await commitAll(store, leibniz, holder, 1, 2);
      expect(await store.readAfter(leibniz, at(epochA, 3), 9)).toStrictEqual({
        kind: 'gap',
        reason: 'bad-position',
        top: at(epochA, 2),
        oldest: 1,
        estimate: '{"n":20}',
      });
    });

    it('a position of another epoch says so, wherever it stands', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await commitAll(store, leibniz, holder, 1, 2);
      for (const offset of [0, 1, 2, 99]) {
        expect(await offsetsAfter(store, leibniz, at(epochB, offset))).toBe('epoch-changed');
      }
    });

    it('a position whose successor is gone is too old, the one before the oldest row is not', async () => {
      await using opened = await home.open(three);
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await commitAll(store, leibniz, holder, 1, 5);
      expect(await store.readAfter(leibniz, at(epochA, 1), 9)).toStrictEqual({
        kind: 'gap',
        reason: 'history-gone',
        top: at(epochA, 5),
        oldest: 3,
        estimate: '{"n":50}',
      });
      expect(await offsetsAfter(store, leibniz, at(epochA, 2))).toEqual([3, 4, 5]);
    });

    it('offset 0 reads from the first estimate as long as that is kept', async () => {
      await using opened = await home.open(three);
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      expect(await offsetsAfter(store, leibniz, at(epochA, 0))).toEqual([]);
      await commitAll(store, leibniz, holder, 1, 3);
      expect(await offsetsAfter(store, leibniz, at(epochA, 0))).toEqual([1, 2, 3]);
      await commitAll(store, leibniz, holder, 4, 4);
      expect(await offsetsAfter(store, leibniz, at(epochA, 0))).toBe('history-gone');
    });

    it('an unknown run is named so', async () => {
      await using opened = await home.open();
      expect(await opened.store.readAfter(leibniz, at(epochA, 0), 9)).toEqual({ kind: 'unknown-run' });
    });
  });

  describe('the bounds of the history', () => {
    /** Commits rows of `bytes` bytes at `times`, and tells the oldest that is left. */
    async function oldestAfter(bounds: typeof roomy, times: readonly number[], bytes = 10): Promise<number> {
      await using opened = await home.open(bounds);
      const { holder } = await claimed(opened.store, leibniz);
      await commitAll(opened.store, leibniz, holder, 1, times.length, (offset) => ({
        atMs: times[offset - 1] ?? 0,
        estimate: 'x'.repeat(bytes),
      }));
      return await oldestOffset(opened.store, leibniz, at(epochA, times.length));
    }

    it('the newest rows stay however old they are', async () => {
      expect(await oldestAfter({ estimates: 2, ageMs: 5, bytes: 1_000 }, [0, 100, 200, 300])).toBe(3);
    });

    it('young rows stay however many they are; a row of exactly the age is old', async () => {
      expect(await oldestAfter({ estimates: 1, ageMs: 100, bytes: 1_000 }, [0, 1, 2, 3, 100])).toBe(2);
      expect(await oldestAfter({ estimates: 1, ageMs: 101, bytes: 1_000 }, [0, 1, 2, 3, 100])).toBe(1);
    });

    it('bytes rule over number and age; exactly the bytes fit', async () => {
      const young = [0, 0, 0, 0];
      expect(await oldestAfter({ estimates: 9, ageMs: 9, bytes: 40 }, young)).toBe(1);
      expect(await oldestAfter({ estimates: 9, ageMs: 9, bytes: 39 }, young)).toBe(2);
      expect(await oldestAfter({ estimates: 9, ageMs: 9, bytes: 20 }, young)).toBe(3);
    });

    it('the newest row stays even where it alone is above the bytes', async () => {
      expect(await oldestAfter({ estimates: 9, ageMs: 9, bytes: 5 }, [0, 0, 0])).toBe(3);
      expect(await oldestAfter({ estimates: 0, ageMs: 0, bytes: 0 }, [0, 0, 0])).toBe(3);
    });

    it('bytes are those of UTF-8', async () => {
      await using opened = await home.open({ estimates: 9, ageMs: 9, bytes: 8 });
      const { holder } = await claimed(opened.store, leibniz);
      await commitAll(opened.store, leibniz, holder, 1, 3, () => ({ estimate: 'ππ', atMs: 0 }));
      expect(await oldestOffset(opened.store, leibniz, at(epochA, 3))).toBe(2);
    });

    it('time is that of the commits: after a long rest the next commit clears what has become old', async () => {
      const bounds = { estimates: 2, ageMs: 1_000, bytes: 1_000_000 };
      const busy = Array.from({ length: 50 }, (_, index) => index);
      expect(await oldestAfter(bounds, busy)).toBe(1);
      expect(await oldestAfter(bounds, [...busy, 10_000])).toBe(50);
    });

    it('a clock that goes back keeps rows, and never makes a hole', async () => {
      const bounds = { estimates: 1, ageMs: 10, bytes: 1_000 };
      expect(await oldestAfter(bounds, [500, 0, 1, 2])).toBe(1);
      expect(await oldestAfter(bounds, [500, 0, 1, 2, 600])).toBe(5);
    });

    it('trimmed runs leave each other alone', async () => {
      await using opened = await home.open({ estimates: 2, ageMs: 0, bytes: 1_000 });
      const { store } = opened;
      const one = await claimed(store, leibniz);
      const two = await claimed(store, basel);
      await commitAll(store, basel, two.holder, 1, 2);
      await commitAll(store, leibniz, one.holder, 1, 9);
      expect(await offsetsAfter(store, basel, at(epochA, 0))).toEqual([1, 2]);
      expect(await offsetsAfter(store, leibniz, at(epochA, 7))).toEqual([8, 9]);
    });
  });

  describe('the home itself', () => {
    it('answers a ping', async () => {
      await using opened = await home.open();
      expect(await opened.store.ping()).toEqual({ kind: 'done' });
      expect(opened.store.name).not.toBe('');
    });

    it('after close every call answers unavailable, and close may be repeated', async () => {
      await using opened = await home.open();
      const { store } = opened;
      const { holder } = await claimed(store, leibniz);
      await store.close();
      await store.close();
      const answers = await Promise.all([
        store.putRun(recordOf(leibniz)),
        store.listRuns(),
        store.removeRun(leibniz),
        store.claim(claimOf(leibniz)),
        store.commit(commitOf(leibniz, holder, 1)),
        store.beginEpoch({ run: leibniz, holder, epoch: epochB, from: 'nothing' }),
        store.readAfter(leibniz, at(epochA, 0), 1),
        store.read(leibniz),
        store.ping(),
      ]);
      for (const answer of answers) {
        expect(answer).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('closed') });
      }
    });

    if (!home.durable) return;

    it('after a restart everything is as it was answered', async () => {
      await using first = await home.open();
      const record = recordOf(leibniz, { pace: { mode: 'walk', termsPerSecond: 7 } });
      await first.store.putRun(record);
      const { holder } = await claimed(first.store, leibniz);
      await commitAll(first.store, leibniz, holder, 1, 3);
      const before = await first.store.read(leibniz);

      await using second = await home.reopen(first);
      const { store } = second;
      expect(await store.listRuns()).toStrictEqual({ kind: 'runs', runs: [record] });
      expect(await store.read(leibniz)).toStrictEqual(before);
      expect(await offsetsAfter(store, leibniz, at(epochA, 0))).toEqual([1, 2, 3]);
      expect(await store.commit(commitOf(leibniz, holder, 4))).toEqual({ kind: 'committed' });
      expect(tokenOf((await claimed(store, leibniz)).holder)).toBeGreaterThan(tokenOf(holder));
    });

    it('narrower bounds after a restart take hold with the next commit', async () => {
      await using first = await home.open();
      const { holder } = await claimed(first.store, leibniz);
      await commitAll(first.store, leibniz, holder, 1, 9);
      await using second = await home.reopen(first, { estimates: 2, ageMs: 0, bytes: 1_000 });
      await commitAll(second.store, leibniz, holder, 10, 10);
      expect(await offsetsAfter(second.store, leibniz, at(epochA, 8))).toEqual([9, 10]);
      expect(await offsetsAfter(second.store, leibniz, at(epochA, 7))).toBe('history-gone');
    });
  });
});
