/** A run's record with everything that does not matter filled in. */
import type { RunId, SeriesId } from '../../src/protocols/identity.ts';
import type { RunRecord } from '../../src/protocols/ports/store.ts';

export function recordOf(run: RunId, changes: Partial<RunRecord> = {}): RunRecord {
  return {
    run,
    series: 'leibniz' as SeriesId,
    pace: { mode: 'sprint' },
    policy: 'on-demand',
    paused: false,
    stopAt: null,
    user: null,
    createdAt: 1_000,
    ...changes,
  };
}
