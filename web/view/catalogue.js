/** All runs there are, each a way to its own view. */
/** @import { LobbyItem } from '../../src/protocols/wire/lobby.ts' */
/** @import { RunView } from '../../src/protocols/wire/run-view.ts' */
import { api } from '../api.js';
import { grouped, short } from '../model/format.js';
import { h, place, setText } from './element.js';

/** @typedef {{ root: HTMLElement, formula: HTMLElement, name: HTMLElement, figures: HTMLElement }} Card */

export function catalogueView() {
  /** @type {Map<string, Card>} */
  const cards = new Map();
  const list = h('ol', {});
  const count = h('span', { class: 'count' });
  place('catalogue').replaceChildren(h('h2', {}, 'Series ', count), list);

  /** @param {LobbyItem} item @returns {Card} */
  function card({ run, series }) {
    const name = h('strong', {}, run);
    const formula = h('span', { class: 'formula' });
    const figures = h('span', { class: 'figures' });
    const root = h(
      'li',
      {},
      h('a', { href: `#/${run}`, 'data-run': run }, h('span', { class: 'dot' }), name, formula, figures),
    );
    void api(`/v1/series/${series}`).then(
      /** @param {RunView} view */ (view) => {
        setText(name, run === series ? view.title : `${view.title} · ${run.split('~')[1]}`);
        setText(formula, view.formula);
      },
      () => {},
    );
    return { root, formula, name, figures };
  }

  return {
    /** @param {readonly LobbyItem[]} items @param {string} chosen */
    show(items, chosen) {
      setText(count, String(items.length));
      for (const [run, { root }] of cards) {
        if (items.some((item) => item.run === run)) continue;
        root.remove();
        cards.delete(run);
      }
      items.forEach((item, index) => {
        const known = cards.get(item.run) ?? card(item);
        cards.set(item.run, known);
        if (list.children[index] !== known.root) list.insertBefore(known.root, list.children[index] ?? null);
        known.root.dataset.state = item.state;
        known.root.classList.toggle('chosen', item.run === chosen);
        const rate = item.state === 'running' ? `${short(item.rate)} terms/s` : item.state;
        const digits = item.digits === null ? '' : ` · ${item.digits} digits`;
        setText(
          known.figures,
          `n ${item.n < 1e6 ? grouped(item.n) : short(item.n)}${digits} · ${rate} · ${item.watchers} watching`,
        );
      });
    },
  };
}
