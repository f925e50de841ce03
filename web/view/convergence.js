/** How a run closes in on its limit: the plot, what it shows and what it cannot. */
/** @import { Estimate } from '../../src/protocols/wire/estimate.ts' */
/** @import { Curve } from '../../src/protocols/wire/run-view.ts' */
/** @import { Measure, Point } from '../model/curve.js' */
import { claimOf, nothingToDraw } from '../model/claim.js';
import { drawn, extended, forgets, measureOf, recalled } from '../model/curve.js';
import { widthOf } from '../model/digits.js';
import { h, setText } from './element.js';
import { plotView } from './plot.js';

const inferredNote =
  'Points from before you came: as many digits as the width of the bounds allows; they may share fewer.';
const forgottenNote = 'A run remembers no width below 10⁻³⁰⁸, so those of its earlier points are missing.';

/** @param {HTMLElement} place */
export function convergenceView(place) {
  const heading = h('h2', {});
  const graph = h('div', { id: 'plot', role: 'img' });
  const note = h('p', { class: 'note', id: 'plot-note' });
  place.replaceChildren(heading, graph, note);
  const plot = plotView(graph);
  /** @type {readonly Point[]} */
  let points = [];
  /** @type {Measure} */
  let measure = 'width';
  let value = 1;
  let forgotten = false;

  function draw() {
    const { columns, inferred } = drawn(points, measure, value);
    plot.show(measure, columns);
    const notes = [inferred ? inferredNote : '', forgotten && measure === 'digits' ? forgottenNote : ''];
    setText(note, notes.filter((text) => text !== '').join(' '));
  }

  /** @param {string} title @param {boolean} hasPlot */
  function name(title, hasPlot) {
    setText(heading, title);
    graph.setAttribute('aria-label', `${title}, both logarithmic`);
    heading.hidden = !hasPlot;
    graph.hidden = !hasPlot;
  }

  function blank() {
    points = [];
    measure = 'width';
    forgotten = false;
    name(claimOf('rigorous').error, true);
    draw();
  }
  blank();

  return {
    /** Nothing is known yet. */
    blank,
    /** What the run remembers of itself. @param {Curve} curve */
    recall(curve) {
      points = recalled(curve, points);
      forgotten = forgets(curve);
      if (!graph.hidden) draw();
    },
    /** @param {Estimate} estimate */
    show({ n, lower, upper, digits, bound, value: newest }) {
      if (lower === null || upper === null) {
        name('', false);
        setText(note, nothingToDraw);
        return;
      }
      value = newest;
      measure = measureOf(digits);
      name(measure === 'digits' ? 'Proven digits against n' : claimOf(bound).error, true);
      const width = measure === 'digits' ? 0 : widthOf(lower, upper);
      points = extended(points, { n, width, digits });
      draw();
    },
  };
}
