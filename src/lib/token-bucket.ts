/** A token bucket as a value: `burst` tokens at most, refilled evenly; what is taken beyond is owed. Pure. */

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface TokenBucket {
  /** Negative while more has been taken than there was. */
  readonly tokens: number;
  readonly atMs: number;
}

export function fullBucket({ burst }: Rate, nowMs: number): TokenBucket {
  return { tokens: burst, atMs: nowMs };
}

/** The bucket after `count` tokens have been taken; below 0 there were not so many. */
export function takeToken({ tokens, atMs }: TokenBucket, rate: Rate, nowMs: number, count = 1): TokenBucket {
  const refill = ((nowMs - atMs) * rate.perSecond) / 1_000;
  return { tokens: Math.min(rate.burst, tokens + refill) - count, atMs: nowMs };
}
