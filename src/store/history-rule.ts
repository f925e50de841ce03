/**
 * How long an estimate is kept and from where a reader can go on, stated once for every home. History is cut at
 * its old end only, so what is kept is always contiguous up to the top.
 */
import type { HistoryBounds } from '../protocols/ports/store.ts';
import type { Position } from '../protocols/position.ts';

/** The kept rows of a run, without the rows themselves. */
export interface Extent {
  /** Of the newest row; 0 when the epoch has none. */
  readonly top: number;
  /** Of the oldest kept row; `top + 1` when none is kept. */
  readonly oldest: number;
  /** UTF-8 bytes of all kept estimates together. */
  readonly bytes: number;
}

/**
 * Whether the oldest row, written at `oldestAtMs`, has to go now: the history is above its bytes, or the row is
 * neither among the newest `estimates` nor younger than `ageMs`. The newest row never goes.
 */
export function isSurplus(extent: Extent, oldestAtMs: number, nowMs: number, bounds: HistoryBounds): boolean {
  if (extent.oldest >= extent.top) return false;
  if (extent.bytes > bounds.bytes) return true;
  return extent.oldest <= extent.top - bounds.estimates && nowMs - oldestAtMs >= bounds.ageMs;
}

/** Why a reader at `after` can't go on in the history whose newest position is `top`; null when it can. */
export function historyGap(
  top: Position,
  oldest: number,
  after: Position,
): 'bad-position' | 'epoch-changed' | 'history-gone' | null {
  if (after.epoch !== top.epoch) return 'epoch-changed';
  if (after.offset > top.offset) return 'bad-position';
  return after.offset + 1 < oldest ? 'history-gone' : null;
}
