/** The error against n, both logarithmic: how a series closes in on its limit. */
/** @import { Point } from '../model/curve.js' */
import uPlot from 'uplot';
import { columns } from '../model/curve.js';

const heightPx = 300;

/** @param {HTMLElement} place */
export function plotView(place) {
  /** @type {uPlot | null} */
  let plot = null;
  /** @type {readonly Point[]} */
  let points = [];

  const data = () => /** @type {uPlot.AlignedData} */ (columns(points));

  function draw() {
    plot?.destroy();
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue('--faint').trim();
    const line = style.getPropertyValue('--accent').trim();
    const grid = { stroke: style.getPropertyValue('--line').trim(), width: 1 };
    const axis = { stroke: ink, grid, ticks: grid, font: '12px system-ui, sans-serif' };
    plot = new uPlot(
      {
        width: Math.max(200, place.clientWidth),
        height: heightPx,
        legend: { show: false },
        cursor: { y: false, points: { show: true } },
        scales: { x: { time: false, distr: 3 }, y: { distr: 3 } },
        axes: [
          { ...axis, values: (_plot, ticks) => ticks.map(power) },
          { ...axis, size: 56, values: (_plot, ticks) => ticks.map(power) },
        ],
        series: [{}, { stroke: line, width: 2, points: { size: 3, fill: line } }],
      },
      data(),
      place,
    );
  }

  const resized = new ResizeObserver(() =>
    plot?.setSize({ width: Math.max(200, place.clientWidth), height: heightPx }),
  );
  resized.observe(place);
  addEventListener('theme', draw);
  draw();

  let drawing = false;
  return {
    /** Drawn with the next frame, however many come before it. @param {readonly Point[]} next */
    show(next) {
      points = next;
      place.dataset.points = String(next.length);
      if (drawing) return;
      drawing = true;
      requestAnimationFrame(() => {
        drawing = false;
        plot?.setData(data());
      });
    },
  };
}

/** Only whole powers of ten are named. @param {number | null} value */
function power(value) {
  if (value === null || value <= 0) return '';
  const exponent = Math.log10(value);
  if (Math.abs(exponent - Math.round(exponent)) > 1e-9) return '';
  return `10${superscript(Math.round(exponent))}`;
}

/** @param {number} exponent */
function superscript(exponent) {
  return String(exponent).replace(/./g, (digit) =>
    digit === '-' ? '⁻' : ('⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? ''),
  );
}
