/** The list of runs, kept by its versions: a whole list replaces, changes are applied to what there is. */
/** @import { LobbyItem, LobbyView } from '../../src/protocols/wire/lobby.ts' */

/** @typedef {{ epoch: string, version: number, items: ReadonlyMap<string, LobbyItem> }} Lobby */

/** @type {Lobby} */
export const emptyLobby = { epoch: '', version: 0, items: new Map() };

/** @param {Lobby} lobby @param {LobbyView} view @returns {Lobby} */
export function applied(lobby, view) {
  const { epoch, version } = view;
  if (view.snapshot) return { epoch, version, items: new Map(view.series.map((item) => [item.run, item])) };
  const items = new Map(lobby.items);
  for (const { op, run, item } of view.changes) {
    if (op === 'put' && item !== undefined) items.set(run, item);
    else items.delete(run);
  }
  return { epoch, version, items };
}

/** Shared runs first, each kind by name. @param {Lobby} lobby */
export function listed({ items }) {
  return [...items.values()].sort(
    (a, b) => Number(a.run.includes('~')) - Number(b.run.includes('~')) || (a.run < b.run ? -1 : 1),
  );
}
