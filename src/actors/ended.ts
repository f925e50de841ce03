/** Logins and tokens that were ended before their time: what marks each → when it would have ended by itself. */
export type Ended = ReadonlyMap<string, number>;

/** Drops what has ended by itself meanwhile, and the oldest beyond `max`. */
export function rememberEnded(
  ended: Ended,
  mark: string,
  endsAtMs: number,
  nowMs: number,
  max: number,
): Ended {
  const living = [...ended].filter(([, endMs]) => endMs > nowMs);
  return new Map([...living, [mark, endsAtMs] as const].slice(-max));
}
