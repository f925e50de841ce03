/**
 * The lobby's list as a value: items, each with the version that last changed it, and the newest removals. So what has
 * changed since a version is told by one change a run, however often it changed meanwhile. Pure.
 */
import type { Stall } from '../protocols/mailbox/lobby.ts';
import type { LobbyChange, LobbyItem, LobbyView } from '../protocols/wire/lobby.ts';

interface Entry {
  readonly item: LobbyItem;
  /** The version of its last change. */
  readonly version: number;
  /** Monotonic time at which the run last got further, or was first seen to be at work. */
  readonly advancedMs: number;
}

interface Removal {
  readonly run: string;
  readonly version: number;
}

export interface LobbyList {
  readonly epoch: string;
  /** Changes so far. */
  readonly version: number;
  readonly items: ReadonlyMap<string, Entry>;
  /** The newest removals, oldest first. */
  readonly removals: readonly Removal[];
  /** The version of the newest removal that is not kept any more: who stands before it needs the whole list. */
  readonly forgotten: number;
}

export function emptyList(epoch: string): LobbyList {
  return { epoch, version: 0, items: new Map(), removals: [], forgotten: 0 };
}

export type Change =
  | { readonly op: 'put'; readonly run: string; readonly item: LobbyItem }
  | { readonly op: 'remove'; readonly run: string };

/** The list after `change`, with the newest `removalsMax` removals kept. What changes nothing makes no version. */
export function applyChange(list: LobbyList, change: Change, nowMs: number, removalsMax: number): LobbyList {
  const known = list.items.get(change.run);
  const version = list.version + 1;
  const { run } = change;
  if (change.op === 'put' ? known !== undefined && sameItem(known.item, change.item) : known === undefined) {
    return list;
  }
  const items = new Map(list.items);
  if (change.op === 'put') {
    const { item } = change;
    items.set(run, { item, version, advancedMs: advancedMs(known, item, nowMs) });
    return { ...list, version, items };
  }
  items.delete(run);
  const removals = [...list.removals.filter((earlier) => earlier.run !== run), { run, version }];
  const dropped = removals.length > removalsMax ? removals.shift() : undefined;
  return { ...list, version, items, removals, forgotten: dropped?.version ?? list.forgotten };
}

function sameItem(a: LobbyItem, b: LobbyItem): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function advancedMs(known: Entry | undefined, item: LobbyItem, nowMs: number): number {
  const resting = known === undefined || !expectsProgress(known.item);
  return resting || known.item.offset !== item.offset ? nowMs : known.advancedMs;
}

/** Whether somebody waits for this run to get further. */
function expectsProgress({ state, watchers }: LobbyItem): boolean {
  return state === 'running' || (state === 'waiting' && watchers > 0);
}

/** What has changed since a version of this epoch, oldest first, if all of it is known; the whole list otherwise. */
export function viewSince(
  list: LobbyList,
  since: { readonly epoch: string; readonly version: number } | null,
): LobbyView {
  const { epoch, version } = list;
  if (
    since !== null &&
    since.epoch === epoch &&
    since.version >= list.forgotten &&
    since.version <= version
  ) {
    return { epoch, version, snapshot: false, changes: changesSince(list, since.version) };
  }
  return { epoch, version, snapshot: true, series: [...list.items.values()].map(({ item }) => item) };
}

function changesSince({ items, removals }: LobbyList, since: number): LobbyChange[] {
  const puts = [...items]
    .filter(([, entry]) => entry.version > since)
    .map(([run, { version, item }]) => ({ version, op: 'put' as const, run, item }));
  const removed = removals
    .filter(({ run, version }) => version > since && !items.has(run))
    .map(({ version, run }) => ({ version, op: 'remove' as const, run }));
  return [...puts, ...removed].sort((a, b) => a.version - b.version);
}

/** Runs that should get further and have not for `stalledMs`. */
export function stalls(list: LobbyList, nowMs: number, stalledMs: number): readonly Stall[] {
  return [...list.items.values()]
    .filter(({ item, advancedMs }) => expectsProgress(item) && nowMs - advancedMs > stalledMs)
    .map(({ item, advancedMs }) => ({
      run: item.run,
      state: item.state,
      ms: Math.round(nowMs - advancedMs),
    }));
}
