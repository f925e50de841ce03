/** The list of runs in groups: those that close in on the same number stand together. */
/** @import { LobbyItem } from '../../src/protocols/wire/lobby.ts' */
/** @import { RunView } from '../../src/protocols/wire/run-view.ts' */

/** @typedef {Pick<RunView, 'title' | 'formula' | 'limit'>} Description */
/** @typedef {{ name: string, items: LobbyItem[] }} Group */

/** Also numbers of which no digits are known that could be compared with. */
const noLimit = 'others';
const unknown = '…';
const priv = 'private runs';
const denied = 'not permitted by your token';
const byName = new Intl.Collator('en').compare;
const last = [noLimit, unknown, priv, denied];

/**
 * The largest group first, runs without a limit to compare with, people's own and what may not be seen behind
 * all others; in a group by title.
 * @param {readonly LobbyItem[]} items @param {(series: string) => Description | undefined} describe
 * @param {(item: LobbyItem) => boolean} isDenied @returns {Group[]}
 */
export function grouped(items, describe, isDenied) {
  /** @param {LobbyItem} item */
  const titleOf = ({ run, series }) => `${describe(series)?.title ?? series} ${run}`;
  const groups = Map.groupBy(items, (item) =>
    isDenied(item) ? denied : nameOf(item.run, describe(item.series)),
  );
  return [...groups]
    .map(([name, members]) => ({
      name,
      items: members.sort((a, b) => byName(titleOf(a), titleOf(b))),
    }))
    .sort(
      (a, b) =>
        last.indexOf(a.name) - last.indexOf(b.name) ||
        b.items.length - a.items.length ||
        byName(a.name, b.name),
    );
}

/** @param {string} run @param {Description | undefined} description */
function nameOf(run, description) {
  if (run.includes('~')) return priv;
  return description === undefined ? unknown : (description.limit?.name ?? noLimit);
}
