/**
 * A run's thinned memory of its whole life: pairs [n, width], at most 32 in each decade of n, so that a page can draw
 * a run of any length on a logarithmic axis. A point that has been followed by another in its slot of the decade is
 * dropped for good and no kept point ever moves: two thinnings of the same life agree.
 */
import type { Curve, CurvePoint } from '../../protocols/wire/run-view.ts';

/** Slots of equal ratio in a decade. One fewer than the points allowed: the newest point has a place of its own. */
const SLOTS = 31;

/**
 * `curve` with `point` at its end: the first point of every slot, and the newest. A point at the same n takes the place
 * of the last; an earlier one throws, because a run only goes forward.
 */
export function addPoint(curve: Curve, point: CurvePoint): Curve {
  const last = curve.at(-1);
  if (last === undefined) return [point];
  if (point[0] < last[0]) throw new RangeError(`curve at ${last[0]} cannot go back to ${point[0]}`);
  if (point[0] === last[0]) return [...curve.slice(0, -1), point];
  const beforeLast = curve.at(-2);
  const lastWasGuest = beforeLast !== undefined && slot(beforeLast[0]) === slot(last[0]);
  return [...(lastWasGuest ? curve.slice(0, -1) : curve), point];
}

/** The slot of n ≥ 1, rising with n. The decade is read off the digits: a rounded logarithm could miss its edge. */
function slot(n: number): number {
  const decade = String(n).length - 1;
  const inDecade = Math.floor(SLOTS * Math.log10(n / 10 ** decade));
  return decade * SLOTS + Math.min(SLOTS - 1, Math.max(0, inDecade));
}
