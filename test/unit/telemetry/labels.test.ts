import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bounded, folded, other } from '../../../src/telemetry/labels.ts';

test('a private run goes by its series, and every other text by itself', () => {
  expect(['leibniz~ab12', 'leibniz', 'lobby', '', 'GET', 'leibniz~x'].map(folded)).toEqual([
    'leibniz~*',
    'leibniz',
    'lobby',
    '',
    'GET',
    'leibniz~x',
  ]);
});

test('however many labels there are, at most as many as allowed are left and nothing is lost', async () => {
  const label = fc.oneof(fc.constant(other), fc.string({ maxLength: 3 }));
  await fc.assert(
    fc.property(
      fc.array(fc.tuple(label, fc.nat(1_000)), { maxLength: 40 }),
      fc.integer({ min: 2, max: 20 }),
      (entries, most) => {
        const values = new Map(entries);
        const kept = bounded(values, most);
        const sum = (of: ReadonlyMap<string, number>) => [...of.values()].reduce((a, b) => a + b, 0);
        expect(kept.size).toBeLessThanOrEqual(most);
        expect(sum(kept)).toBe(sum(values));
        for (const [name, value] of kept) if (name !== other) expect(values.get(name)).toBe(value);
      },
    ),
  );
});
