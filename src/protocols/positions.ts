/**
 * Where a reader of several runs stands in each of them, in one text: the id of a stream of several runs. A run of which
 * it has seen nothing yet is not in it.
 */
import { parseRunId, type RunId } from './identity.ts';
import { formatPosition, type Position, parsePosition } from './position.ts';

export type Positions = ReadonlyMap<RunId, Position>;

/** `run@epoch:offset`, joined by commas; empty for no position. */
export function formatPositions(positions: Positions): string {
  return [...positions].map(([run, position]) => `${run}@${formatPosition(position)}`).join(',');
}

/** The inverse of `formatPositions`; null for anything else, or where a run stands twice. */
export function parsePositions(text: string): Positions | null {
  const positions = new Map<RunId, Position>();
  for (const part of text === '' ? [] : text.split(',')) {
    const at = part.indexOf('@');
    const run = parseRunId(part.slice(0, Math.max(at, 0)));
    const position = parsePosition(part.slice(at + 1));
    if (run === null || position === null || positions.has(run.run)) return null;
    positions.set(run.run, position);
  }
  return positions;
}
