/**
 * The lazy heart of a run: an endless generator of ranges, pulled when a worker has time, and the rule that says how
 * long the next range shall be. Nothing is planned ahead, so a run that nobody pulls costs nothing, and its ranges
 * grow with the speed that is measured.
 */

/** Terms [from, to). */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Consecutive ranges from `from` on, for ever. `.next(size)` asks for one of about `size` terms, the first call
 * included: it gets the multiple of `grain` at or below `size`, but at least one grain. `from` is a multiple of `grain`.
 * Passing 2^53 throws, since a caller stops at its series' `termsMax` long before.
 */
export function ranges(from: number, grain: number): Generator<Range, never, number> {
  const generator = pull(from, grain);
  // A generator drops the argument of its first `next`: this one starts it, so that the caller's first is heard.
  generator.next(grain);
  return generator;
}

function* pull(start: number, grain: number): Generator<Range, never, number> {
  if (!(Number.isSafeInteger(start) && start >= 0 && start % grain === 0)) {
    throw new RangeError(`ranges cannot start at ${start} in grains of ${grain}`);
  }
  let from = start;
  let size = yield { from, to: from };
  for (;;) {
    const to = from + grain * Math.max(1, Math.floor(size / grain));
    if (!Number.isSafeInteger(to))
      throw new RangeError(`range from ${from} of ${size} terms has no safe end`);
    const range = { from, to };
    from = to;
    size = yield range;
  }
}

/** How much one range may grow over the one before it while a run finds its speed. */
const GROWTH_MAX = 8;

export interface RangeSizing {
  /** Measured time per term (see `averageNsPerTerm`); null before the first result. */
  readonly nsPerTerm: number | null;
  /** Terms of the range handed out last; null before the first. */
  readonly previous: number | null;
  readonly targetMs: number;
  /** Terms: of a range before anything is measured, at least, and at most; `max` wins. */
  readonly limits: { readonly first: number; readonly least: number; readonly max: number };
}

/**
 * Terms for the next range, ≥ 1: as many as fill the target time, at most eight times the previous range, but no fewer than
 * `limits.least` and no more than `limits.max`. Growth is limited because early measurements are of cold code and of ranges
 * too short to measure; shrinking is not, because a range that is too long is felt at once. The least size holds whatever
 * was measured: the time per term of a range that is mostly fixed cost would make the next one shorter still.
 */
export function rangeSize({ nsPerTerm, previous, targetMs, limits }: RangeSizing): number {
  const { first, least, max } = limits;
  const wanted =
    nsPerTerm === null || previous === null
      ? first
      : Math.min((targetMs * 1e6) / nsPerTerm, previous * GROWTH_MAX);
  return Math.max(1, Math.floor(Math.min(Math.max(wanted, least), max)));
}

/** Share of the newest measurement in the average: three or four ranges decide. */
const NEWEST_SHARE = 0.3;

/** The exponentially weighted mean of nanoseconds per term after one more range; `average` is null before the first. */
export function averageNsPerTerm(average: number | null, elapsedMs: number, terms: number): number {
  const newest = (elapsedMs * 1e6) / terms;
  return average === null ? newest : average + NEWEST_SHARE * (newest - average);
}
