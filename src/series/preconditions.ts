/** What callers of a series owe it. Breaking these is a bug of the caller, so they throw. */

/** Throws unless 1 ≤ n ≤ termsMax: figures elsewhere would claim bounds that are not proven. */
export function checkTerms(n: number, termsMax: number): void {
  if (!(Number.isSafeInteger(n) && n >= 1 && n <= termsMax)) throw new RangeError(`no figures at n = ${n}`);
}

/** Throws unless [from, to) is made of whole grains, possibly none, within [0, termsMax]. */
export function checkRange(from: number, to: number, grain: number, termsMax: number): void {
  const whole = from % grain === 0 && to % grain === 0;
  if (!(whole && from >= 0 && from <= to && to <= termsMax))
    throw new RangeError(`no range [${from}, ${to})`);
}
