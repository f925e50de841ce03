/** What one side prints about one scenario: for each figure the value of each round. */
import { type Static, Type } from 'typebox';
import { sizes } from './sizes.ts';

export const Figures = Type.Record(Type.String(), Type.Array(Type.Number(), { minItems: 1 }));
export type Figures = Static<typeof Figures>;

/** Runs a scenario's rounds, the first of them only to warm up. */
export async function rounds(run: () => Promise<Readonly<Record<string, number>>>): Promise<Figures> {
  const figures: Figures = {};
  await run();
  for (let round = 0; round < sizes.ROUNDS; round += 1) {
    for (const [figure, value] of Object.entries(await run())) {
      figures[figure] = [...(figures[figure] ?? []), value];
    }
  }
  return figures;
}

/** By nearest rank: of fewer than 100 values the 99th percentile is the greatest. */
export function percentile(share: number, values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}
