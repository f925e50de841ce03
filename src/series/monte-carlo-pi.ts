/**
 * π as four times the share of random points of a square that lie inside its quarter disc: the one estimate here whose
 * bound is a bet. Points come from a counter, so that the count over any range is one integer and counts add up.
 */
import type { SeriesId } from '../protocols/identity.ts';
import type { KernelName } from '../protocols/ports/compute-thread.ts';
import type { Figures } from '../protocols/ports/figures.ts';
import { nearestDouble } from './arithmetic/double.ts';
import { enclosedFigures } from './arithmetic/enclosure.ts';
import { divideDown, divideUp, rootUp } from './arithmetic/integer.ts';
import { isInside } from './arithmetic/philox.ts';
import type { SeriesDefinition } from './definition.ts';
import { PI } from './limits.ts';
import { sums } from './monoids/sums.ts';
import { countSeries } from './sum-series.ts';

/** Points the kernel makes at a time. */
const GRAIN = 8;
const TERMS_MAX = 2 ** 50 - GRAIN;

const PLACES = 15;
const SCALE = 10n ** BigInt(PLACES);

/** Points inside the quarter disc among points [from, to), one by one. */
function countInside(from: number, to: number): bigint {
  let inside = 0;
  for (let i = from; i < to; i += 1) inside += isInside(i) ? 1 : 0;
  return BigInt(inside);
}

/** 8·ln(2/a) at a = 10^-9, rounded up, in units of 10^-9; and 2^-28 rounded up, in units of 10^-15. */
const EIGHT_LOGARITHMS = 171_331_304_141n;
const GRID_BIAS = divideUp(SCALE, 1n << 28n);

/**
 * Half the width of the interval at n, in units of 10^-15, rounded up: it misses π with a probability of at most
 * a = 10^-9 at any one n, provided the points are what Philox is tested to look like, independent and uniform.
 * - Chance: c is a sum of n independent values in {0, 1} of mean p, so P(|c/n − p| ≥ t) ≤ 2·exp(−2nt²) (Hoeffding,
 *   "Probability inequalities for sums of bounded random variables", JASA 58 (1963), theorem 1, on both sides). That is
 *   a for t = √(ln(2/a) / (2n)), and the estimate is 4c/n: 4t = √(8·ln(2/a) / n).
 * - Grid: 2^62·p counts the cells [x, x+1) × [y, y+1) whose lower corner is inside a quarter disc of radius R = 2^31.
 *   They cover it, and those that stick out are cut by its arc, which falls from (0, R) to (R, 0) and so passes fewer
 *   than 2R cells: 0 ≤ 4p − π < 4·2R/R² = 2^-28.
 */
export function halfWidth(n: number): bigint {
  return rootUp(divideUp(EIGHT_LOGARITHMS * SCALE * SCALE, 10n ** 9n * BigInt(n))) + GRID_BIAS;
}

function figures([inside = 0n]: readonly bigint[], n: number): Figures {
  const [above, below] = [4n * inside, BigInt(n)];
  return {
    ...enclosedFigures({
      value: nearestDouble(above, below),
      places: PLACES,
      nearest: divideDown(2n * above * SCALE + below, 2n * below),
      lower: divideDown(above * SCALE, below) - halfWidth(n),
      upper: divideUp(above * SCALE, below) + halfWidth(n),
    }),
    values: { inside: String(inside) },
  };
}

export const monteCarloPi: SeriesDefinition = {
  id: 'monte-carlo-pi' as SeriesId,
  aliases: [],
  title: 'Monte Carlo π',
  formula: 'π ≈ 4/n · #{ i < n : xᵢ² + yᵢ² < 1 }, (xᵢ, yᵢ) = Philox4x32-10(i)',
  source:
    'Metropolis & Ulam 1949; Salmon et al. 2011; Hoeffding 1963 for the bound, which holds with probability 1 − 10⁻⁹ at any one n',
  start: 0,
  version: 1,
  limit: PI,
  bound: 'statistical',
  ...countSeries({
    kernel: 'philox-points' as KernelName,
    grain: GRAIN,
    termsMax: TERMS_MAX,
    monoid: sums(['inside'], null),
    count: (from, to) => [countInside(from, to)],
    figures,
  }),
  accelerate: null,
};
