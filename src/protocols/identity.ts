/**
 * The names things go by: series, runs, nodes, users. A shared run has its series' own id; a private run adds
 * `~` and a short random tail, so that the series can be read off any run id.
 */
import type { Brand } from '../lib/brand.ts';

export type SeriesId = Brand<string, 'SeriesId'>;
export type RunId = Brand<string, 'RunId'>;
/** One Zeno process. */
export type NodeId = Brand<string, 'NodeId'>;
/** Who asks: `user:<subject of the token>`, or `anonymous@<address>`. Never shown to anybody else. */
export type UserId = Brand<string, 'UserId'>;

const SERIES = /^[a-z][a-z0-9-]{0,31}$/;
const RUN = /^([a-z][a-z0-9-]{0,31})(?:~([a-z0-9]{4,16}))?$/;

/** Whom a token speaks of. The prefix keeps subjects apart from addresses, whatever they say. */
export function userOf(subject: string): UserId {
  return `user:${subject}` as UserId;
}

/** Who has no name is told apart by where they come from. */
export function anonymousAt(address: string): UserId {
  return `anonymous@${address}` as UserId;
}

export function isAnonymous(user: UserId): boolean {
  return user.startsWith('anonymous@');
}

/** The series id in `text`, or null where `text` has not the form of one. */
export function parseSeriesId(text: string): SeriesId | null {
  return SERIES.test(text) ? (text as SeriesId) : null;
}

/** The run in `text` with the series it belongs to, or null where `text` has not the form of a run id. */
export function parseRunId(text: string): { run: RunId; series: SeriesId; shared: boolean } | null {
  const match = RUN.exec(text);
  if (match?.[1] === undefined) return null;
  return { run: text as RunId, series: match[1] as SeriesId, shared: match[2] === undefined };
}

/** The shared run of a series. */
export function sharedRun(series: SeriesId): RunId {
  return series as string as RunId;
}

/** A private run of `series`; `tail` is 4 to 16 characters of [a-z0-9]. */
export function privateRun(series: SeriesId, tail: string): RunId {
  return `${series}~${tail}` as RunId;
}
