/** A meter that keeps what was counted and asks its readers at once, for tests of who counts. */
import type { ReachableLimit } from '../../src/protocols/limit-answers.ts';
import type { CounterName } from '../../src/protocols/metrics.ts';
import { type Meter, noMeter } from '../../src/protocols/ports/meter.ts';

export interface CountingMeter extends Meter {
  /** In the order in which they were reached. */
  readonly limits: ReachableLimit[];
  /** What has been added to a counter, over all its labels. */
  total(name: CounterName): number;
  /** What the readers of a metric say at this moment. */
  now(name: string): readonly (number | Record<string, number>)[];
}

export function countingMeter(): CountingMeter {
  const limits: ReachableLimit[] = [];
  const totals = new Map<CounterName, number>();
  const readers = new Set<readonly [string, () => number | ReadonlyMap<string, number>]>();
  return {
    ...noMeter,
    limits,
    count: (name, _label, by = 1) => void totals.set(name, (totals.get(name) ?? 0) + by),
    total: (name) => totals.get(name) ?? 0,
    limited: (limit) => void limits.push(limit),
    read(name, values) {
      const reader = [name, values] as const;
      readers.add(reader);
      return () => readers.delete(reader);
    },
    now: (name) =>
      [...readers].flatMap(([of, values]) => {
        if (of !== name) return [];
        const value = values();
        return [typeof value === 'number' ? value : Object.fromEntries(value)];
      }),
  };
}
