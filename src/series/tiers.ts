/**
 * Precision in tiers, for sums that need more bits the longer they get: doubled whenever n has doubled, the length costs a
 * third more than if it had been right from the beginning. A tier begins where the one before it ends.
 */

/** The last n of the tier that n ≥ 0 lies in: tier i, from 0 on, ends at first · 2^i. */
export function tierEnd(first: number, n: number): number {
  let end = first;
  while (end < n) end *= 2;
  return end;
}
