/** How a run takes up its place at what the store holds: by a claim, or at the start of an epoch. */
import { oneLine } from '../../lib/brief.ts';
import type { Checkpoint, Holder } from '../../protocols/ports/store.ts';
import { readEstimate } from '../../protocols/wire/estimate.ts';
import { prefixAt } from '../../series/progress/prefix.ts';
import { ranges } from '../../series/progress/ranges.ts';
import { isComplete, wholeBelow } from './run-state.ts';
import type { Place, SeriesState } from './series-state.ts';

/** Takes up the run at a checkpoint: everything computed beyond it is forgotten. */
export function takePlace(state: SeriesState, holder: Holder, checkpoint: Checkpoint): SeriesState {
  const { definition } = state;
  const { position, n, curve } = checkpoint;
  const { estimate, digits, fault } = shownAt(checkpoint);
  const whole = wholeBelow(definition, n);
  const text = checkpoint.state === '' ? definition.empty : checkpoint.state;
  const place: Place = {
    holder,
    position,
    n,
    estimate,
    digits,
    curve,
    prefix: prefixAt(whole, { text, behind: [] }),
    generation: (state.place?.generation ?? 0) + 1,
    generator: ranges(whole, definition.grain),
    handed: whole,
    outstanding: 0,
    blocked: [],
    again: [],
    complete: n > 0 && isComplete(state, n),
    folding: null,
    folded: null,
    known: null,
    stepTo: 0,
  };
  return {
    ...state,
    place,
    trouble: null,
    fault,
    attempts: 0,
    inFlight: null,
    renewing: false,
    foldDue: false,
    rate: null,
    computing: false,
  };
}

/**
 * The estimate at a checkpoint. What an earlier version has stored may be none: then it is shown to nobody, and the run is
 * blocked until somebody says retry. It goes on from its sum then, which does not come from the estimate.
 */
function shownAt({ estimate }: Checkpoint): Pick<Place, 'estimate' | 'digits'> & Pick<SeriesState, 'fault'> {
  if (estimate === null) return { estimate, digits: null, fault: null };
  try {
    return { estimate, digits: readEstimate(estimate).digits, fault: null };
  } catch (error) {
    const reason = oneLine(error instanceof Error ? error.message : String(error));
    return { estimate: null, digits: null, fault: `its stored estimate cannot be read: ${reason}` };
  }
}
