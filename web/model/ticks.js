/**
 * Where a logarithmic axis is marked. The plot is fed with logarithms and its axes are linear: uPlot's own logarithmic
 * ones go on for ever where values are below 10^-24.
 */

const most = 9;
const least = 3;
const [log2, log5] = [Math.log10(2), Math.log10(5)];

/**
 * Decimal logarithms of round numbers from `low` to `high`, which are logarithms too: powers of ten, some of them left out
 * on a long axis, twice and five times them between on a short one.
 * @param {number} low @param {number} high @returns {number[]} Rising; none where that is an empty range.
 */
export function ticksWithin(low, high) {
  if (!(high > low)) return [];
  const step = stepOf((high - low) / most);
  const powers = [];
  for (let power = step * Math.ceil(low / step); power <= high; power += step) powers.push(power);
  if (powers.length >= least) return powers;
  const between = [];
  for (let power = Math.floor(low); power <= high; power += 1)
    between.push(power, power + log2, power + log5);
  return between.filter((tick) => tick >= low && tick <= high);
}

/** The least of 1, 2, 3, 5, 10, 20 … that is no less. @param {number} wished */
function stepOf(wished) {
  const decade = 10 ** Math.floor(Math.log10(Math.max(1, wished)));
  return [1, 2, 3, 5, 10].map((factor) => factor * decade).find((step) => step >= wished) ?? 10 * decade;
}

/**
 * The range of an axis over these values, with room at its ends; a single value stands in the middle.
 * @param {number | null} min Null where there are no values. @param {number | null} max @param {number} room Share of the axis.
 * @returns {[number, number]}
 */
export function rangeAround(min, max, room) {
  if (min === null || max === null) return [0, 0];
  const span = max - min;
  const beyond = span < 0.2 ? 0.5 : span * room;
  return [min - beyond, max + beyond];
}
