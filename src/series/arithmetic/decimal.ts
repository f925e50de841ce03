/** Numbers as plain decimal digits: an integer count of 10^-places is written, and two writings are compared. */

/** `count` · 10^-places as plain digits, e.g. (-31416n, 4) → "-3.1416"; places ≥ 1. */
export function decimalText(count: bigint, places: number): string {
  const digits = (count < 0n ? -count : count).toString().padStart(places + 1, '0');
  const point = digits.length - places;
  return `${count < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** The longest common beginning of two plain decimals with equally many places; '' where sign or whole part differ. */
export function commonPrefix(a: string, b: string): string {
  if (a.slice(0, a.indexOf('.')) !== b.slice(0, b.indexOf('.'))) return '';
  let same = 0;
  while (same < a.length && a.charCodeAt(same) === b.charCodeAt(same)) same += 1;
  return a.slice(0, same);
}

/**
 * Significant digits in the common prefix of two plain decimals with equally many places. Zeros before the first other
 * digit do not count; where sign or whole part differ there is no common prefix: 0.
 */
export function commonDigits(a: string, b: string): number {
  return significantDigits(commonPrefix(a, b));
}

/** Digits of a plain decimal, or of its beginning, from the first on that is not zero. */
export function significantDigits(text: string): number {
  const first = text.search(/[1-9]/);
  if (first < 0) return 0;
  return text.length - first - (text.indexOf('.') > first ? 1 : 0);
}

/** Negative, zero or positive as plain decimal `a` is below, equal to or above `b`. */
export function compareDecimals(a: string, b: string): number {
  const places = Math.max(placesOf(a), placesOf(b));
  const [x, y] = [countOf(a, places), countOf(b, places)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function placesOf(text: string): number {
  return text.split('.')[1]?.length ?? 0;
}

/** A plain decimal as a whole count of 10^-places, of which it has no more. */
function countOf(text: string, places: number): bigint {
  return BigInt(text.replace('.', '')) * 10n ** BigInt(places - placesOf(text));
}
