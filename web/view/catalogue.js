/** All runs there are, those with the same limit together, each a way to its own view. */
/** @import { LobbyItem } from '../../src/protocols/wire/lobby.ts' */
/** @import { Description, Group } from '../model/catalogue.js' */
import { api, Refused } from '../api.js';
import { grouped as groupedRuns } from '../model/catalogue.js';
import { counted, grouped, short } from '../model/format.js';
import { h, place, setText } from './element.js';

/** @typedef {{ root: HTMLElement, link: HTMLElement, dot: HTMLElement, name: HTMLElement, formula: HTMLElement, figures: HTMLElement }} Card */
/** @typedef {{ root: HTMLElement, list: HTMLElement }} Section */

/** Descriptions asked for at once: browsers have six connections to a host, and the streams need theirs. */
const askedAtOnce = 3;
const askAgainMs = 3_000;

/** @param {(channel: string) => boolean} mayWatch Whether it is worth asking for a run. */
export function catalogueView(mayWatch) {
  /** @type {Map<string, Card>} */
  const cards = new Map();
  /** @type {Map<string, Section>} */
  const sections = new Map();
  /** Series that have been asked for. @type {Set<string>} */
  const asked = new Set();
  /** @type {Map<string, Description>} */
  const answered = new Map();
  /** What is shown of the answers: all of a round at once, so that cards find their groups in one move. */
  let described = new Map(answered);
  /** Runs that were asked for and refused: the answer stays the same for as long as the login does. @type {Set<string>} */
  const refused = new Set();
  /** @type {{ series: string, run: string }[]} */
  const wanted = [];
  /** Counts the logins: an answer to an earlier one is not for this one. */
  let login = 0;
  let asking = 0;
  /** @type {readonly LobbyItem[]} */
  let shown = [];
  let chosenRun = '';
  let revealed = '';

  const count = h('span', { class: 'count' });
  const note = h('p', { class: 'note', hidden: true });
  const scroller = h('div', { class: 'runs' });
  place('catalogue').replaceChildren(h('h2', {}, 'Series ', count), note, scroller);

  /** @param {string} run */
  const canSee = (run) => mayWatch(run) && !refused.has(run);

  /** A series is described by any run of it that may be seen. @param {LobbyItem} item */
  function describe({ series, run: own }) {
    if (asked.has(series)) return;
    const run = [series, own].find(canSee);
    if (run === undefined) return;
    asked.add(series);
    wanted.push({ series, run });
    ask();
  }

  function ask() {
    if (asking >= askedAtOnce) return;
    const next = wanted.shift();
    if (next === undefined) return;
    asking += 1;
    const { series, run } = next;
    const by = login;
    void api(`/v1/series/${run}`)
      .then(
        /** @param {Description} view */ (view) => {
          if (by === login) answered.set(series, view);
        },
        (error) => {
          if (by === login) failed(series, run, error);
        },
      )
      .finally(() => {
        asking -= 1;
        ask();
        if (asking > 0) return;
        described = new Map(answered);
        paint();
      });
  }

  /** @param {string} series @param {string} run @param {unknown} error */
  function failed(series, run, error) {
    if (error instanceof Refused && error.status === 403) {
      refused.add(run);
      asked.delete(series);
    } else setTimeout(() => asked.delete(series), askAgainMs);
  }

  function paint() {
    for (const item of shown) describe(item);
    const there = new Set(shown.map(({ run }) => run));
    for (const [run, { root }] of cards) {
      if (there.has(run)) continue;
      root.remove();
      cards.delete(run);
    }
    setText(count, String(shown.length));
    const groups = groupedRuns(
      shown,
      (series) => described.get(series),
      ({ run }) => !canSee(run),
    );
    for (const [name, { root }] of sections) {
      if (groups.some((group) => group.name === name)) continue;
      root.remove();
      sections.delete(name);
    }
    groups.forEach((group, index) => {
      const section = sectionOf(group);
      at(scroller, index, section.root);
      group.items.forEach((item, place) => void at(section.list, place, filled(item).root));
    });
    const chosen = cards.get(chosenRun)?.root;
    const where = `${chosenRun} ${chosen?.parentElement?.id} ${chosen?.offsetHeight}`;
    if (chosen === undefined || where === revealed) return;
    revealed = where;
    reveal(scroller, chosen);
  }

  /** @param {Group} group */
  function sectionOf({ name }) {
    const known = sections.get(name);
    if (known !== undefined) return known;
    const id = `group-${name.replaceAll(' ', '-')}`;
    const list = h('ol', { 'aria-label': name, id });
    const section = { root: h('section', {}, h('h3', {}, name), list), list };
    sections.set(name, section);
    return section;
  }

  /** @param {LobbyItem} item @returns {Card} */
  function blank({ run }) {
    const dot = h('span', { class: 'dot', role: 'img' });
    const name = h('strong', {});
    const formula = h('span', { class: 'formula' });
    const figures = h('span', { class: 'figures' });
    const link = h('a', { href: `#/${run}`, 'data-run': run }, dot, name, formula, figures);
    const card = { root: h('li', {}, link), link, dot, formula, name, figures };
    cards.set(run, card);
    return card;
  }

  /** @param {LobbyItem} item */
  function filled(item) {
    const { run, series, state } = item;
    const card = cards.get(run) ?? blank(item);
    const description = described.get(series);
    const title = description?.title ?? series;
    setText(card.name, run === series ? title : `${title} · ${run.split('~')[1]}`);
    setText(card.formula, description?.formula ?? '');
    card.formula.title = description?.formula ?? '';
    card.root.dataset.state = state;
    card.root.classList.toggle('chosen', run === chosenRun);
    if (run === chosenRun) card.link.setAttribute('aria-current', 'page');
    else card.link.removeAttribute('aria-current');
    setText(card.figures, figuresOf(item, run === chosenRun));
    card.dot.title = state;
    card.dot.setAttribute('aria-label', state);
    return card;
  }

  return {
    /** Somebody else looks: what the one before was told or refused is not known of him. */
    begin() {
      login += 1;
      for (const known of [asked, answered, described, refused]) known.clear();
      wanted.length = 0;
      note.hidden = true;
    },
    /** The list may not be seen. */
    deny() {
      note.hidden = false;
      setText(note, 'The list of runs is not permitted by your token.');
    },
    /** @param {readonly LobbyItem[]} items @param {string} chosen */
    show(items, chosen) {
      shown = items;
      chosenRun = chosen;
      paint();
    },
  };
}

/**
 * What there is to tell of it: nothing stands for a zero, and who watches the one in view is said there.
 * @param {LobbyItem} item @param {boolean} inView
 */
function figuresOf({ n, digits, state, rate, watchers }, inView) {
  if (n === 0 && state === 'idle' && watchers === 0) return '';
  const parts = [
    n === 0 ? '' : `n ${n < 1e6 ? grouped(n) : short(n)}`,
    digits === null ? '' : counted(digits, 'digit'),
    state === 'running' ? `${short(rate)}/s` : state,
    watchers === 0 || inView ? '' : `${grouped(watchers)} watching`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** Puts a child to its place, and does not touch one that is there. @param {HTMLElement} parent @param {number} index @param {HTMLElement} child */
function at(parent, index, child) {
  if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
}

/** Scrolls the list, and nothing but the list. @param {HTMLElement} list @param {HTMLElement} child */
function reveal(list, child) {
  const [outer, inner] = [list.getBoundingClientRect(), child.getBoundingClientRect()];
  if (inner.left < outer.left || inner.right > outer.right) list.scrollLeft += inner.left - outer.left - 12;
  if (inner.top < outer.top || inner.bottom > outer.bottom) list.scrollTop += inner.top - outer.top - 48;
}
