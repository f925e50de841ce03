/** One run, large: its estimate with the proven digits told apart, its figures, how it converges, and what may be done. */
/** @import { Estimate } from '../../src/protocols/wire/estimate.ts' */
/** @import { RunView } from '../../src/protocols/wire/run-view.ts' */
/** @import { Point } from '../model/curve.js' */
import { extended } from '../model/curve.js';
import { splitDigits, widthOf } from '../model/digits.js';
import { grouped, short } from '../model/format.js';
import { h, place, setText } from './element.js';
import { plotView } from './plot.js';
import { runControls } from './run-controls.js';
import { snippets } from './snippets.js';

/** @param {() => boolean} isAdmin */
export function runView(isAdmin) {
  const title = h('h1', {}, 'Connecting …');
  const state = h('span', { class: 'badge', id: 'run-state' });
  const formula = h('p', { class: 'formula' });
  const proven = h('span', { class: 'proven', id: 'proven' });
  const rest = h('span', { class: 'rest' });
  const value = h('output', { class: 'value', id: 'value', 'aria-label': 'Estimate' }, proven, rest);
  const legend = h('p', { class: 'legend' });
  const figures = Object.fromEntries(
    ['n', 'rate', 'digits', 'watchers'].map((name) => [name, h('dd', { id: `figure-${name}` }, '–')]),
  );
  const lower = h('code', {}, '–');
  const upper = h('code', {}, '–');
  const graph = h('div', {
    id: 'plot',
    role: 'img',
    'aria-label': 'Error against the number of terms, both logarithmic',
  });
  const controls = h('div', { class: 'controls' });
  const elsewhere = h('div', {});

  place('run').replaceChildren(
    h('div', { class: 'title' }, title, state),
    formula,
    value,
    legend,
    h(
      'dl',
      { class: 'figures' },
      ...figure('terms n', figures.n),
      ...figure('terms/s', figures.rate),
      ...figure('proven digits', figures.digits),
      ...figure('watching', figures.watchers),
    ),
    h('p', { class: 'enclosure' }, 'The limit is proven to lie between ', lower, ' and ', upper),
    h('h2', {}, 'Error against n'),
    graph,
    controls,
    elsewhere,
  );
  const plot = plotView(graph);
  /** @type {readonly Point[]} */
  let points = [];

  return {
    /** Another run is chosen; nothing is known of it yet. @param {string} run */
    choose(run) {
      points = [];
      plot.show(points);
      setText(title, run);
      setText(formula, '');
      setText(state, 'connecting');
      setText(proven, '');
      setText(rest, '…');
      setText(legend, '');
      for (const element of [...Object.values(figures), lower, upper]) if (element) setText(element, '–');
      controls.replaceChildren();
      elsewhere.replaceChildren(snippets(run));
    },
    /** The run as HTTP tells it: what it is, and its curve so far. @param {RunView} view */
    describe(view) {
      setText(title, view.title);
      setText(formula, view.formula);
      document.title = `${view.title} · Zeno`;
      const newer = points.filter(([n]) => n > (view.curve.at(-1)?.[0] ?? 0));
      points = [...view.curve, ...newer];
      plot.show(points);
      setText(
        legend,
        view.limit === null
          ? ''
          : `${view.limit.name} = ${view.limit.decimal.slice(0, 32)}…  Coloured digits are proven.`,
      );
      controls.replaceChildren(runControls(view, isAdmin()));
    },
    /** @param {Estimate} estimate */
    estimate(estimate) {
      const { n, rate, digits } = estimate;
      const split = splitDigits(estimate);
      setText(proven, split.proven);
      setText(rest, split.rest);
      if (figures.n) setText(figures.n, grouped(n));
      if (figures.rate) setText(figures.rate, short(rate));
      if (figures.digits) setText(figures.digits, digits === null ? '–' : String(digits));
      if (estimate.lower === null || estimate.upper === null) return;
      setText(lower, estimate.lower);
      setText(upper, estimate.upper);
      points = extended(points, [n, widthOf(estimate.lower, estimate.upper)]);
      plot.show(points);
    },
    /** @param {string} word @param {string | null} reason */
    state(word, reason) {
      setText(state, reason === null ? word : `${word}: ${reason}`);
      state.dataset.state = word;
    },
    /** @param {number} watchers */
    watchers(watchers) {
      if (figures.watchers) setText(figures.watchers, String(watchers));
    },
    /** @param {string} why */
    ended(why) {
      setText(state, 'ended');
      setText(legend, `${why}. Choose another series.`);
      controls.replaceChildren();
    },
  };
}

/** @param {string} name @param {HTMLElement | undefined} value */
function figure(name, value) {
  return [h('div', {}, h('dt', {}, name), ...(value === undefined ? [] : [value]))];
}
