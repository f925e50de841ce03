import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyChange,
  type Change,
  emptyList,
  type LobbyList,
  stalls,
  viewSince,
} from '../../../src/actors/lobby-list.ts';
import type { LobbyItem, LobbyView } from '../../../src/protocols/wire/lobby.ts';
import { epoch, otherEpoch } from './positions.ts';

function item(run: string, offset: number, changes: Partial<LobbyItem> = {}): LobbyItem {
  return {
    run,
    series: 's',
    state: 'running',
    n: offset * 10,
    digits: null,
    rate: 0,
    watchers: 1,
    owner: 'n',
    offset,
    ...changes,
  };
}

const put = (it: LobbyItem): Change => ({ op: 'put', run: it.run, item: it });

function listOf(changes: readonly Change[], kept = 1_000, start: LobbyList = emptyList(epoch)): LobbyList {
  return changes.reduce((list, change) => applyChange(list, change, 0, kept), start);
}

/** A reader's own list: a snapshot replaces it, changes are applied to it. */
function read(known: ReadonlyMap<string, LobbyItem>, view: LobbyView): Map<string, LobbyItem> {
  if (view.snapshot) return new Map(view.series.map((it) => [it.run, it]));
  const items = new Map(known);
  for (const { op, run, item: changed } of view.changes) {
    if (op === 'put' && changed !== undefined) items.set(run, changed);
    else items.delete(run);
  }
  return items;
}

const change = fc.oneof(
  fc
    .record({ run: fc.constantFrom('a', 'b', 'c'), offset: fc.nat(3) })
    .map(({ run, offset }) => put(item(run, offset))),
  fc.constantFrom('a', 'b', 'c').map((run): Change => ({ op: 'remove', run })),
);

describe('the list of runs', () => {
  test('at any version and the changes since then make the newest list, however few removals are kept', () => {
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 40, size: 'max' }),
        fc.nat(),
        fc.integer({ min: 1, max: 12 }),
        (changes, cut, kept) => {
          const middle = listOf(changes.slice(0, cut % changes.length), kept);
          const end = listOf(changes.slice(cut % changes.length), kept, middle);
          const known = read(new Map(), viewSince(middle, null));
          const view = viewSince(end, { epoch, version: middle.version });
          expect(view.snapshot).toBe(middle.version < end.forgotten);
          expect(end.removals.length).toBeLessThanOrEqual(kept);
          if (!view.snapshot) {
            const named = view.changes.map(({ run }) => run);
            expect(named).toEqual([...new Set(named)]);
            const versions = view.changes.map(({ version }) => version);
            expect(versions).toEqual(versions.toSorted((a, b) => a - b));
          }
          const newest = read(new Map(), viewSince(end, null));
          expect(new Set(read(known, view))).toEqual(new Set(newest));
        },
      ),
    );
  });

  test('counts each change once, and none that changes nothing', () => {
    const list = listOf([
      put(item('a', 1)),
      put(item('a', 1)),
      { op: 'remove', run: 'b' },
      put(item('a', 2)),
    ]);
    expect(list.version).toBe(2);
    expect(viewSince(list, { epoch, version: 0 })).toMatchObject({
      snapshot: false,
      changes: [{ version: 2 }],
    });
  });

  test.each([
    ['another epoch', { epoch: otherEpoch, version: 1 }],
    ['a version that has not been', { epoch, version: 3 }],
  ])('is given whole to a reader of %s', (_what, since) => {
    expect(viewSince(listOf([put(item('a', 1)), put(item('a', 2))]), since).snapshot).toBe(true);
  });
});

describe('a run is stalled', () => {
  const told = (items: readonly (readonly [number, LobbyItem])[]) =>
    items.reduce((list, [atMs, it]) => applyChange(list, put(it), atMs, 10), emptyList(epoch));

  test('when it should get further and has not for too long', () => {
    const list = told([
      [0, item('a', 1)],
      [900, item('a', 1, { watchers: 2 })],
    ]);
    expect(stalls(list, 1_000, 1_000)).toEqual([]);
    expect(stalls(list, 1_001, 1_000)).toEqual([{ run: 'a', state: 'running', ms: 1_001 }]);
  });

  test('not before it has had its time since it began', () => {
    const list = told([
      [0, item('a', 1, { state: 'idle', watchers: 0 })],
      [5_000, item('a', 1)],
    ]);
    expect(stalls(list, 6_000, 1_000)).toEqual([]);
  });

  test.each(['idle', 'paused', 'blocked', 'complete'] as const)('never while it is %s', (state) => {
    expect(stalls(told([[0, item('a', 1, { state })]]), 1e6, 1_000)).toEqual([]);
  });

  test('while it waits only if somebody watches it', () => {
    const waiting = (watchers: number) => told([[0, item('a', 1, { state: 'waiting', watchers })]]);
    expect(stalls(waiting(0), 1e6, 1_000)).toEqual([]);
    expect(stalls(waiting(1), 1e6, 1_000)).toHaveLength(1);
  });
});
