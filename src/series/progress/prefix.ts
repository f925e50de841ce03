/**
 * A run's memory of which ranges are merged: everything in [0, n), once each. Results arrive in any order and, after
 * a crash or a retry, more than once; a sum is commutative but not idempotent, so a repeated range has to be known by
 * its bounds. A repeated range must also have the same text, which makes every retry a check of the kernels.
 */

/** The exact partial over terms [from, to), in its monoid's canonical text. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly partial: string;
}

export interface Prefix<State = string> {
  /** Terms [0, n) are merged into `state`. */
  readonly n: number;
  readonly state: State;
  /** Parts that wait for those before them; disjoint, `from` rising, all beyond n. */
  readonly parked: readonly Part[];
  /** The newest merged parts, contiguous, ending at n: what a duplicate is compared with. */
  readonly recent: readonly Part[];
}

export interface PrefixLimits {
  /** Parts that may wait; the next one is refused as `full`. */
  readonly parkedMax: number;
  /** Merged parts remembered … */
  readonly recentMax: number;
  /** … and the characters of their texts together: a triple's text may be as long as a book. */
  readonly recentCharsMax: number;
}

export const prefixLimits: PrefixLimits = { parkedMax: 1_024, recentMax: 64, recentCharsMax: 1024 * 1024 };

/**
 * - `merged`: n has grown, by this part and by all that waited for it;
 * - `parked`: kept until those before it come;
 * - `duplicate`: had already, dropped; same text as before as far as that is remembered;
 * - `conflict`: had already with another text: a kernel, a machine or the store is wrong, stop the run;
 * - `foreign`: its bounds cut through a range that is had, or are none: a bug of the caller;
 * - `full`: beyond n with `parkedMax` parts waiting; dropped, to be asked for again.
 * In all but the first two the prefix is the one that was given.
 */
export type AcceptKind = 'merged' | 'parked' | 'duplicate' | 'conflict' | 'foreign' | 'full';

export interface Accepted<State = string> {
  readonly kind: AcceptKind;
  readonly prefix: Prefix<State>;
}

/** A prefix that resumes at `n` from a stored `state`; 0 and the empty state for a new run. */
export function prefixAt<State>(n: number, state: State): Prefix<State> {
  return { n, state, parked: [], recent: [] };
}

/** Takes one result. `merge` adds a partial behind a state; it is called with the earlier terms first. */
export function accept<State>(
  prefix: Prefix<State>,
  part: Part,
  merge: (state: State, partial: string) => State,
  limits: PrefixLimits = prefixLimits,
): Accepted<State> {
  const { from, to } = part;
  if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from < to)) {
    return { kind: 'foreign', prefix };
  }
  if (from < prefix.n) return { kind: judgeMerged(prefix, part), prefix };
  if (from === prefix.n) return advance(prefix, part, merge, limits);
  return park(prefix, part, limits);
}

function judgeMerged<State>({ n, recent }: Prefix<State>, part: Part): AcceptKind {
  const remembered = recent.find(({ from, to }) => from < part.to && part.from < to);
  if (remembered !== undefined) return judgeSame(remembered, part);
  // Below all that is remembered: surely had, no longer comparable. It cannot reach into what is remembered or past n.
  return part.to <= (recent[0]?.from ?? n) ? 'duplicate' : 'foreign';
}

function judgeSame(had: Part, part: Part): AcceptKind {
  if (had.from !== part.from || had.to !== part.to) return 'foreign';
  return had.partial === part.partial ? 'duplicate' : 'conflict';
}

function park<State>(prefix: Prefix<State>, part: Part, { parkedMax }: PrefixLimits): Accepted<State> {
  const { parked } = prefix;
  const overlapped = parked.find(({ from, to }) => from < part.to && part.from < to);
  if (overlapped !== undefined) return { kind: judgeSame(overlapped, part), prefix };
  if (parked.length >= parkedMax) return { kind: 'full', prefix };
  const later = parked.findIndex(({ from }) => from > part.from);
  const at = later < 0 ? parked.length : later;
  return { kind: 'parked', prefix: { ...prefix, parked: parked.toSpliced(at, 0, part) } };
}

function advance<State>(
  prefix: Prefix<State>,
  part: Part,
  merge: (state: State, partial: string) => State,
  limits: PrefixLimits,
): Accepted<State> {
  const first = prefix.parked[0];
  if (first !== undefined && part.to > first.from) return { kind: 'foreign', prefix };
  const ready = [part];
  let n = part.to;
  for (const waiting of prefix.parked) {
    if (waiting.from !== n) break;
    ready.push(waiting);
    n = waiting.to;
  }
  const state = ready.reduce((sum, { partial }) => merge(sum, partial), prefix.state);
  const parked = prefix.parked.slice(ready.length - 1);
  return {
    kind: 'merged',
    prefix: { n, state, parked, recent: newest([...prefix.recent, ...ready], limits) },
  };
}

/** The longest tail of `parts` within the limits. */
function newest(parts: readonly Part[], { recentMax, recentCharsMax }: PrefixLimits): readonly Part[] {
  let start = parts.length;
  let chars = 0;
  while (start > 0 && parts.length - start < recentMax) {
    chars += parts[start - 1]?.partial.length ?? 0;
    if (chars > recentCharsMax) break;
    start -= 1;
  }
  return parts.slice(start);
}
