/**
 * Which digits of an estimate are proven. The limit lies between `lower` and `upper`, so every digit that the two
 * share is a digit of the limit; what follows in the estimate is its own, and not proven.
 */
/** @import { Estimate } from '../../src/protocols/wire/estimate.ts' */

/**
 * @param {Pick<Estimate, 'decimal' | 'lower' | 'upper'>} estimate
 * @returns {{ proven: string, rest: string }} `proven` + `rest` is what to show: proven digits of the limit, then what
 * the estimate goes on with where it agrees so far, and otherwise the lower bound's.
 */
export function splitDigits({ decimal, lower, upper }) {
  if (lower === null || upper === null) return { proven: '', rest: decimal };
  const proven = commonPrefix(lower, upper);
  if (decimal.startsWith(proven)) return { proven, rest: decimal.slice(proven.length) };
  return { proven, rest: lower.slice(proven.length) };
}

/** @param {string} a @param {string} b */
function commonPrefix(a, b) {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  const prefix = a.slice(0, length);
  return /\d/.test(prefix) ? prefix : '';
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
