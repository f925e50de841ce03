/** Points for a logarithmic plot: at most so many a decade, and always the newest. */

/** @typedef {readonly [n: number, width: number]} Point */

const perDecade = 48;

/**
 * `points` with a newer one. The one before it is dropped while both fall into the same cell of the plot.
 * @param {readonly Point[]} points Rising in n. @param {Point} point @returns {readonly Point[]}
 */
export function extended(points, point) {
  const last = points.at(-1);
  if (!(point[1] > 0) || point[0] < 1) return points;
  // Begun anew, or from a point of the run's memory that is newer.
  if (last !== undefined && point[0] <= last[0]) return point[0] === last[0] ? points : [point];
  const before = points.at(-2);
  const keepsLast = last === undefined || before === undefined || cell(before[0]) !== cell(last[0]);
  return keepsLast ? [...points, point] : [...points.slice(0, -1), point];
}

/** @param {number} n */
const cell = (n) => Math.floor(Math.log10(n) * perDecade);

/** The two columns a plot takes. @param {readonly Point[]} points @returns {[number[], number[]]} */
export function columns(points) {
  const drawn = points.filter(([n, width]) => n >= 1 && width > 0);
  return [drawn.map(([n]) => n), drawn.map(([, width]) => width)];
}
