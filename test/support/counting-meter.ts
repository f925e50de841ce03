/** A meter that keeps what was counted and asks its readers at once, for tests of who counts. */
import type { ReachableLimit } from '../../src/protocols/limit-answers.ts';
import { type Meter, noMeter } from '../../src/protocols/ports/meter.ts';

export interface CountingMeter extends Meter {
  /** In the order in which they were reached. */
  readonly limits: ReachableLimit[];
  /** What the readers of a metric say at this moment. */
  now(name: string): readonly (number | Record<string, number>)[];
}

export function countingMeter(): CountingMeter {
  const limits: ReachableLimit[] = [];
  const readers = new Set<readonly [string, () => number | ReadonlyMap<string, number>]>();
  return {
    ...noMeter,
    limits,
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
