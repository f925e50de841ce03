/** A page of digits as a table of old: fifty a line, ten a group, every line with the number of its first digit. */
/** @import { DigitsView } from '../../src/protocols/wire/digits.ts' */

/** Digits asked for at once. */
export const pageDigits = 1_000;
const lineDigits = 50;
const groupDigits = 10;

/** @typedef {{ first: number, text: string }} Group `first`: which digit it begins with, counted from 1. */
/** @typedef {{ first: number, groups: Group[] }} Line */

/** @param {Pick<DigitsView, 'from' | 'digits' | 'point' | 'zeros'>} view @returns {Line[]} */
export function linesOf({ from, digits, point, zeros }) {
  /** @type {Line[]} */
  const lines = [];
  for (let start = 0; start < digits.length; start += groupDigits) {
    const index = from + start;
    const group = {
      first: index + 1,
      text: pointed(digits.slice(start, start + groupDigits), index, point, zeros),
    };
    if (start % lineDigits === 0) lines.push({ first: index + 1, groups: [group] });
    else lines.at(-1)?.groups.push(group);
  }
  return lines;
}

/** Digits from `index` on, with the point where it falls among them. @param {string} digits @param {number} index @param {number} point @param {number} zeros */
function pointed(digits, index, point, zeros) {
  if (point === 0) return index === 0 ? `0.${'0'.repeat(zeros)}${digits}` : digits;
  const place = point - index;
  if (place <= 0 || place > digits.length) return digits;
  return `${digits.slice(0, place)}.${digits.slice(place)}`;
}

/** Where the page begins that holds this digit, counted from 1. @param {number} digit */
export const pageOf = (digit) => Math.floor((digit - 1) / pageDigits) * pageDigits;
