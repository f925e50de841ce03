/**
 * Which digits of an estimate are proven. The limit lies between `lower` and `upper`, and their first `digits`
 * significant digits are the same: those are digits of the limit. What follows in the estimate is its own, and not
 * proven. Texts show 60 digits at most, and their last may be rounded; `digits` counts all, so only it is believed.
 */
/** @import { Estimate } from '../../src/protocols/wire/estimate.ts' */

/** @typedef {Pick<Estimate, 'decimal' | 'lower' | 'upper' | 'digits'>} Enclosed */
/** @typedef {{ proven: string, rest: string, more: number }} Split */

/**
 * `proven` + `rest` is what to show: digits of the limit, then what the estimate goes on with where it agrees so far,
 * and otherwise the lower bound's. `more` further digits are proven that no text here holds.
 * @param {Enclosed} estimate Its bounds are proven. @returns {Split}
 */
export function splitDigits({ decimal, lower, digits }) {
  if (lower === null || digits === null) return { proven: '', rest: decimal, more: 0 };
  // Cut off, not rounded: as many of its digits as are proven are the limit's.
  const proven = leading(lower, digits);
  const rest = decimal.startsWith(proven) ? decimal : lower;
  const more = Math.max(0, digits - significant(lower));
  return { proven, rest: more > 0 ? '' : rest.slice(proven.length), more };
}

/** Significant digits a text holds. @param {string} decimal Plain digits. */
export const significant = (decimal) => decimal.replace(/^-?[0.]*/, '').replace('.', '').length;

/** A decimal's beginning with so many significant digits; nothing where that is none. @param {string} decimal @param {number} count */
function leading(decimal, count) {
  if (count === 0) return '';
  const start = decimal.search(/[1-9]/);
  if (start < 0) return '';
  let end = start;
  for (let seen = 0; end < decimal.length && seen < count; end += 1) if (decimal[end] !== '.') seen += 1;
  return decimal.slice(0, end);
}

/**
 * upper − lower as a number: subtracted exactly, since both may share more digits than a double holds.
 * @param {string} lower @param {string} upper Plain digits.
 */
export function widthOf(lower, upper) {
  const places = Math.max(placesOf(lower), placesOf(upper));
  return Number(scaled(upper, places) - scaled(lower, places)) / 10 ** places;
}

/** @param {string} decimal */
const placesOf = (decimal) => decimal.split('.')[1]?.length ?? 0;

/** @param {string} decimal @param {number} places */
function scaled(decimal, places) {
  const [integer = '0', fraction = ''] = decimal.split('.');
  return BigInt(`${integer}${fraction.padEnd(places, '0')}`);
}
