/** One run, large: what it estimates, its figures, how it closes in on its limit, and what may be done with it. */
/** @import { EndOfRun } from '../live/live.js' */
/** @import { Estimate } from '../../src/protocols/wire/estimate.ts' */
/** @import { RunView } from '../../src/protocols/wire/run-view.ts' */
import { claimOf } from '../model/claim.js';
import { grouped, short } from '../model/format.js';
import { convergenceView } from './convergence.js';
import { digitPages } from './digit-pages.js';
import { h, place, setText } from './element.js';
import { estimateView } from './estimate.js';
import { runControls } from './run-controls.js';
import { snippets } from './snippets.js';

const limitDigits = 32;

/** @type {Readonly<Record<EndOfRun, { badge: string, why: string }>>} */
const ends = {
  ended: { badge: 'ended', why: 'The run has ended. Choose another series.' },
  unknown: { badge: 'unknown run', why: 'There is no run of this name. Choose a series.' },
  denied: { badge: 'not permitted', why: 'Not permitted by your token. Choose another series.' },
};

/** @param {() => boolean} isLoggedIn */
export function runView(isLoggedIn) {
  const title = h('h1', {}, 'Connecting …');
  const state = h('span', { class: 'badge', id: 'run-state' });
  const reason = h('p', { class: 'reason', id: 'run-reason' });
  const formula = h('p', { class: 'formula' });
  const legend = h('p', { class: 'legend' });
  const n = h('dd', { id: 'figure-n' });
  const rate = h('dd', { id: 'figure-rate' });
  const digits = h('dd', { id: 'figure-digits' });
  const digitsName = h('dt', {});
  const watching = h('dd', { id: 'figure-watchers' });
  const digitsFigure = h('div', {}, digitsName, digits);
  const convergence = h('div', { class: 'convergence' });
  const controls = h('div', { class: 'controls' });
  const elsewhere = h('div', {});
  const pages = digitPages();
  const shown = estimateView(pages.open);

  place('run').replaceChildren(
    h('div', { class: 'title' }, title, state),
    reason,
    formula,
    h('div', { class: 'estimate' }, shown.value, shown.more),
    legend,
    h(
      'dl',
      { class: 'figures' },
      h('div', {}, h('dt', {}, 'terms n'), n),
      h('div', {}, h('dt', {}, 'terms/s'), rate),
      digitsFigure,
      h('div', {}, h('dt', {}, 'watching'), watching),
    ),
    shown.named,
    shown.bounds,
    shown.accelerated,
    convergence,
    controls,
    pages.root,
    elsewhere,
  );
  const plot = convergenceView(convergence);
  /** @type {RunView['limit']} */
  let limit = null;
  /** @type {Estimate | null} */
  let newest = null;
  let word = '';
  let epoch = '';
  /** Nothing more is to come of it, whatever the list of runs says. */
  let over = false;

  /** The limit, and what the colours of the estimate mean. */
  function paintLegend() {
    const known = limit === null ? '' : `${limit.name} ${equals(limit.decimal)}`;
    const colours = newest !== null && claimOf(newest.bound).proven ? 'Coloured digits are proven.' : '';
    const text = [known, colours].filter((part) => part !== '').join('  ');
    setText(legend, text);
    // Its place is kept until it is known to stay empty.
    legend.hidden = text === '' && newest !== null;
  }

  /** A run that does not compute has no rate, whatever its last estimate was made with. */
  function paintRate() {
    const computes = word === '' || word === 'running';
    setText(rate, newest === null || !computes ? '–' : short(newest.rate));
  }

  return {
    /** Another run is chosen; nothing is known of it yet. @param {string} run */
    choose(run) {
      limit = null;
      newest = null;
      word = '';
      epoch = '';
      over = false;
      setText(title, run);
      setText(formula, '');
      setText(legend, '');
      legend.hidden = false;
      setText(state, 'connecting');
      state.dataset.state = '';
      reason.hidden = true;
      for (const element of [n, rate, digits, watching]) setText(element, '–');
      setText(digitsName, claimOf('rigorous').digits);
      digitsFigure.hidden = false;
      shown.blank();
      plot.blank();
      pages.choose(run);
      controls.replaceChildren();
      elsewhere.replaceChildren(snippets(run));
    },
    /** Its history begins with this epoch; points of another one are not its own. @param {string} begun */
    begin(begun) {
      if (epoch !== '' && epoch !== begun) plot.blank();
      epoch = begun;
    },
    /** The run as HTTP tells it: what it is, and its curve so far. @param {RunView} view */
    describe(view) {
      setText(title, view.title);
      setText(formula, view.formula);
      document.title = `${view.title} · Zeno`;
      limit = view.limit;
      paintLegend();
      if (view.position.epoch === epoch) plot.recall(view.curve);
      controls.replaceChildren(runControls(view, isLoggedIn()));
    },
    /** @param {Estimate} estimate */
    estimate(estimate) {
      newest = estimate;
      setText(n, grouped(estimate.n));
      paintRate();
      digitsFigure.hidden = estimate.digits === null;
      setText(digitsName, claimOf(estimate.bound).digits);
      setText(digits, estimate.digits === null ? '–' : grouped(estimate.digits));
      shown.show(estimate);
      paintLegend();
      plot.show(estimate);
      pages.show(estimate);
    },
    /** @param {string} now @param {string | null} why */
    state(now, why) {
      word = now;
      setText(state, now);
      state.dataset.state = now;
      reason.hidden = why === null;
      setText(reason, why === null ? '' : `${now.charAt(0).toUpperCase()}${now.slice(1)}: ${why}.`);
      paintRate();
    },
    /** What the list of runs says, which knows no reasons. @param {string} now @param {number} watchers */
    listed(now, watchers) {
      setText(watching, grouped(watchers));
      if (now !== word && !over) this.state(now, null);
    },
    /** @param {EndOfRun} why */
    ended(why) {
      this.close(ends[why].badge, ends[why].why);
    },
    /** Nothing comes of it (any more). @param {string} badge @param {string} why */
    close(badge, why) {
      over = true;
      setText(state, badge);
      state.dataset.state = '';
      reason.hidden = true;
      legend.hidden = false;
      setText(legend, why);
      controls.replaceChildren();
    },
  };
}

/** Of a limit that has more digits than are shown, or than anybody knows. @param {string} decimal */
function equals(decimal) {
  return decimal.length > limitDigits ? `= ${decimal.slice(0, limitDigits)}…` : `≈ ${decimal}`;
}
