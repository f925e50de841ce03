/**
 * Where a reader stands in a run's history. The epoch names one unbroken history, the offset counts its estimates:
 * 1, 2, 3 … without a hole, 0 for "nothing yet". A position of another epoch can never be mistaken for one of this.
 */
import type { Brand } from '../lib/brand.ts';
import type { Random } from '../lib/random.ts';

/** 16 lower-case hex digits, opaque to clients. */
export type Epoch = Brand<string, 'Epoch'>;
/** Whole, 0 ≤ offset < 2^53. */
export type Offset = Brand<number, 'Offset'>;

export interface Position {
  readonly epoch: Epoch;
  readonly offset: Offset;
}

const POSITION = /^([0-9a-f]{16}):(0|[1-9][0-9]{0,15})$/;

export const noOffset = 0 as Offset;

export function newEpoch(random: Random): Epoch {
  return random.hex(8) as Epoch;
}

export function nextOffset(offset: Offset): Offset {
  return (offset + 1) as Offset;
}

/** The place at an offset ≥ 0 of an epoch. */
export function positionAt(epoch: Epoch, offset: number): Position {
  return { epoch, offset: offset as Offset };
}

/** The epoch that a client names; null for what can't be one. */
export function parseEpoch(text: string): Epoch | null {
  return parsePosition(`${text}:0`)?.epoch ?? null;
}

/** `<epoch>:<offset>`, the form of SSE ids. */
export function formatPosition(position: Position): string {
  return `${position.epoch}:${position.offset}`;
}

/** The inverse of `formatPosition`; null for anything else. */
export function parsePosition(text: string): Position | null {
  const match = POSITION.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  const offset = Number(match[2]);
  return Number.isSafeInteger(offset) ? { epoch: match[1] as Epoch, offset: offset as Offset } : null;
}
