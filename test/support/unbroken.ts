/** What every client of a run may rely on, whatever dies: one history, no hole, no repeat, n never back. */
import { Compile } from 'typebox/compile';
import { expect } from 'vitest';
import { Estimate } from '../../src/protocols/wire/estimate.ts';
import { epochOf, offsetOf, type SseEvent } from './sse-reader.ts';

const shape = Compile(Estimate);

export function estimateOf({ data }: SseEvent): Estimate {
  return shape.Parse(JSON.parse(data));
}

/** Checks the estimates among `events`, which one client has seen in this order, over any number of connections. */
export function expectUnbroken(events: readonly SseEvent[]): void {
  const estimates = events.filter(({ event }) => event === 'estimate');
  const ids = estimates.map(({ id }) => id ?? 'no id');
  expect(new Set(ids.map(epochOf)).size, 'epochs').toBe(1);
  const first = offsetOf(ids[0] ?? '');
  expect(ids.map(offsetOf), 'offsets').toEqual(ids.map((_, index) => first + index));
  const terms = estimates.map((event) => estimateOf(event).n);
  expect(terms, 'n rises').toEqual([...new Set(terms)].toSorted((a, b) => a - b));
}

/** Checks that where both have an estimate of the same id, they have the same bytes; says how many they share. */
export function expectSameBytes(some: readonly SseEvent[], others: readonly SseEvent[]): number {
  const known = new Map(byId(some));
  const shared = byId(others).filter(([id]) => known.has(id));
  for (const [id, raw] of shared) expect(raw, `bytes of ${id}`).toBe(known.get(id));
  return shared.length;
}

function byId(events: readonly SseEvent[]): (readonly [string | null, string])[] {
  return events.filter(({ event }) => event === 'estimate').map(({ id, raw }) => [id, raw]);
}
