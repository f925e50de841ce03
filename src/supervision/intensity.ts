/** How often is too often: at most `max` restarts within any `periodMs`. Restarts further back are forgotten. */

export interface Intensity {
  readonly max: number;
  readonly periodMs: number;
  /** When the restarts still within the period were, oldest first; at most `max` + 1. */
  readonly restartsAtMs: readonly number[];
}

export function intensityOf(max: number, periodMs: number): Intensity {
  if (!(Number.isInteger(max) && max >= 0)) throw new Error(`intensity ${max}: not a whole number ≥ 0`);
  if (!(periodMs > 0 && periodMs < Number.POSITIVE_INFINITY))
    throw new Error(`period ${periodMs} ms: not > 0`);
  return { max, periodMs, restartsAtMs: [] };
}

/** Adds the restart that is due now; see `isExceeded`. */
export function addRestart(intensity: Intensity, nowMs: number): Intensity {
  const fromMs = nowMs - intensity.periodMs;
  const recent = intensity.restartsAtMs.filter((atMs) => atMs >= fromMs);
  return { ...intensity, restartsAtMs: [...recent, nowMs] };
}

/** Exactly `max` within the period is allowed; one more is not. */
export function isExceeded(intensity: Intensity): boolean {
  return intensity.restartsAtMs.length > intensity.max;
}
