/**
 * Points for a logarithmic plot of how a run closes in: at most so many a decade, and always the newest. What is drawn
 * is the width of the bounds while texts of 60 digits show it, and the count of digits beyond.
 */
/** @import { Curve } from '../../src/protocols/wire/run-view.ts' */

/**
 * @typedef {object} Point
 * @property {number} n
 * @property {number} width Of the bounds; 0 where it is not known.
 * @property {number | null} digits Significant digits that both bounds share; null where they were not counted.
 */
/** @typedef {'width' | 'digits'} Measure */

const perDecade = 48;
/** Up to here bounds of 60 digits differ in enough of them to be subtracted. */
const digitsInTexts = 50;

/** What tells most at so many digits. @param {number | null} digits @returns {Measure} */
export const measureOf = (digits) => (digits !== null && digits > digitsInTexts ? 'digits' : 'width');

/**
 * `points` with a newer one. The one before it is dropped while both fall into the same cell of the plot.
 * @param {readonly Point[]} points Rising in n. @param {Point} point @returns {readonly Point[]}
 */
export function extended(points, point) {
  const last = points.at(-1);
  if (point.n < 1 || !(point.width > 0 || (point.digits ?? 0) > 0)) return points;
  if (last !== undefined && point.n < last.n) return [point];
  if (point.n === last?.n) return [...points.slice(0, -1), point];
  const before = points.at(-2);
  const keepsLast = last === undefined || before === undefined || cell(before.n) !== cell(last.n);
  return keepsLast ? [...points, point] : [...points.slice(0, -1), point];
}

/** @param {number} n */
const cell = (n) => Math.floor(Math.log10(n) * perDecade);

/**
 * The run's own memory of what was before, with what has been seen here: that knows its digits, so it wins.
 * @param {Curve} curve @param {readonly Point[]} seen @returns {readonly Point[]}
 */
export function recalled(curve, seen) {
  const here = new Set(seen.map(({ n }) => n));
  const before = curve.filter(([n, width]) => isWidth(width) && !here.has(n));
  return [...before.map(([n, width]) => ({ n, width, digits: null })), ...seen].sort((a, b) => a.n - b.n);
}

/** The least double stands for all widths that are less. @param {number} width */
const isWidth = (width) => width > Number.MIN_VALUE;

/** Whether a run has been where no double says how close its bounds are. @param {Curve} curve */
export const forgets = (curve) => curve.some(([, width]) => !isWidth(width));

/**
 * The two columns a plot takes, and whether some digits are read off a width.
 * @param {readonly Point[]} points @param {Measure} measure @param {number} value Of the newest estimate.
 * @returns {{ columns: [number[], number[]], inferred: boolean }}
 */
export function drawn(points, measure, value) {
  const counted = measure === 'width' ? points : points.map((point) => countedOf(point, value));
  const shown = counted.filter((point) => point.n >= 1 && (point[measure] ?? 0) > 0);
  return {
    columns: [shown.map(({ n }) => n), shown.map((point) => point[measure] ?? 0)],
    inferred: measure === 'digits' && points.some(({ width, digits }) => digits === null && width > 0),
  };
}

/** @param {Point} point @param {number} value @returns {Point} */
function countedOf(point, value) {
  if (point.digits !== null || point.width === 0) return point;
  return { ...point, digits: digitsWithin(point.width, value) };
}

/**
 * The most significant digits that two numbers of about `value` can share when they are `width` apart: numbers that
 * share d digits, whole of them before the point, are less than 10^(whole − d) apart.
 * @param {number} width > 0 @param {number} value
 */
export function digitsWithin(width, value) {
  const whole = value === 0 ? 1 : Math.floor(Math.log10(Math.abs(value))) + 1;
  return Math.max(0, Math.ceil(whole - Math.log10(width)) - 1);
}
