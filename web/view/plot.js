/** One curve over n, both logarithmic. */
/** @import { Measure } from '../model/curve.js' */
import uPlot from 'uplot';
import { grouped } from '../model/format.js';
import { rangeAround, ticksWithin } from '../model/ticks.js';

const heightPx = 300;
const fewPoints = 8;

/** @param {HTMLElement} place */
export function plotView(place) {
  /** @type {uPlot | null} */
  let plot = null;
  /** @type {Measure} */
  let measure = 'width';
  /** @type {uPlot.AlignedData} */
  let data = [[], []];
  /** Of points that make no line yet. */
  let few = true;

  function draw() {
    plot?.destroy();
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue('--faint').trim();
    const line = style.getPropertyValue('--accent').trim();
    const grid = { stroke: style.getPropertyValue('--line').trim(), width: 1 };
    const axis = { stroke: ink, grid, ticks: grid, font: '12px system-ui, sans-serif', splits };
    const name = measure === 'digits' ? count : power;
    plot = new uPlot(
      {
        width: Math.max(200, place.clientWidth),
        height: heightPx,
        legend: { show: false },
        cursor: { y: false, points: { show: true } },
        scales: {
          x: { time: false, range: (_plot, min, max) => rangeAround(min, max, 0) },
          y: { range: (_plot, min, max) => rangeAround(min, max, 0.06) },
        },
        axes: [
          { ...axis, values: (_plot, ticks) => ticks.map(ticks.every((tick) => tick < 4) ? count : power) },
          { ...axis, size: 76, values: (_plot, ticks) => ticks.map(name) },
        ],
        series: [{}, { stroke: line, width: 2, points: { size: few ? 7 : 3, fill: line } }],
      },
      data,
      place,
    );
  }

  const resized = new ResizeObserver(() => {
    if (place.clientWidth > 0) plot?.setSize({ width: Math.max(200, place.clientWidth), height: heightPx });
  });
  resized.observe(place);
  addEventListener('theme', draw);
  draw();

  let drawing = false;
  return {
    /** Drawn with the next frame, however many come before it. @param {Measure} what @param {[number[], number[]]} columns */
    show(what, columns) {
      const isFew = columns[0].length < fewPoints;
      const another = what !== measure || isFew !== few;
      measure = what;
      few = isFew;
      data = [logarithms(columns[0]), logarithms(columns[1])];
      place.dataset.points = String(columns[0].length);
      if (another) draw();
      if (drawing) return;
      drawing = true;
      requestAnimationFrame(() => {
        drawing = false;
        plot?.setData(data);
      });
    },
  };
}

/** @param {number[]} values */
const logarithms = (values) => values.map((value) => Math.log10(value));

/** @param {uPlot} _plot @param {number} _axis @param {number} low @param {number} high */
const splits = (_plot, _axis, low, high) => ticksWithin(low, high);

/** A power of ten, or twice or five times one: `2·10⁻⁵`. @param {number} logarithm */
function power(logarithm) {
  const exponent = Math.floor(logarithm + 1e-9);
  const factor = Math.round(10 ** (logarithm - exponent));
  return `${factor === 1 ? '' : `${factor}·`}10${superscript(exponent)}`;
}

/** The same, written out. @param {number} logarithm */
const count = (logarithm) => grouped(Math.round(10 ** logarithm));

/** @param {number} exponent */
function superscript(exponent) {
  return String(exponent).replace(/./g, (digit) =>
    digit === '-' ? '⁻' : ('⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? ''),
  );
}
