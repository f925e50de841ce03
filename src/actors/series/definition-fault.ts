/**
 * A definition may be a user's own, and wrong where the check at start has not looked. What it throws blocks its run, in
 * its own words, until somebody says retry: crashing would take all other runs down with it, restart after restart.
 */
import type { SeriesDefinition } from '../../series/definition.ts';
import type { SeriesState } from './series-state.ts';

class DefinitionFault extends Error {}

/** The definition, throwing nothing but `DefinitionFault`. */
export function guarded(definition: SeriesDefinition): SeriesDefinition {
  const { accelerate, leastRange } = definition;
  return {
    ...definition,
    partial: guard('partial', definition.partial),
    merge: guard('merge', definition.merge),
    evaluate: guard('evaluate', definition.evaluate),
    exhausted: guard('exhausted', definition.exhausted),
    accelerate: accelerate === null ? null : guard('accelerate', accelerate),
    ...(leastRange === undefined ? {} : { leastRange: guard('leastRange', leastRange) }),
  };
}

/** What `work` makes of the state; where the definition throws, the state as it was, with the fault. */
export function trying(state: SeriesState, work: (state: SeriesState) => SeriesState): SeriesState {
  try {
    return work(state);
  } catch (error) {
    if (error instanceof DefinitionFault) return { ...state, fault: error.message };
    throw error;
  }
}

/** `work`, throwing nothing but a fault of the definition that names it. */
export function guard<Args extends readonly unknown[], Value>(
  name: string,
  work: (...args: Args) => Value,
): (...args: Args) => Value {
  return (...args) => {
    try {
      return work(...args);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new DefinitionFault(`its definition's ${name} threw: ${reason}`);
    }
  };
}
