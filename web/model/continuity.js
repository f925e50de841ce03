/**
 * The page's own check of the promise: offsets come one after the other. A snapshot begins anew and is no gap; an
 * estimate that says how many it skipped for a slow reader is none either. Anything else is counted and stays counted.
 */

/**
 * @typedef {{ epoch: string, offset: number }} Position
 * @typedef {{ position: Position | null, gaps: number, repeats: number, received: number }} Continuity
 */

/** @type {Continuity} */
export const nothingSeen = { position: null, gaps: 0, repeats: 0, received: 0 };

/** A snapshot, or the start of a stream. @param {Continuity} seen @param {Position} position @returns {Continuity} */
export function begun(seen, position) {
  return { ...seen, position };
}

/**
 * An estimate has come. @param {Continuity} seen @param {Position} position @param {number} skipped
 * @returns {Continuity}
 */
export function arrived(seen, position, skipped) {
  const { position: before } = seen;
  const received = seen.received + 1;
  if (before === null) return { ...seen, position, received };
  if (position.epoch !== before.epoch) return { ...seen, position, received, gaps: seen.gaps + 1 };
  const step = position.offset - before.offset - skipped;
  return {
    position,
    received,
    gaps: seen.gaps + (step > 1 ? 1 : 0),
    repeats: seen.repeats + (step < 1 ? 1 : 0),
  };
}
