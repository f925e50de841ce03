/** How often is too often: at most `max` restarts within any `periodMs`. Restarts further back are forgotten. */
import { SpecFault } from './spec-fault.ts';

export interface RestartLimits {
  readonly max: number;
  readonly periodMs: number;
}

export interface Intensity extends RestartLimits {
  /** When restarts were, oldest first; those still within the period are the ones from `from` up to `to`. */
  readonly log: number[];
  readonly from: number;
  readonly to: number;
}

/** A log is cut when this many of its entries are forgotten. */
const forgottenMax = 1024;

/** Throws a `SpecFault` for limits that make no sense. */
export function checkLimits({ max, periodMs }: RestartLimits): void {
  if (!(Number.isInteger(max) && max >= 0)) {
    throw new SpecFault('invalid_intensity', `${max} is no whole number ≥ 0`);
  }
  if (!(Number.isFinite(periodMs) && periodMs > 0)) {
    throw new SpecFault('invalid_period', `${periodMs} ms is not > 0 and finite`);
  }
}

/** No restart so far. */
export function intensityOf({ max, periodMs }: RestartLimits): Intensity {
  return { max, periodMs, log: [], from: 0, to: 0 };
}

/**
 * Adds the restart that is due now; see `isExceeded`. A value: `intensity` stays what it was. Versions share one log as
 * long as each adds behind the one before, so that ten thousand restarts cost no ten thousand copies.
 */
export function addRestart(intensity: Intensity, nowMs: number): Intensity {
  const { periodMs, to } = intensity;
  let { log, from } = intensity;
  while (from < to && (log[from] ?? nowMs) < nowMs - periodMs) from += 1;
  if (log.length !== to || from > forgottenMax) {
    log = log.slice(from, to);
    log.push(nowMs);
    return { ...intensity, log, from: 0, to: log.length };
  }
  log.push(nowMs);
  return { ...intensity, log, from, to: to + 1 };
}

/** Restarts within the period, up to the one added last. */
export function restartsWithin({ from, to }: Intensity): number {
  return to - from;
}

/** Exactly `max` within the period is allowed; one more is not. */
export function isExceeded(intensity: Intensity): boolean {
  return restartsWithin(intensity) > intensity.max;
}
