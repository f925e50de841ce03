/** Where a stream begins, by what its client says of itself: the last id it has seen, if any. */
import type { RunId } from '../protocols/identity.ts';
import type { Start } from '../protocols/mailbox/hub.ts';
import type { WatchedRun } from '../protocols/mailbox/session.ts';
import { parsePosition } from '../protocols/position.ts';
import { parsePositions } from '../protocols/positions.ts';

export function startOf(lastEventId: string | null): Start {
  if (lastEventId === null || lastEventId === '') return { kind: 'first' };
  const position = parsePosition(lastEventId);
  return position === null ? { kind: 'bad-position' } : { kind: 'resume', position };
}

/** The same for each of several runs: one that the client has no position in is new to it. */
export function startsOf(runs: readonly RunId[], lastEventId: string | null): readonly WatchedRun[] {
  const positions = parsePositions(lastEventId ?? '');
  return runs.map((run) => {
    if (positions === null) return { run, start: { kind: 'bad-position' } };
    const position = positions.get(run);
    return { run, start: position === undefined ? { kind: 'first' } : { kind: 'resume', position } };
  });
}
