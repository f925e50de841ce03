/** What a run is called right now and why, how far it goes, who wants it: all read off its state. */
import type { RunState } from '../../protocols/wire/run-view.ts';
import type { SeriesDefinition } from '../../series/definition.ts';
import type { SeriesState } from './series-state.ts';

/** The greatest multiple of the series' grain that is not above n: what an accumulator covers at n. */
export function wholeBelow(definition: SeriesDefinition, n: number): number {
  return n - (n % definition.grain);
}

/** Where the run completes. */
export function target({ definition, record }: SeriesState): number {
  return Math.min(record.stopAt ?? definition.termsMax, definition.termsMax);
}

/** Whether the run has reached its end at n. */
export function isComplete(state: SeriesState, n: number): boolean {
  return n >= target(state) || state.definition.exhausted(n) !== null;
}

export function watchers({ hubs }: SeriesState): number {
  let sum = 0;
  for (const hub of hubs.values()) sum += hub.watchers;
  return sum;
}

/** Whether anybody or anything wants this run to go on. */
function wanted({ record, awake }: SeriesState): boolean {
  return record.policy === 'on-demand' ? awake : true;
}

export function runState(state: SeriesState): RunState {
  const { place, record } = state;
  if (state.fault !== null) return 'blocked';
  if (place === null) return 'waiting';
  if (place.complete) return 'complete';
  if (place.blocked.length > 0) return 'blocked';
  if (record.paused) return 'paused';
  if (state.trouble !== null) return 'waiting';
  return wanted(state) ? 'running' : 'idle';
}

/** For people: what stands behind the state; null where the word says it all. */
export function stateReason(state: SeriesState): string | null {
  if (state.fault !== null) return state.fault;
  const blocked = state.place?.blocked[0];
  if (blocked !== undefined) {
    const { work, fault } = blocked;
    const what =
      work.kind === 'range' ? `the range [${work.from}, ${work.to})` : `the fold to n = ${work.to}`;
    return `${what} keeps ending its worker: ${fault}`;
  }
  return state.place?.complete ? completion(state, state.place.n) : state.trouble;
}

function completion({ definition, record }: SeriesState, n: number): string {
  return definition.exhausted(n) ?? `it was to stop at n = ${record.stopAt ?? n}`;
}
