/** Numbers as plain decimal digits: an integer count of 10^-places is written, and two writings are compared. */

/** `count` · 10^-places as plain digits, e.g. (-31416n, 4) → "-3.1416"; places ≥ 1. */
export function decimalText(count: bigint, places: number): string {
  const digits = (count < 0n ? -count : count).toString().padStart(places + 1, '0');
  const point = digits.length - places;
  return `${count < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * Significant digits in the common prefix of two plain decimals with equally many places. Zeros before the first other
 * digit do not count; where sign or whole part differ there is no common prefix: 0.
 */
export function commonDigits(a: string, b: string): number {
  if (a.slice(0, a.indexOf('.')) !== b.slice(0, b.indexOf('.'))) return 0;
  let same = 0;
  while (same < a.length && a.charAt(same) === b.charAt(same)) same += 1;
  return a.slice(0, same).replace(/[-.]/g, '').replace(/^0+/, '').length;
}
