/** The lobby's list as a value: items, a version, and the last changes that led to it. Pure. */
import type { Stall } from '../protocols/mailbox/lobby.ts';
import type { LobbyChange, LobbyItem, LobbyView } from '../protocols/wire/lobby.ts';

interface Entry {
  readonly item: LobbyItem;
  /** Monotonic time at which the run last got further, or was first seen to be at work. */
  readonly advancedMs: number;
}

export interface LobbyList {
  readonly epoch: string;
  /** Changes so far. */
  readonly version: number;
  readonly items: ReadonlyMap<string, Entry>;
  /** The newest changes, oldest first, ending at `version`. */
  readonly changes: readonly LobbyChange[];
}

export function emptyList(epoch: string): LobbyList {
  return { epoch, version: 0, items: new Map(), changes: [] };
}

export type Change =
  | { readonly op: 'put'; readonly run: string; readonly item: LobbyItem }
  | { readonly op: 'remove'; readonly run: string };

/** The list after `change`, with the newest `changesMax` changes kept. What changes nothing makes no version. */
export function applyChange(list: LobbyList, change: Change, nowMs: number, changesMax: number): LobbyList {
  const known = list.items.get(change.run);
  const items = new Map(list.items);
  if (change.op === 'put') {
    if (known !== undefined && sameItem(known.item, change.item)) return list;
    items.set(change.run, { item: change.item, advancedMs: advancedMs(known, change.item, nowMs) });
  } else if (!items.delete(change.run)) return list;
  const version = list.version + 1;
  const changes = [...list.changes, { version, ...change }].slice(-changesMax);
  return { ...list, version, items, changes };
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

/** Changes since a version of this epoch if all of them are kept, the whole list otherwise. */
export function viewSince(
  list: LobbyList,
  since: { readonly epoch: string; readonly version: number } | null,
): LobbyView {
  const { epoch, version, changes } = list;
  const oldest = version - changes.length;
  if (since !== null && since.epoch === epoch && since.version >= oldest && since.version <= version) {
    return { epoch, version, snapshot: false, changes: changes.slice(since.version - oldest) };
  }
  return { epoch, version, snapshot: true, series: [...list.items.values()].map(({ item }) => item) };
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
