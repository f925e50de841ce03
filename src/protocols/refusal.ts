/**
 * What Zeno says no with. Expected refusals are values, never exceptions; each has one stable code, in this list
 * only, that every transport translates in its own way.
 */
import type { ReachableLimit } from './limit-answers.ts';

export const refusalCodes = {
  'unknown-run': 404,
  'unknown-process': 404,
  'bad-request': 400,
  unauthorized: 401,
  forbidden: 403,
  'origin-refused': 403,
  'too-many-requests': 429,
  'payload-too-large': 413,
  'not-ready': 503,
  'not-killable': 409,
  'stale-pid': 409,
  conflict: 409,
  draining: 503,
} as const satisfies Record<string, number>;

export type RefusalCode = keyof typeof refusalCodes;

export interface Fault {
  /** Where in the input, as a JSON pointer or a parameter's name. */
  readonly path: string;
  readonly message: string;
}

export interface Refusal {
  readonly ok: false;
  readonly code: RefusalCode;
  /** One sentence for a person: what was wrong, and what to do next. */
  readonly detail: string;
  readonly errors?: readonly Fault[];
  /** The bound that was reached, for the count of those; clients are not told. */
  readonly limit?: ReachableLimit;
  /** Of `unauthorized`: what was shown had been good until its time was over, so another one may be fetched. */
  readonly expired?: true;
}

export interface Done<T> {
  readonly ok: true;
  readonly value: T;
}

export type Answer<T> = Done<T> | Refusal;

export function done<T>(value: T): Done<T> {
  return { ok: true, value };
}

export function refuse(code: RefusalCode, detail: string, errors?: readonly Fault[]): Refusal {
  return errors === undefined ? { ok: false, code, detail } : { ok: false, code, detail, errors };
}

/** The answer to what goes beyond a bound. */
export function beyond(
  limit: ReachableLimit,
  code: RefusalCode,
  detail: string,
  errors?: readonly Fault[],
): Refusal {
  return { ...refuse(code, detail, errors), limit };
}
