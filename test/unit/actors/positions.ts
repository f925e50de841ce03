/** Positions and estimates in short: `at(7)` is the seventh of the epoch that tests live in. */
import { sharedEstimate } from '../../../src/actors/shared-estimate.ts';
import type { RunId } from '../../../src/protocols/identity.ts';
import type { SharedEstimate } from '../../../src/protocols/ports/outbox.ts';
import type { Epoch, Offset, Position } from '../../../src/protocols/position.ts';

export const epoch = '00112233aabbccdd' as Epoch;
export const otherEpoch = 'ffffffffffffffff' as Epoch;

export function at(offset: number, of: Epoch = epoch): Position {
  return { epoch: of, offset: offset as Offset };
}

export function estimateAt(offset: number, of: Epoch = epoch): SharedEstimate {
  return sharedEstimate('r' as RunId, at(offset, of), `{"n":${offset}}`);
}
